"""What is kept of conversations: sealed, bounded, its owner's alone."""

import sqlite3
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import postgres_place
from pydantic import SecretStr

from boxed.gateway.kept import Kept, KeptError, KeptLimits, kept_by
from boxed.gateway.kept_rows import PostgresRows, SqliteRows
from boxed.gateway.settings import GatewaySettings

KEY = SecretStr("0f" * 32)
SECRET = "Jane Roemer was born in Oslo"


def entry(text: str = SECRET) -> dict[str, str]:
    return {"text": text}


def in_memory(**limits: float) -> Kept:
    return Kept.opened(KeptLimits(**limits))  # pyright: ignore[reportArgumentType]


def test_an_entry_is_its_owners() -> None:
    kept = in_memory()
    assert kept.put(b"a", "resp_1", entry())
    assert kept.get(b"a", "resp_1") == entry()
    assert kept.get(b"b", "resp_1") is None
    assert not kept.delete(b"b", "resp_1")
    assert kept.delete(b"a", "resp_1")
    assert kept.get(b"a", "resp_1") is None


def test_a_file_tells_nothing_and_opens_with_its_key_alone(tmp_path: Path) -> None:
    file = tmp_path / "kept.sqlite"
    kept = Kept.opened(KeptLimits(), file, KEY)
    kept.put(b"owner-a", "resp_secret", entry())
    kept.close()
    raw = file.read_bytes()
    for text in (SECRET, "Roemer", "resp_secret", "owner-a", KEY.get_secret_value()):
        assert text.encode() not in raw
    again = Kept.opened(KeptLimits(), file, KEY)
    assert again.get(b"owner-a", "resp_secret") == entry()
    again.close()
    other = Kept.opened(KeptLimits(), file, SecretStr("1f" * 32))
    assert other.get(b"owner-a", "resp_secret") is None


def test_an_entry_that_was_tampered_with_is_none(tmp_path: Path) -> None:
    file = tmp_path / "kept.sqlite"
    kept = Kept.opened(KeptLimits(), file, KEY)
    kept.put(b"a", "one", entry("one"))
    kept.put(b"a", "two", entry("two"))
    with sqlite3.connect(file) as rows:
        sealed = [row[0] for row in rows.execute("SELECT sealed FROM gateway_kept ORDER BY place")]
        rows.execute("UPDATE gateway_kept SET sealed = ?", (sealed[0],))
    assert [kept.get(b"a", "one"), kept.get(b"a", "two")].count(None) == 1


def test_what_is_too_old_is_gone() -> None:
    now = [1000.0]
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    kept = Kept(SqliteRows(connection), b"k" * 32, KeptLimits(seconds=60), lambda: now[0])
    kept.put(b"a", "one", entry())
    now[0] += 59
    assert kept.get(b"a", "one") == entry()
    now[0] += 2
    assert kept.get(b"a", "one") is None
    kept.put(b"a", "two", entry())
    assert connection.execute("SELECT COUNT(*) FROM gateway_kept").fetchone() == (1,)


def test_the_oldest_go_first() -> None:
    kept = in_memory(count=3)
    for number in range(5):
        kept.put(b"a", str(number), entry(str(number)))
    assert [kept.get(b"a", str(n)) is not None for n in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_one_that_is_too_large_is_not_kept() -> None:
    kept = in_memory(bytes=1600)
    assert not kept.put(b"a", "big", entry("".join(chr(33 + n * n % 90) * 3 for n in range(900))))
    assert kept.put(b"a", "small", entry("x"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=30))
def test_all_of_it_stays_within_its_bytes(texts: list[bytes]) -> None:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    kept = Kept(SqliteRows(connection), b"k" * 32, KeptLimits(bytes=4000))
    for number, text in enumerate(texts):
        stayed = kept.put(b"a", str(number), entry(text.hex()))
        assert (kept.get(b"a", str(number)) is not None) == stayed
    size = connection.execute("SELECT TOTAL(LENGTH(sealed)) FROM gateway_kept").fetchone()[0]
    assert size <= 4000


def test_settings_that_keep_nothing_safely_are_refused(tmp_path: Path) -> None:
    assert kept_by(GatewaySettings(conversations="off")) is None
    with pytest.raises(KeptError, match="'conversations_key'"):
        kept_by(GatewaySettings(conversations=tmp_path / "kept.sqlite"))
    with pytest.raises(KeptError, match="64 hexadecimal digits"):
        kept_by(GatewaySettings(conversations_key=SecretStr("short")))
    with pytest.raises(KeptError, match="name another file"):
        kept_by(GatewaySettings(conversations=tmp_path, conversations_key=KEY))


def test_two_gateways_share_a_database(postgres_url: str) -> None:
    place = SecretStr(postgres_place(postgres_url, f"kept_{uuid4().hex}").location)
    one, two = (Kept.opened(KeptLimits(count=3), place, KEY) for _ in range(2))
    assert one.put(b"a", "resp_1", entry())
    assert two.get(b"a", "resp_1") == entry()
    assert two.get(b"b", "resp_1") is None
    for number in range(4):
        assert (one, two)[number % 2].put(b"a", str(number), entry(str(number)))
    assert [one.get(b"a", str(n)) is not None for n in range(4)] == [False, True, True, True]
    assert one.delete(b"a", "3")
    assert not two.delete(b"a", "3")
    rows = PostgresRows(place.get_secret_value())
    with rows.transaction() as run:
        raw = b"".join(bytes(part) for row in run("SELECT place, sealed FROM gateway_kept", ())
                       for part in row)  # fmt: skip
    assert b"Roemer" not in raw
    for opened in (one, two, rows):
        opened.close()
    with pytest.raises(KeptError, match="conversations_key"):
        Kept.opened(KeptLimits(), place)
    with pytest.raises(KeptError, match="the URL cannot be used"):
        Kept.opened(KeptLimits(), SecretStr("postgresql://u:pass@127.0.0.1:1/x"), KEY)
