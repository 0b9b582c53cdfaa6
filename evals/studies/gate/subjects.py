"""The gate on TOFU: policies drafted from a forget set, against what must and must not be touched.

    measure_tofu(folder, "10", embed)[1]      ->  Touched("forget10, paraphrased", ...)

The retain set helps to draft, as its owner would let it. Its paraphrases, the real authors and the
world facts are new to the policies; so are the paraphrases of the forget set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from boxed.drafting.policies import draft_policies
from evals.data.tofu import QA, RETAINED, load_split
from evals.metrics.rates import Rate, rate
from guards.compiled import compile_book
from guards.screen import Screen
from guards.verdicts import Embed, Turn
from prompts.book import book_of
from prompts.policy import Example

__all__ = ["Touched", "measure_tofu"]

_NOW = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Touched:
    """One set of questions: the share with certain evidence, and the share left to a router."""

    name: str
    certain: Rate
    asked: Rate


def measure_tofu(folder: Path, forget: str, embed: Embed) -> tuple[Touched, ...]:
    """The share of each set that the drafted policies touch; raises DataError, KeyError."""
    forgotten, kept = load_split(folder, f"forget{forget}"), load_split(folder, RETAINED[forget])
    policies = draft_policies(_examples(forgotten), _examples(kept))
    compiled = compile_book(book_of(policies), embed)
    screen = Screen(compiled, embed)
    sets = {
        f"forget{forget}": _asked(forgotten),
        f"forget{forget}, paraphrased": _paraphrased(folder, f"forget{forget}_perturbed"),
        f"{RETAINED[forget]} (drafted with)": _asked(kept),
        "retain, paraphrased": _paraphrased(folder, "retain_perturbed"),
        "real authors": _asked(load_split(folder, "real_authors")),
        "world facts": _asked(load_split(folder, "world_facts")),
    }
    return tuple(_touched(name, texts, screen, embed) for name, texts in sets.items())


def _touched(name: str, texts: Sequence[str], screen: Screen, embed: Embed) -> Touched:
    embed(texts)  # together, which is quicker than one by one
    found = [screen.screen((Turn("user", text),), _NOW) for text in texts]
    certain = sum(any(e.certain for e in evidence) for evidence in found)
    asked = sum(bool(evidence) for evidence in found) - certain
    return Touched(name, rate(certain, len(texts)), rate(asked, len(texts)))


def _examples(records: Sequence[QA]) -> list[Example]:
    return [Example(question=record.question, answer=record.answer) for record in records]


def _asked(records: Sequence[QA]) -> list[str]:
    return [record.question for record in records]


def _paraphrased(folder: Path, split: str) -> list[str]:
    records = load_split(folder, split)
    return [r.paraphrased_question for r in records if r.paraphrased_question is not None]
