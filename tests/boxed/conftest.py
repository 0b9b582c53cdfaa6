from collections.abc import Iterator

import pytest
from mock_upstream import MockUpstream


@pytest.fixture
def upstream() -> Iterator[MockUpstream]:
    mock = MockUpstream()
    mock.start()
    yield mock
    mock.stop()
