"""The benchmark of a start: every size is started on in a process of its own, and printed."""

import io

from rich.console import Console

from evals.bench.start import run


def test_a_start_is_measured_by_its_parts() -> None:
    out = io.StringIO()
    row, again = run((12,), edits=False, console=Console(file=out, width=140))
    assert again.policies == 12
    assert row.policies == 12
    assert row.read > 0
    assert row.compiled > 0
    assert row.most >= row.resident >= row.before > 10
    assert "12" in out.getvalue()
