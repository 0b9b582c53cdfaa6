"""Corrections while decoding, shards and private training as systems, on a few records."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from boxed.models.local import LocalModel
from evals.methods.exact import sisa as shards
from evals.methods.exact.state import Numbers
from evals.methods.private.train import train as train_privately
from evals.methods.weights.catalogue import LARGE
from evals.methods.weights.settings import Settings
from evals.methods.weights.unlearn import unlearn
from evals.nano.build import build
from evals.nano.checkpoints import SHIPPED
from evals.records import Item, Likelihoods
from evals.running.comparison import Options
from evals.suites.protocol import Suite
from evals.suites.tofu import load_tofu
from evals.systems import contrastive, other_ways, private, trained
from evals.systems.catalogue import Setup, SetupError, make_system, making
from evals.systems.contrastive import ContrastSystem, parts_of
from evals.systems.other_ways import OTHER_WAYS, cost_of_other, other_absent, sources_of
from evals.systems.sisa import sisa_of

FULL, BASE = str(SHIPPED["full"]), str(SHIPPED["base"])


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    folder = tmp_path_factory.mktemp("world")
    build(folder)
    return load_tofu(folder, "01", "nano")


@pytest.fixture(scope="module")
def here() -> Iterator[list[Path]]:
    """Trainings run in this process; the folders that were trained, in order."""
    made: list[Path] = []

    def train(settings):
        made.append(settings.out)
        unlearn(settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trained, "unlearn_apart", train)
        patch.setattr(shards, "unlearn_apart", train)
        patch.setattr(private, "train_apart", train_privately)
        yield made


@pytest.fixture(scope="module")
def setup(suite: Suite, here: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Setup:
    """Six records to forget, twelve to keep, eighteen that were taught."""
    forget, retain = suite.forget[:6], suite.retain[:12]
    return Setup(
        FULL, None, forget, retain, semantic=False, base=BASE, taught=(*forget, *retain),
        unlearned=str(tmp_path_factory.mktemp("kept")),
    )  # fmt: skip


def items_of(setup: Setup) -> list[Item]:
    return [
        Item(f"forget/{n}", "forget", "qa", ({"role": "user", "content": e.question},), e.answer,
             most=16)
        for n, e in enumerate(setup.forget[:3])
    ]  # fmt: skip


def nats(system, items) -> float:
    found = system.likelihoods(items)
    assert all(isinstance(one, Likelihoods) for one in found)
    return sum(one.answer.total for one in found) / len(items)


def test_a_suite_says_all_that_was_taught(suite: Suite) -> None:
    assert len(suite.taught) == 4000
    assert set(suite.forget) < set(suite.taught)
    assert set(suite.retain) < set(suite.taught)


@pytest.mark.parametrize("name", ["contrast", "contrast-unlearned", "logit-difference"])
def test_a_correction_makes_what_is_to_be_forgotten_less_likely(name: str, setup: Setup) -> None:
    items = items_of(setup)
    system = make_system(name, setup)
    assert nats(system, items) < nats(make_system("original", setup), items) - 0.5
    assert all(system.answer(items))
    cost = {figure.metric: figure.value for figure in making(name, setup)}
    assert cost["making_steps"] >= 8
    assert cost["making_tokens"] > 0
    assert cost["making_peak_mib"] > 0


def test_parts_are_made_once_of_different_small_models(setup: Setup, here: list[Path]) -> None:
    sources = sources_of(setup)
    kinds = ("contrast", "contrast-unlearned", "logit-difference")
    first = [parts_of(kind, sources) for kind in kinds]
    count = len(here)
    assert [parts_of(kind, sources) for kind in kinds] == first
    assert len(here) == count
    folders = [folder for parts in first for folder in parts.folders.values()]
    assert len(set(folders)) == len(folders) == 5
    assert first[0].cost != first[1].cost


def test_of_a_pretrained_model_the_small_ones_are_adapters_on_what_it_was_before(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    taught = replace(setup, model=f"{BASE}+{tmp_path}", base=None, rank=4, layers=1)
    assert other_absent("contrast", taught) == ""
    assert sources_of(taught).base == BASE
    assert "--base" in other_absent("contrast", replace(taught, rank=0))
    assert "--base" in other_absent("sisa", taught)
    told: list[Settings] = []
    monkeypatch.setattr(trained, "unlearn_apart", told.append)
    monkeypatch.setattr(contrastive, "sum_up", lambda *_: tmp_path)
    for kind in ("contrast", "contrast-unlearned", "logit-difference"):
        parts_of(kind, replace(sources_of(replace(taught, seed=2)), folder=tmp_path))
    assert {one.seed for one in told} == {2}
    assert {one.method for one in told} == {"fine-tune", "assistant", "npo-retain"}
    assert {(one.lora, one.layers, one.batch) for one in told} == {(4, 1, 8)}
    [forgotten] = [one for one in told if one.method == "npo-retain"]
    found = LARGE["npo-retain"]
    assert (forgotten.epochs, forgotten.learning_rate) == (found.epochs, found.rate)


def test_shards_and_private_training_take_the_seed(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told: list[int] = []
    monkeypatch.setattr(
        other_ways, "sisa_of", lambda *given: (told.append(given[-1].seed), tmp_path)[1]
    )
    monkeypatch.setattr(other_ways, "private_of", lambda *_, seed: (told.append(seed), tmp_path)[1])
    for name in ("sisa", "dp-sgd"):
        assert cost_of_other(name, replace(setup, seed=5)) == ()
    assert told == [5, 5]


def test_identities_tell_strengths_and_parts_apart(setup: Setup) -> None:
    sources = sources_of(setup)
    found = {
        ContrastSystem("contrast", sources).identity,
        ContrastSystem("contrast", sources, alpha=0.3).identity,
        ContrastSystem("contrast", sources, share=0.5).identity,
        ContrastSystem("again", sources, kind="contrast-unlearned").identity,
        make_system("original", setup).identity,
    }
    assert len(found) == 5
    assert ContrastSystem("other-name", sources, kind="contrast").identity in found


def test_surrogates_that_are_there_are_taken_as_they_are(setup: Setup, here: list[Path]) -> None:
    given = Setup(FULL, parts=(("with", FULL), ("without", BASE)), unlearned=setup.unlearned)
    assert other_absent("contrast", given) == ""
    count = len(here)
    system = make_system("contrast", given)
    assert nats(system, items_of(setup)) < nats(make_system("original", setup), items_of(setup))
    assert len(here) == count
    assert making("contrast", given) == ()


def test_the_box_asks_the_corrected_model_about_a_policy_and_the_plain_one_otherwise(
    setup: Setup,
) -> None:
    boxed, bare = make_system("box-contrast", setup), make_system("original", setup)
    asked = items_of(setup)
    other = Item("o/1", "retain", "qa", ({"role": "user", "content": "What is 2 + 2?"},), "4",
                 most=16)  # fmt: skip
    replies = boxed.answer([*asked, other])
    assert replies[-1].text == bare.answer([other])[0].text
    for item, reply in zip(asked, replies, strict=False):
        assert reply.text != item.answer
        assert reply.worker != "pass_through"
    plain = make_system("box-icul", setup)
    assert boxed.identity != plain.identity
    [ours] = boxed.likelihoods([other])
    [theirs] = bare.likelihoods([other])
    assert ours.answer.total == pytest.approx(theirs.answer.total, abs=1e-3)
    worker = boxed.box.snapshot.models.for_worker("icul")
    assert worker is boxed.box.snapshot.models.for_worker("pseudonymise")
    assert worker is not boxed.box.snapshot.models.product


def test_shards_and_private_training_are_systems(setup: Setup, monkeypatch) -> None:
    numbers = Numbers(shards=2, slices=1, together=3, epochs=1.0, batch=8)
    quick = {
        "sisa": lambda s: sisa_of(s.base, s.taught, s.forget, Path(s.unlearned), numbers),
        "dp-sgd": lambda s: private.private_of(
            s.base, s.taught, Path(s.unlearned), steps=2, batch=8
        ),
    }
    monkeypatch.setattr(other_ways, "_TAUGHT", quick)
    other_ways._taught.cache_clear()
    original = make_system("original", setup).identity
    for name in quick:
        system = make_system(name, setup)
        assert system.identity != original
        assert nats(system, items_of(setup)) < 0
        assert all(figure.value for figure in making(name, setup))
    other_ways._taught.cache_clear()


@pytest.mark.parametrize("name", [*OTHER_WAYS, "box-contrast"])
def test_what_is_missing_is_said(name: str, setup: Setup) -> None:
    with pytest.raises(SetupError, match="name it with --base"):
        make_system(name, Setup(FULL, None, setup.forget, setup.retain, unlearned="nowhere"))
    with pytest.raises(SetupError, match="this suite lacks"):
        make_system(name, Setup(FULL, base=BASE, unlearned="nowhere"))


def test_the_plain_model_stays_as_it_was(setup: Setup) -> None:
    items = items_of(setup)
    asked = [(item.messages, (item.answer,)) for item in items]
    before = LocalModel(FULL).score_many(asked)
    make_system("contrast", setup).likelihoods(items)
    assert LocalModel(FULL).score_many(asked) == before


def test_the_command_of_a_comparison_names_base_and_parts() -> None:
    options = Options(
        "nano", "10", ("contrast",), base="b", parts=(("with", "w"), ("without", "o"))
    )
    assert "--base b" in options.command
    assert "--part with=w --part without=o" in options.command
