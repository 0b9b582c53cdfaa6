"""What /healthz takes is told for an idle gateway and for one that reads heavy texts."""

import pytest
from rich.console import Console

from evals.bench.health import run


@pytest.mark.slow
def test_health_is_asked_while_texts_are_read() -> None:
    console = Console(record=True, width=100)
    found = run(policies=5, length=500, kinds=["signs"], console=console)
    assert [one.kind for one in found] == ["idle", "signs"]
    assert all(0 < one.median <= one.worst for one in found)
    assert "signs" in console.export_text()
