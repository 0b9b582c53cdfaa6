"""What changed between two reports is found, named, and nothing else is."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from report_runs import run
from typer.testing import CliRunner

from evals.commands.main import app
from evals.records import Figure
from evals.report import write
from evals.report.difference import Change, as_text, difference
from evals.report.kept import load

SYSTEMS = ("original", "retrain", "box")


def vectors(texts):
    return np.array([[len(text), text.count("know")] for text in texts], float)


def changed_run(**changes):
    """The same run, but the box gives three forgotten answers away."""
    whole = run(10, systems=SYSTEMS)
    told = {item.id: item.answer for item in whole.items[:3]}
    box = tuple(
        replace(r, reply=replace(r.reply, text=told[r.item])) if r.item in told else r
        for r in whole.records["box"]
    )
    return run(10, systems=SYSTEMS, records={**whole.records, "box": box}, **changes)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    write(run(10, systems=SYSTEMS), folder / "a", vectors)
    write(changed_run(environment={"boxed": "0.2.0", "seeds": [1]}), folder / "b", vectors)
    return folder


def test_a_report_does_not_differ_from_itself(reports):
    kept = load(reports / "a")
    found = difference(kept, kept)
    assert found.none
    assert found.compared > 50
    assert as_text(found).startswith("No difference: ")


def test_changed_figures_and_replies_are_named(reports):
    found = difference(load(reports / "a"), load(reports / "b"))
    assert not found.none
    assert found.replies == {
        "original": (), "retrain": (), "box": ("forget/0000", "forget/0001", "forget/0002"),
    }  # fmt: skip
    assert {change.system for change in found.figures} == {"box"}
    by_metric = {change.metric: change for change in found.figures}
    assert by_metric["forget/verbatim_leak"].before.value == 0
    assert by_metric["forget/verbatim_leak"].after.value == pytest.approx(0.3)
    assert "retain/rouge" not in by_metric
    assert "forget_quality" not in by_metric  # the likelihoods are the same


def test_settings_and_environment_are_compared(reports):
    found = difference(load(reports / "a"), load(reports / "b"))
    facts = {name: (before, after) for name, before, after in found.facts}
    assert facts["environment.boxed"] == ("0.1.0", "0.2.0")
    assert facts["environment.seeds"] == ("0", "1")
    assert facts["environment.torch"] == ("2.13.0", "")
    assert "settings.seed" not in facts


def test_the_text_reads_on_its_own(reports):
    text = as_text(difference(load(reports / "a"), load(reports / "b")))
    assert "| box | Answer word for word, forget | 0.000 (" in text
    assert "| +0.3 |" in text
    assert "- box: 3 of 70 differ: forget/0000, forget/0001, forget/0002" in text
    assert "- original: 0 of 70 differ" in text
    assert "| environment.boxed | 0.1.0 | 0.2.0 |" in text


def test_other_systems_and_items_are_said(reports, tmp_path):
    write(run(8, systems=("original", "filter")), tmp_path, vectors)
    found = difference(load(reports / "a"), load(tmp_path))
    assert found.systems == (("retrain", "box"), ("filter",))
    assert found.items == (14, 0)
    text = as_text(found)
    assert "Only before: retrain, box." in text
    assert "Only after: filter." in text
    assert "Items only before: 14, only after: 0." in text


def test_intervals_apart_are_marked_by_hand():
    def change(a, b):
        before, after = Figure("forget/rouge", *a, 9), Figure("forget/rouge", *b, 9)
        return Change("box", "forget/rouge", before, after).apart

    assert change((0.1, 0.0, 0.2), (0.4, 0.3, 0.5))
    assert change((0.4, 0.3, 0.5), (0.1, 0.0, 0.2))
    assert not change((0.1, 0.0, 0.3), (0.4, 0.3, 0.5))
    assert not change((0.1, None, None), (0.4, 0.3, 0.5))


def test_a_figure_that_became_undefined_shows_the_reason(reports):
    kept = load(reports / "a")
    figures = {s: dict(found) for s, found in kept.figures.items()}
    figures["box"]["forget_quality"] = Figure("forget_quality", None, undefined="no reference")
    text = as_text(difference(kept, kept.model_copy(update={"figures": figures})))
    assert "undefined: no reference" in text
    assert "figures: 1 of" in text.lower()


def test_the_documented_example_runs(reports):
    page = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names = {}
    exec(example, names)
    text = names["changed"](reports / "a", reports / "b")
    assert "- box: 3 of 70 differ" in text


def test_the_command(reports):
    result = CliRunner().invoke(app, ["report", "--diff", str(reports / "a"), str(reports / "b")])
    assert result.exit_code == 0
    assert "## Figures: " in result.output


def test_the_command_names_what_is_no_report(reports, tmp_path):
    result = CliRunner().invoke(app, ["report", "--diff", str(reports / "a"), str(tmp_path)])
    assert result.exit_code == 1
    assert "report.json: No such file" in result.output


def test_a_library_that_is_missing_is_named_with_the_remedy(reports, monkeypatch):
    def missing(name):
        raise ModuleNotFoundError("No module named 'scipy'", name="scipy.stats")

    monkeypatch.setattr("evals.commands.modules.importlib.import_module", missing)
    result = CliRunner().invoke(app, ["report", "--diff", str(reports / "a"), str(reports / "b")])
    assert result.exit_code == 1
    assert "scipy.stats is not installed; run: pip install 'boxed[evals]'" in result.output
