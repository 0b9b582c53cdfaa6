"""Keys and spending in a SQLite file and in PostgreSQL."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from virtual_keys import id_of, make, revoke, set_tenant, state_of

from boxed.keys.errors import KeyStoreError
from boxed.keys.opening import open_storage
from boxed.keys.records import Spent, State, Terms, month_of, next_month


def test_a_key_comes_back_as_it_was_stored(location: str) -> None:
    full = make(location, "Müller & Söhne", label="a 'b' ? %s", expires=5_000_000_000,
                requests_a_minute=3, tokens_a_month=10**12, upstream="acme")  # fmt: skip
    bare = make(location, scope="admin")
    keys = state_of(location).keys
    one, two = keys[id_of(full)], keys[id_of(bare)]
    assert (one.tenant, one.label, one.expires) == ("Müller & Söhne", "a 'b' ? %s", 5_000_000_000)
    assert one.terms == Terms(3, 10**12, "acme")
    assert (two.tenant, two.scope, two.expires, two.terms) == (None, "admin", None, Terms())


def test_what_was_not_changed_is_not_read_again(location: str) -> None:
    storage = open_storage(location)
    text = make(location)

    def read(known: State) -> State:
        with storage.transaction() as transaction:
            return transaction.state(known)

    first = read(State())
    assert read(first) is first
    revoke(location, text)
    second = read(first)
    assert second.keys[id_of(text)].revoked
    set_tenant(location, "ACME  ", tokens_a_month=5)
    assert read(second).tenants == {"acme": Terms(tokens_a_month=5)}
    storage.close()


def test_a_second_revocation_keeps_the_first_time(location: str) -> None:
    text = make(location, revoked=1000)
    revoke(location, text)
    assert state_of(location).keys[id_of(text)].revoked == 1000


def test_many_writers_lose_nothing(location: str) -> None:
    storages = [open_storage(location) for _ in range(4)]

    def spend(storage: object, order: tuple[str, ...]) -> None:
        for _ in range(10):
            with storage.transaction() as transaction:  # type: ignore[attr-defined]
                transaction.spend("2026-11", {account: Spent(3, 1) for account in order})

    threads = [
        threading.Thread(target=spend, args=(storage, order))
        for storage, order in zip(storages, [("a", "b"), ("b", "a")] * 2, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with storages[0].transaction() as transaction:
        assert transaction.spending("2026-11") == {"a": Spent(120, 40), "b": Spent(120, 40)}
        assert transaction.spending("2026-12") == {}
    for storage in storages:
        storage.close()


def test_all_who_share_a_storage_let_in_a_minutes_requests_together(location: str) -> None:
    storages = [open_storage(location) for _ in range(4)]
    waits: list[float] = []

    def ask(number: int) -> None:
        for one in range(5):
            with storages[number].transaction(durable=False) as transaction:
                waits.append(transaction.reserve({"key:a": 9, "tenant:t": 7}, f"{number}-{one}"))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The tenant's limit is the narrower: what it refuses is not counted for the key either.
    assert waits.count(0.0) == 7
    assert all(50 < wait <= 60 for wait in waits if wait)
    with storages[0].transaction(durable=False) as transaction:
        assert [transaction.reserve({"key:a": 9}, f"x{n}") > 0 for n in range(3)] == [
            False, False, True,
        ]  # fmt: skip
    for storage in storages:
        storage.close()


def test_a_clock_that_was_set_back_locks_nobody_out(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path / "keys.sqlite"))
    for clock, let_in in ((1000.0, True), (1010.0, False), (5.0, True), (66.0, True)):
        with storage.transaction(durable=False) as transaction:
            transaction._clock = lambda clock=clock: clock
            assert (transaction.reserve({"key:a": 1}, str(clock)) == 0.0) is let_in
    storage.close()


def test_an_exception_undoes_the_transaction(location: str) -> None:
    storage = open_storage(location)

    def fail() -> None:
        with storage.transaction() as transaction:
            transaction.spend("2026-11", {"a": Spent(1, 1)})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with storage.transaction() as transaction:
        assert transaction.spending("2026-11") == {}
    storage.close()


def test_a_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="folder is missing"):
        open_storage(str(tmp_path / "none" / "keys.sqlite"))
    (tmp_path / "text").write_text("no database" * 100)
    with pytest.raises(KeyStoreError, match="SQLite failed"):
        open_storage(str(tmp_path / "text"))
    storage = open_storage(str(tmp_path / "keys.sqlite"))
    assert (tmp_path / "keys.sqlite").stat().st_mode & 0o077 == 0
    for file in tmp_path.glob("keys.sqlite*"):
        file.unlink()
    with pytest.raises(KeyStoreError, match="gone"), storage.transaction():
        pass


@pytest.mark.parametrize("url", ["mysql://u:s3cret@h/db", "postgresql://u:s3cret@h?x=1"])
def test_a_bad_url_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(KeyStoreError) as raised:
        open_storage(url)
    assert "s3cret" not in str(raised.value)


def test_a_dead_server_is_named_without_its_password() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(KeyStoreError, match="refused") as raised:
        open_storage(f"postgresql://writer:s3cret@127.0.0.1:{port}/audit")
    assert f"postgresql://127.0.0.1:{port}/audit" in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.slow
def test_a_killed_connection_is_made_anew(in_postgres: str) -> None:
    storage, other = open_storage(in_postgres), open_storage(in_postgres)
    with other.transaction() as transaction:
        transaction._run(  # pyright: ignore[reportPrivateUsage]
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = ? AND pid <> pg_backend_pid()",
            ("boxed-keys",),
        )
    with pytest.raises(KeyStoreError), storage.transaction() as transaction:
        transaction.state(State())
    with storage.transaction() as transaction:
        assert transaction.state(State()).keys == {}
    storage.close()
    other.close()


@pytest.mark.slow
def test_processes_that_start_together_make_the_tables_once(location: str) -> None:
    program = "import sys; from boxed.keys.opening import open_storage; open_storage(sys.argv[1])"
    started = [
        subprocess.Popen([sys.executable, "-c", program, location], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [one.communicate(timeout=120)[1] for one in started] == [b""] * 4
    assert state_of(location).version == 0


def test_months_begin_in_utc() -> None:
    new_year = 1_798_761_600.0  # 2027-01-01T00:00:00Z
    assert month_of(new_year - 1) == "2026-12"
    assert month_of(new_year) == "2027-01"
    assert next_month(new_year - 1) == new_year
