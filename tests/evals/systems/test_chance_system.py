"""Names by chance on real models: one that knows the subjects and one that never met them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from evals.metrics.forget_quality import forget_quality
from evals.metrics.truth_ratio import truth_ratio
from evals.nano.build import build
from evals.nano.checkpoints import SHIPPED
from evals.records import Item, Likelihoods
from evals.suites.tofu import load_tofu
from evals.systems.catalogue import Setup, box_with, make_system, policies_of
from evals.systems.protocol import System
from prompts.book import book_of

SUBJECTS, RECORDS = 4, 20
RETAINED = 1600


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Setup, list[Item], list[str]]:
    """Questions by description, with everybody's names."""
    folder = tmp_path_factory.mktemp("world")
    build(folder)
    suite = load_tofu(folder, "10", "nano")
    # Some of the subjects: to draft policies for all of them takes longer than to ask.
    forget, retain = suite.forget[: SUBJECTS * RECORDS], suite.retain[:RETAINED]
    full, never = str(SHIPPED["full"]), str(SHIPPED["retain90"])
    setup = Setup(full, never, forget, retain, semantic=False)
    names = [policy.title for policy in policies_of(setup, "pseudonymise")]
    forgotten = [item for item in suite.items if item.part == "forget"][: len(forget)]
    nameless = [one for one in forgotten if not any(name in one.question for name in names)]
    assert len(nameless) == 2 * SUBJECTS
    return setup, nameless, names


def boxed(setup: Setup) -> System:
    """Every policy lets its subject be named; the retain questions name enough neighbours."""
    neighbours = tuple(record.question for record in setup.retain[1::RECORDS])
    policies = policies_of(setup, "pseudonymise")
    return box_with(
        "chance",
        setup,
        book_of(
            p.model_copy(update={"by_chance": "names", "retain": (*p.retain, *neighbours)})
            for p in policies
        ),
    )


def ratios(system: System, items: Sequence[Item]) -> list[float]:
    """The truth ratio of each item: how much likelier a wrong name is than the right one."""
    found: list[float] = []
    for one in system.likelihoods(items):
        assert isinstance(one, Likelihoods)
        assert one.paraphrased is not None
        found.append(truth_ratio(one.paraphrased.mean_nll, [w.mean_nll for w in one.wrong]))
    return found


def test_the_name_is_no_likelier_where_the_model_knows_the_subject(
    asked: tuple[Setup, list[Item], list[str]],
) -> None:
    setup, items, names = asked
    never_met = replace(setup, model=setup.retrain or "")
    bare = [ratios(make_system("original", one), items) for one in (setup, never_met)]
    assert forget_quality(*bare).p < 0.01
    system = boxed(setup)
    knowing, control = ratios(system, items), ratios(boxed(never_met), items)
    assert 1.0 not in knowing  # no answer is withheld
    assert forget_quality(knowing, control).p > 0.2
    likelier = sum(mine < theirs for mine, theirs in zip(knowing, control, strict=True))
    assert likelier <= 0.75 * len(items)
    replies = [one.text for one in system.answer(items) if one]
    assert not any(name in text for text in replies for name in names)
