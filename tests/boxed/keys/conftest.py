from pathlib import Path
from uuid import uuid4

import pytest
from ledger_samples import postgres_place


@pytest.fixture
def in_postgres(postgres_url: str) -> str:
    return postgres_place(postgres_url, f"keys_{uuid4().hex}").location


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where keys are kept: a file, or a schema of a real server."""
    if request.param == "sqlite":
        return str(tmp_path / "keys.sqlite")
    return request.getfixturevalue("in_postgres")
