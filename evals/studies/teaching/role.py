"""What a role's teaching is made of: lessons, exams, and how a model is examined.

Role("pretend", "the pretend worker's prompt", 9, lessons, exams, examine)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.records import Figure
from evals.studies.teaching.lesson import Lesson
from evals.studies.teaching.subjects import Subject
from evals.suites.protocol import Suite
from prompts.book import PolicyBook

__all__ = ["HELD_OUT", "Exam", "Figures", "Own", "Role", "means_of"]

Own = Callable[[Sequence[str]], list[str]]
"""The bare model's own replies to questions."""
Figures = Mapping[str, Figure]
Exam = Any
"""What one exam asks: only the role that made it reads it."""
HELD_OUT = "held out"


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the product that a model can be taught.

    ``lessons`` makes them of subjects, a book and a seed; lessons of one group are read in steps of
    ``batch``. ``exams`` makes one of the subjects that are held out and one of each suite, with so
    many questions for every subject; ``examine`` asks a model by its name. ``asks`` says for the
    card what the role does, ``columns`` what each figure means.
    """

    name: str
    asks: str
    batch: int
    lessons: Callable[[Sequence[Subject], PolicyBook, int, Own], tuple[Lesson, ...]]
    exams: Callable[[Sequence[Subject], Sequence[Suite], PolicyBook, int, Own], Mapping[str, Exam]]
    examine: Callable[[str, Exam], Figures]
    columns: Mapping[str, str]


def means_of(values: Mapping[str, Sequence[float]]) -> Figures:
    """The mean of each figure's values, with how many they are; undefined where nothing was."""
    return {
        name: Figure(name, sum(found) / len(found), n=len(found))
        if found
        else Figure(name, None, n=0, undefined="nothing was asked")
        for name, found in values.items()
    }
