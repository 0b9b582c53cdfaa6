from collections.abc import Iterator

import pytest
from ledger_samples import BINARIES, postgres_server
from mock_upstream import MockUpstream


@pytest.fixture
def upstream() -> Iterator[MockUpstream]:
    mock = MockUpstream()
    mock.start()
    yield mock
    mock.stop()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if not BINARIES:
        pytest.skip("no PostgreSQL server is installed under /usr/lib/postgresql")
    with postgres_server() as url:
        yield url
