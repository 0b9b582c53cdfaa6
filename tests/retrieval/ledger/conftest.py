from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from ledger_samples import BINARIES, Place, postgres_place, postgres_server, sqlite_place

from retrieval.ledger import sqlite
from retrieval.ledger.keys import Keys, open_keys
from retrieval.ledger.ledger import ChainLedger, open_ledger


@pytest.fixture(autouse=True)
def _no_loss_of_power(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of this process need no wait for the disk; the processes that they kill do wait."""
    monkeypatch.setattr(sqlite, "_SYNCHRONOUS", "OFF")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return open_keys(tmp_path_factory.mktemp("store") / "keys")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if not BINARIES:
        pytest.skip("no PostgreSQL server is installed under /usr/lib/postgresql")
    with postgres_server() as url:
        yield url


@pytest.fixture
def in_postgres(postgres_url: str) -> Place:
    return postgres_place(postgres_url, f"ledger_{uuid4().hex}")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return sqlite_place(tmp_path)
    return request.getfixturevalue("in_postgres")


@pytest.fixture
def ledger(place: Place, keys: Keys) -> Iterator[ChainLedger]:
    opened = open_ledger(place.location, keys)
    yield opened
    opened.close()
