"""Keys looked up in memory, on a real storage whose calls are counted and can be made to fail."""

import asyncio
import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from virtual_keys import id_of, make, revoke, set_tenant, spent_by

from boxed.keys.errors import KeyRefusedError, KeyStoreError, LimitError
from boxed.keys.keyring import Keyring
from boxed.keys.opening import open_storage
from boxed.keys.records import Spent, Terms
from boxed.keys.storage import Storage, Transaction
from boxed.keys.text import new_key


class Watched:
    """The real storage; counts transactions, and fails while it is told to."""

    def __init__(self, storage: Storage) -> None:
        self.place, self._storage = storage.place, storage
        self.prepare, self.close = storage.prepare, storage.close
        self.count, self.broken = 0, False

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Generator[Transaction]:
        self.count += 1
        with self._storage.transaction(durable=durable) as transaction:
            yield transaction
            if self.broken:
                raise KeyStoreError(self.place, "is broken", "mend it")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "keys.sqlite")


def ring_of(file: str) -> tuple[Keyring, Watched, Clock]:
    storage, clock = Watched(open_storage(file)), Clock()
    return Keyring(storage, steady=clock), storage, clock


async def refused(ring: Keyring, text: str) -> str:
    with pytest.raises(KeyRefusedError) as raised:
        await ring.known(text)
    return raised.value.reason


async def test_a_thousand_look_ups_are_one_transaction_a_second(file: str) -> None:
    text = make(file)
    ring, storage, clock = ring_of(file)
    for _ in range(1000):
        await ring.known(text)
    assert storage.count == 1
    clock.now = 2.5
    await asyncio.gather(*(ring.known(text) for _ in range(1000)))
    assert storage.count == 2


async def test_unknown_keys_cost_little_and_a_new_key_is_found_soon(file: str) -> None:
    ring, storage, clock = ring_of(file)
    for _ in range(200):
        clock.now += 0.001
        assert await refused(ring, new_key()) == "unknown"
        assert await refused(ring, "sk-something") == "unknown"
    assert storage.count <= 3
    text = make(file)
    clock.now += 0.25
    assert (await ring.known(text)).id == id_of(text)


async def test_a_key_with_anothers_id_is_unknown(file: str) -> None:
    text = make(file)
    ring, _, _ = ring_of(file)
    forged = text[:13] + new_key()[13:]
    assert id_of(forged) == id_of(text)
    assert await refused(ring, forged) == "unknown"


async def test_a_revoked_key_is_refused_two_seconds_later_and_an_expired_one_at_once(
    file: str,
) -> None:
    text = make(file)
    ring, _, clock = ring_of(file)
    await ring.known(text)
    revoke(file, text)
    clock.now = 2.01
    assert await refused(ring, text) == "revoked"
    expired = make(file, expires=1)
    clock.now = 3
    assert await refused(ring, expired) == "expired"
    # Only its holder is told so.
    assert await refused(ring, expired[:-2] + new_key()[-2:]) == "unknown"


async def test_while_the_storage_fails_known_keys_go_on_for_half_a_minute(
    file: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    text = make(file)
    ring, storage, clock = ring_of(file)
    lease = ring.begin(await ring.known(text), 10)
    ring.end(lease, 77)
    storage.broken = True
    for clock.now in (3.0, 10.0, 29.0):
        assert (await ring.known(text)).id == id_of(text)
    assert ring.failing
    clock.now = 31.0
    for _ in range(3):
        with pytest.raises(KeyStoreError):
            await ring.known(text)
    assert caplog.text.count("key storage not answering") == 1
    # What was used meanwhile is not lost.
    storage.broken = False
    assert (await ring.known(text)).id == id_of(text)
    assert not ring.failing
    assert caplog.text.count("answering again") == 1
    await ring.close()
    assert spent_by(file, text) == Spent(77, 1)


async def test_limits_of_a_key_and_of_its_tenant_hold_together(file: str) -> None:
    one = make(file, "ACME", requests_a_minute=2)
    two = make(file, "acme ", upstream="own")
    set_tenant(file, "Acme", requests_a_minute=3, upstream="of-acme")
    ring, _, clock = ring_of(file)
    key, other = await ring.known(one), await ring.known(two)
    assert ring.begin(key, 1).caller.upstream == "of-acme"
    assert ring.begin(other, 1).caller.upstream == "own"
    clock.now = 1.0
    ring.begin(key, 1)
    for of in (key, other):
        with pytest.raises(LimitError) as raised:
            ring.begin(of, 1)
        assert raised.value.limit == "requests"
        assert raised.value.wait == pytest.approx(59.0)
    clock.now = 60.0
    ring.begin(other, 1)


async def test_a_budget_is_shared_by_the_keys_of_a_tenant(file: str) -> None:
    one, two = make(file, "acme"), make(file, "ACME")
    set_tenant(file, "acme", tokens_a_month=100)
    ring, _, _ = ring_of(file)
    ring.end(ring.begin(await ring.known(one), 10), 100)
    with pytest.raises(LimitError) as raised:
        ring.begin(await ring.known(two), 10)
    assert raised.value.limit == "tokens"
    assert 0 < raised.value.wait <= 31 * 86_400
    ring.begin(await ring.known(two), None)  # what spends no tokens is let in
    # A new key is no new budget.
    await ring.close()
    three = make(file, "Acme")
    fresh, _, _ = ring_of(file)
    with pytest.raises(LimitError):
        fresh.begin(await fresh.known(three), 10)


async def test_processes_that_share_a_storage_learn_of_each_others_spending(file: str) -> None:
    text = make(file, tokens_a_month=100)
    (ring, _, _), (other, _, clock) = ring_of(file), ring_of(file)
    ring.end(ring.begin(await ring.known(text), 10), 100)
    await ring.close()
    clock.now = 2.5
    with pytest.raises(LimitError):
        other.begin(await other.known(text), 10)


async def test_many_at_once_cannot_pass_a_budget_together(file: str) -> None:
    text = make(file, tokens_a_month=1000)
    ring, _, _ = ring_of(file)
    key, used, refusals = await ring.known(text), 0, set[str]()

    async def ask() -> None:
        nonlocal used
        try:
            lease = ring.begin(key, 400)
        except LimitError as error:
            refusals.add(error.limit)
            return
        await asyncio.sleep(0)
        used += 90
        ring.end(lease, 90)

    for _ in range(30):
        await asyncio.gather(*(ask() for _ in range(50)))
    assert 1000 <= used <= 1100
    assert refusals == {"busy", "tokens"}


async def test_what_is_used_is_written_every_second_and_at_the_end(file: str) -> None:
    text = make(file, terms=Terms())
    ring = Keyring(open_storage(file))
    running = asyncio.create_task(ring.run())
    ring.end(ring.begin(await ring.known(text), 10), 5)
    for _ in range(100):
        await asyncio.sleep(0.05)
        if spent_by(file, text) == Spent(5, 1):
            break
    assert spent_by(file, text) == Spent(5, 1)
    running.cancel()
    ring.end(ring.begin(await ring.known(text), 10), 6)
    await ring.close()
    assert spent_by(file, text) == Spent(11, 2)
