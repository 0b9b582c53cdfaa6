"""The suite of exact strings, end to end on the embedded model: greedy, drawn, boxed, taught."""

import json
from dataclasses import replace

import pytest

from evals.nano.checkpoints import SHIPPED
from evals.report.findings import find
from evals.report.markdown import as_markdown
from evals.running import comparison
from evals.running.comparison import Options, compare

FULL = str(SHIPPED["full"])


def test_a_comparison_of_exact_strings_gives_strings_and_leak_at_k(tmp_path):
    options = Options(
        "pii", "01", ("original", "box"), model=FULL, limit=2, semantic=False, samples=2,
        temperature=0.8, runs=tmp_path,
    )  # fmt: skip
    assert "--seed 7" in replace(options, seed=7).command
    assert options.command.endswith("--samples 2 --temperature 0.8 --no-semantic")
    run = compare(options)
    assert run.suite == "pii-forget01"
    findings = find(run)
    for system in ("original", "box"):
        for metric in ("forget/exact_string", "forget_prefix/string_share", "retain/exact_string",
                       "forget/leak_at_1", "forget/verbatim_leak_at_2"):  # fmt: skip
            assert findings.of(system, metric).value is not None, metric
    assert findings.of("box", "forget/exact_string").value == 0
    assert "leak@2, sampled" in as_markdown(findings)
    drawn = [
        r for r in (tmp_path / "pii-forget01" / "box.jsonl").read_text().splitlines() if "#" in r
    ]
    assert len(drawn) == 2 * 3 * 2
    again = compare(options)
    assert again.sampled == run.sampled


def test_the_seed_reaches_what_is_trained_and_the_report(tmp_path):
    options = Options("nano", "01", ("noise",), limit=1, semantic=False, seed=3, runs=tmp_path)
    run = compare(options)
    assert run.settings["seed"] == 3
    [made] = (tmp_path / "unlearned").glob("noise-*/unlearning.json")
    assert json.loads(made.read_text())["identity"]["seed"] == 3


def test_drawing_where_nothing_can_be_drawn_is_refused(tmp_path):
    with pytest.raises(ValueError, match="asks no open question about what is forgotten"):
        compare(
            Options("nano-hazard", "10", ("original",), model=FULL, limit=1, samples=2,
                    runs=tmp_path)
        )  # fmt: skip


@pytest.mark.usefixtures("trained_here")
def test_without_a_model_the_embedded_base_is_taught_the_strings(tmp_path, monkeypatch):
    monkeypatch.setattr(comparison, "_EPOCHS", 0.1)
    run = compare(Options("pii", "01", ("original",), limit=1, semantic=False, runs=tmp_path))
    assert all(record.reply is not None for record in run.records["original"])
    assert len(list((tmp_path / "unlearned").glob("fine-tune-*/unlearning.json"))) == 1
