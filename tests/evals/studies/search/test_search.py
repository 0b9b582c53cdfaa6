"""The search for default numbers: what is tried, how it is judged, and that defaults follow it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from evals.commands.main import app
from evals.methods.weights.catalogue import LARGE, METHODS
from evals.methods.weights.method import Large
from evals.nano.build import build
from evals.nano.checkpoints import SHIPPED
from evals.studies.search import ground, trials
from evals.studies.search.run import FOUND, FOUND_PRETRAINED, found, run
from evals.studies.search.score import Quick, forgotten, kept, score
from evals.studies.search.trials import Rising, trials_of
from evals.suites.catalogue import load_suite
from evals.suites.protocol import Suite, limited

ORIGINAL, RETRAINED = Quick(0.95, 0.9, 0.3), Quick(0.35, 0.9, 0.0)


def test_the_score_is_what_was_forgotten_times_what_was_kept() -> None:
    # 0.95 came down by 0.45 of the 0.60 that retraining does; 0.72 of 0.90 is kept.
    half = Quick(0.5, 0.72, 0.2)
    assert forgotten(half, ORIGINAL, RETRAINED) == pytest.approx(0.75)
    assert kept(half, ORIGINAL) == pytest.approx(0.8)
    assert score(half, ORIGINAL, RETRAINED) == pytest.approx(0.6)


def test_more_than_retraining_does_counts_no_more_and_a_broken_model_nothing() -> None:
    assert score(Quick(0.0, 0.9, 1.0), ORIGINAL, RETRAINED) == 1
    assert score(Quick(0.0, 0.0, 0.1), ORIGINAL, RETRAINED) == 0
    assert score(Quick(0.99, 0.99, 0.3), ORIGINAL, RETRAINED) == 0
    with pytest.raises(ValueError, match="an original that knows more"):
        score(ORIGINAL, RETRAINED, ORIGINAL)


def test_every_method_has_trials_of_rising_rates() -> None:
    for method in METHODS:
        for rising in trials_of(method):
            rates = [trial.learning_rate for trial in rising]
            assert len({(trial.epochs, trial.options) for trial in rising}) == 1
            assert rates == sorted(set(rates))
            assert {name for name, _ in rising[0].options} <= METHODS[method].options.keys()
    with pytest.raises(ValueError, match="method 'fgd' is not one of"):
        trials_of("fgd")


def test_trials_of_one_length_can_be_picked(tmp_path: Path) -> None:
    rises = trials_of("undial", trials.PRETRAINED)
    assert {trial.epochs for rising in rises for trial in rising} == {1, 3}
    picked = trials_of("undial", trials.PRETRAINED, passes=3)
    assert picked == tuple(rising for rising in rises if rising[0].epochs == 3)
    with pytest.raises(ValueError, match="no trial of rmu, undial has 7 passes"):
        run(["rmu", "undial"], tmp_path, ground.embedded(tmp_path, 2), passes=7)
    told = CliRunner().invoke(app, [
        "search", "--methods", "rmu", "--passes", "7", "--items", "2", "--out", str(tmp_path),
    ])  # fmt: skip
    assert told.exit_code == 1
    assert "no trial of rmu has 7 passes" in " ".join(told.output.split())


def test_a_default_that_was_searched_for_is_the_best_that_was_found() -> None:
    recorded = found()
    assert recorded
    assert recorded.keys() <= METHODS.keys()
    for name, outcomes in recorded.items():
        pace, options = METHODS[name].pace, METHODS[name].options
        assert pace.rate == outcomes[0].learning_rate, name
        assert pace.epochs == outcomes[0].epochs, name
        assert outcomes[0].options.items() <= options.items(), name


def test_numbers_for_a_pretrained_model_are_those_that_told_what_must_go_from_what_stays() -> None:
    """A method whose best trial broke the model, or forgot nothing, keeps what it had before."""
    told = {name: rows[0] for name, rows in found(FOUND_PRETRAINED).items()}
    selective = {name: one for name, one in told.items() if one.score > 0.45}
    assert selective
    for name, one in selective.items():
        assert LARGE[name] == Large(one.epochs, one.learning_rate, one.options), name


def test_what_is_recorded_can_be_tried_again_and_depends_on_no_default_that_was_found() -> None:
    for name, outcomes in found().items():
        rising = trials_of(name)
        assert len({tuple(option for option, _ in trials[0].options) for trials in rising}) == 1
        tried = {(t.learning_rate, t.epochs, t.options) for trials in rising for t in trials}
        for one in outcomes:
            assert (one.learning_rate, one.epochs, tuple(one.options.items())) in tried, name


def test_the_record_s_scores_follow_from_what_was_measured() -> None:
    told = json.loads(FOUND.read_text(encoding="utf-8"))
    original, retrained = Quick(**told["original"]), Quick(**told["retrained"])
    for outcomes in found().values():
        for one in outcomes:
            quick = Quick(one.forget, one.retain, one.ks_distance)
            assert one.score == pytest.approx(score(quick, original, retrained))


def test_a_search_trains_measures_and_goes_on_from_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def small(name: str, share: str) -> Suite:
        whole = load_suite(name, share)
        return replace(whole, forget=whole.forget[:8], retain=whole.retain[:16])

    monkeypatch.setattr(ground, "load_suite", small)
    # The third rate would only destroy more than the second, and is left out.
    rates = (1e-6, 3e-2, 6e-2)
    monkeypatch.setitem(trials.EMBEDDED, "grad-ascent", (Rising(2, rates),))
    shown = Console(quiet=True)
    held = ground.embedded(tmp_path / "out", 4)
    first = run(["grad-ascent"], tmp_path / "out", held, shown)["grad-ascent"]
    assert {one.learning_rate for one in first} == set(rates[:2])
    gentle, broken = sorted(first, key=lambda one: one.learning_rate)
    assert gentle.retain > 2 * broken.retain
    models = list((tmp_path / "out").glob("grad-ascent-*/model.safetensors"))
    before = {file: file.stat().st_mtime_ns for file in models}
    assert len(before) == 2
    assert run(["grad-ascent"], tmp_path / "out", held, shown)["grad-ascent"] == first
    assert {file: file.stat().st_mtime_ns for file in models} == before
    assert found(tmp_path / "out" / "found.json")["grad-ascent"] == first


def test_a_pretrained_model_is_judged_by_what_the_comparison_does_not_ask(tmp_path: Path) -> None:
    build(tmp_path)
    given = {"data": str(tmp_path), "share": "01", "model": str(SHIPPED["full"])}
    held = ground.pretrained(
        tmp_path, 5, **given, retrain=str(SHIPPED["retain90"]), rank=16, layers=2, spared=30
    )
    shown = {item.id for item in limited(load_suite("tofu", "01", str(tmp_path)), 30).items}
    assert {item.part for item in held.suite.items} == {"forget", "retain"}
    assert len(held.suite.items) == 10
    assert not shown & {item.id for item in held.suite.items}
    assert held.setup.rank == 16
    with pytest.raises(ValueError, match="no item of 'forget' is left"):
        ground.pretrained(
            tmp_path, 5, **given, retrain=str(SHIPPED["retain90"]), rank=16, layers=2, spared=40
        )


def test_a_search_tries_what_a_pretrained_model_is_unlearned_with() -> None:
    for name, large in LARGE.items():
        tried = [t for rising in trials_of(name, trials.PRETRAINED) for t in rising]
        assert any(
            (t.learning_rate, t.epochs, dict(t.options))
            == (large.rate, large.epochs, large.options)
            for t in tried
        ), name
