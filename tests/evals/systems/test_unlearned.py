"""Models that a comparison unlearns itself: made once, in a process of their own, never stale."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from evals.methods.weights.catalogue import LARGE, METHODS
from evals.methods.weights.method import Pace
from evals.methods.weights.process import unlearn_apart
from evals.metrics.making import MAKING
from evals.nano.build import build
from evals.nano.checkpoints import SHIPPED
from evals.records import Item
from evals.suites.tofu import load_tofu
from evals.systems import unlearned as module
from evals.systems.catalogue import (
    SYSTEMS,
    Setup,
    SetupError,
    every_system,
    make_system,
    making,
)
from evals.systems.unlearned import settings_for, unlearned

FULL, RETRAIN = str(SHIPPED["full"]), str(SHIPPED["retain90"])


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Setup:
    """Eight records to forget and sixteen to keep."""
    folder = tmp_path_factory.mktemp("world")
    build(folder)
    suite = load_tofu(folder, "01", "nano")
    return Setup(
        FULL, RETRAIN, suite.forget[:8], suite.retain[:16], unlearned=str(folder / "unlearned")
    )


@pytest.fixture(scope="module")
def made(setup: Setup) -> Path:
    return unlearned("grad-ascent", setup)


def test_a_method_is_a_system_made_once(setup: Setup, made: Path) -> None:
    before = (made / "model.safetensors").stat().st_mtime_ns
    system = make_system("grad-ascent", setup)
    assert system.name == "grad-ascent"
    assert system.identity != make_system("original", setup).identity
    module.unlearned.cache_clear()
    assert unlearned("grad-ascent", setup) == made
    assert (made / "model.safetensors").stat().st_mtime_ns == before


def test_another_seed_is_another_training(setup: Setup) -> None:
    found = [unlearned("noise", replace(setup, seed=seed)) for seed in (0, 1)]
    first, other = ((folder / "model.safetensors").read_bytes() for folder in found)
    assert first != other


def test_a_box_asks_it_about_what_must_go_and_the_model_about_the_rest(
    setup: Setup, made: Path
) -> None:
    lexical = replace(setup, semantic=False)
    boxed, inside = make_system("box-grad-ascent", lexical), make_system("grad-ascent", lexical)
    items = [
        Item(f"{part}/{n}", part, "qa", ({"role": "user", "content": e.question},), e.answer,
             most=16)
        for part, records in (("forget", setup.forget[:3]), ("retain", setup.retain[:3]))
        for n, e in enumerate(records)
    ]  # fmt: skip
    replies = boxed.answer(items)
    plain = make_system("original", lexical).answer(items)
    assert [one.text for one in replies[3:]] == [one.text for one in plain[3:]]
    for one, theirs in zip(replies[:3], inside.answer(items[:3]), strict=True):
        assert one.text == theirs.text or one.worker.endswith("ignorance")
        assert one.worker.startswith("unlearned") or one.worker == "ignorance"
    assert [f.value for f in making("box-grad-ascent", setup)] == [
        f.value for f in making("grad-ascent", setup)
    ]


def test_all_takes_no_box_around_each_method(setup: Setup) -> None:
    systems, reasons = every_system(setup)
    assert {"box", "grad-ascent"} <= set(systems)
    assert "box-unlearned" not in SYSTEMS
    assert not [name for name in systems if name.removeprefix("box-") in METHODS and "box" in name]
    assert any("'contrast' goes on from" in one for one in reasons)


def test_it_is_trained_on_the_setup_s_own_records(setup: Setup, made: Path) -> None:
    told = settings_for("grad-ascent", setup)
    rows = [json.loads(line) for line in told.forget.read_text(encoding="utf-8").splitlines()]
    assert rows == [{"question": e.question, "answer": e.answer} for e in setup.forget]
    kept = told.retain.read_text(encoding="utf-8").splitlines() if told.retain else []
    assert len(kept) == len(setup.retain)
    result = json.loads((made / "unlearning.json").read_text())["result"]
    assert result["forget_after"] > result["forget_before"]


def test_what_making_it_cost_comes_from_the_record(setup: Setup, made: Path) -> None:
    result = json.loads((made / "unlearning.json").read_text())["result"]
    found = {figure.metric: figure.value for figure in making("grad-ascent", setup)}
    assert found == {
        "making_seconds": result["seconds"],
        "making_peak_mib": result["peak_bytes"] / 2**20,
        "making_tokens": result["tokens"],
        "making_steps": result["steps"],
    }
    retrained = {figure.metric: figure for figure in making("retrain", setup)}
    assert retrained["making_steps"].value == 8000
    assert retrained["making_peak_mib"].undefined
    assert making("original", setup) == ()
    bare = making("retrain", replace(setup, retrain="a-name-on-the-hub"))
    assert [figure.metric for figure in bare] == list(MAKING)
    assert all("no record of its training" in figure.undefined for figure in bare)


def test_the_report_of_an_unlearning_changes_no_identity(setup: Setup, made: Path) -> None:
    first = make_system("other", replace(setup, others=(("other", str(made)),))).identity
    assert first == make_system("grad-ascent", setup).identity


def test_another_folder_for_all_that_the_weights_depend_on(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = settings_for("npo", setup).out
    assert settings_for("npo", setup).out == first
    changed = [
        settings_for("npo", replace(setup, forget=setup.forget[:7])).out,
        settings_for("npo", replace(setup, retain=setup.retain[:7])).out,
        settings_for("npo", replace(setup, model=RETRAIN)).out,
        settings_for("npo-kl", setup).out,
    ]
    for own in (
        {"pace": Pace(epochs=7, rate=3e-4)},
        {"options": {**METHODS["npo"].options, "beta": 0.2}},
    ):
        monkeypatch.setitem(METHODS, "npo", replace(METHODS["npo"], **own))  # type: ignore[arg-type]
        changed.append(settings_for("npo", setup).out)
    assert len({first, *changed}) == 7


def test_two_that_ask_at_once_make_it_once(setup: Setup, tmp_path: Path) -> None:
    told = settings_for("task-vector", replace(setup, unlearned=str(tmp_path)))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(unlearn_apart, [told, told]))
    assert (told.out / "unlearning.json").exists()
    assert not (told.out / "unfinished").exists()


def test_what_is_lacking_is_said(setup: Setup) -> None:
    with pytest.raises(SetupError, match="this suite has none; take one that has"):
        make_system("npo", replace(setup, forget=()))
    with pytest.raises(SetupError, match="trains on the suite's retain set"):
        make_system("npo-retain", replace(setup, retain=()))
    with pytest.raises(SetupError, match=r"grad-diff: .*nowhere"):
        make_system("grad-diff", replace(setup, model="/nowhere"))


def test_a_pretrained_model_gets_adapters_and_numbers_of_its_own(setup: Setup) -> None:
    large = replace(setup, rank=16, layers=2)
    told = settings_for("npo-retain", large)
    found = LARGE["npo-retain"]
    assert (told.lora, told.layers) == (16, 2)
    assert (told.epochs, told.learning_rate) == (found.epochs, found.rate)
    assert dict(told.options) == {**METHODS["npo-retain"].options, **found.options}
    assert told.out != settings_for("npo-retain", setup).out
    # It edits three layers of its own, far below those that have adapters.
    assert settings_for("rmu", large).lora == 0
    assert settings_for("npo-retain", setup).lora == 0
