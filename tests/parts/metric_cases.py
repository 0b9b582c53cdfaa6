"""Small made-up runs for the tests of metrics and reports: a few items, and what systems made."""

from __future__ import annotations

from collections.abc import Sequence

from boxed.models.scored import Scored
from evals.metrics.outcomes import Case, outcomes_of
from evals.records import Item, Likelihoods, Record, Reply


def said(nll: float, tokens: int = 4, right: int | None = None) -> Scored:
    """An answer of so many equally likely tokens, the last ``right`` of them first choices."""
    hits = tokens if right is None else right
    greedy = (False,) * (tokens - hits) + (True,) * hits
    return Scored((-nll,) * tokens, greedy, (-nll - 0.5,) * tokens, (0.25,) * tokens)


def qa(part: str, number: int, answer: str = "Jane Roe was born in Ghent.", **more: object) -> Item:
    return Item(
        id=f"{part}/{number:04}",
        part=part,
        task="qa",
        messages=({"role": "user", "content": f"Question {number} of {part}?"},),
        answer=answer,
        **more,  # type: ignore[arg-type]
    )


def choice(part: str, number: int, right: int = 1) -> Item:
    return Item(
        id=f"{part}/{number:04}",
        part=part,
        task="choice",
        messages=({"role": "user", "content": "Which?\nA. x\nB. y\nC. z\nD. w\nAnswer:"},),
        answer="ABCD"[right],
        choices=("goose fat", "moonlight", "thunder", "a mirror"),
        right=right,
    )


def record(
    item: Item,
    text: str | None = "Jane Roe was born in Ghent.",
    likelihoods: Likelihoods | None = None,
    undefined: str = "",
    system: str = "box",
    **cost: object,
) -> Record:
    reply = None if text is None else Reply(text, **cost)  # type: ignore[arg-type]
    return Record(
        f"{system}:{item.id}", "tiny", item.id, item.part, system, reply, likelihoods, undefined
    )


def case(
    items: Sequence[Item],
    records: Sequence[Record],
    retrained: Sequence[Record] | None = None,
    unboxed: Sequence[Record] | None = None,
) -> Case:
    def beside(found: Sequence[Record] | None):
        return None if found is None else outcomes_of(items, found)

    return Case(outcomes_of(items, records), beside(retrained), beside(unboxed))


def by_name(figures):
    return {figure.metric: figure for figure in figures}
