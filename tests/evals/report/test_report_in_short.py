"""The overview's sentences follow from the figures, and warn where a test tells nothing."""

from dataclasses import replace

import numpy as np
import pytest
from report_runs import run

from evals.records import Figure
from evals.report.findings import find
from evals.report.html import as_html
from evals.report.in_short import in_short
from evals.report.markdown import as_markdown


@pytest.fixture(scope="module")
def findings():
    return find(run(20), lambda texts: np.ones((len(texts), 2)))


def with_quality(findings, **values):
    figures = {
        system: {
            **found,
            "forget_quality": Figure("forget_quality", values.get(system, 1e-9), n=20),
        }
        for system, found in findings.figures.items()
    }
    return in_short(replace(findings, figures=figures))[0].replace("\u00a0", " ")


def test_who_passes_is_named(findings):
    assert with_quality(findings, retrain=1.0, box=0.2, filter=0.06) == (
        "Cannot be told from the retrained model at the level of 0.05: "
        "filter (p = 0.060), box (p = 0.200)."
    )


def test_nobody_passing_is_said(findings):
    assert with_quality(findings, retrain=1.0, box=0.05).startswith("Every system under test can")


def test_a_test_that_the_unboxed_product_passes_tells_nothing(findings):
    assert with_quality(findings, original=0.175, box=0.5) == (
        "Forget quality tells nothing here: over 20 items the unboxed product itself cannot be "
        "told from the retrained model (p = 0.175)."
    )


def test_leaks_refusals_and_utility_are_those_of_the_figures(findings):
    _, leaks, refusals, utility = in_short(findings)
    for system in ("prompt", "filter", "box", "box-pretend", "box-pseudonymise", "api"):
        value = findings.of(system, "forget/verbatim_leak").value
        told, never = leaks.split("; never: ")
        assert (f"{system} ({value:.3f})" in told) == (value > 0)
        assert (system in never) == (value == 0)
    assert refusals == "Answered retained questions worse: none of 6 systems."
    assert f"Model utility is {findings.of('original', 'model_utility').value:.3f}" in utility


def test_a_collapsed_system_is_marked_and_ranked_with_no_other() -> None:
    made = run(systems=("original", "retrain", "box", "prompt"))
    silent = tuple(
        replace(record, reply=record.reply and replace(record.reply, text="la la la la la la"))
        for record in made.records["prompt"]
    )
    findings = find(replace(made, records={**made.records, "prompt": silent}))
    assert set(findings.collapsed) == {"prompt"}
    assert "empty or loop" in findings.collapsed["prompt"]
    sentences = in_short(findings)
    assert "Collapsed, so not ranked: prompt." in sentences
    assert not any("prompt" in sentence for sentence in sentences[:-1])
    assert "| prompt (collapsed) |" in as_markdown(findings)
    assert "| box |" in as_markdown(findings)
    assert "collapsed, not ranked" in as_html(findings)
    assert any(notice.startswith("prompt has collapsed") for notice in findings.notices)
