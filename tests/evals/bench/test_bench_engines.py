"""Both engines are asked the same, and the table says how they compare."""

import pytest
from pretrained import needs_smollm2
from rich.console import Console

from evals.bench.engines import run


@needs_smollm2
@pytest.mark.slow
def test_both_engines_answer_and_the_ratio_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.bench.engines.TOKENS", 4)
    console = Console(record=True, width=100)
    found = run("smollm2", 1, console)
    assert [one.engine for one in found] == ["transformers", "llama.cpp"]
    assert all(text for one in found for text in one.texts)
    shown = console.export_text()
    assert "x faster" in shown
    assert "the same reply:" in shown
