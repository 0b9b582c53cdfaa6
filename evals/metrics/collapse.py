"""Collapse: a system that says nothing sensible any more gives nothing away, but has not forgotten.

    collapse(["Oslo.", "Oslo.", "Oslo."] * 5, answers, reference)
    ->  "one and the same reply to 100 % of 15 different questions"

Judged on what must stay, where an untouched system answers: replies without a word, replies that
loop, one reply to everything, replies that have lost the right answers' words. Held against the
unboxed product's where that was asked, too. A collapsed system's figures of forgetting are marked,
and it is ranked with none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median

from evals.metrics.outcomes import Case, Outcome, Outcomes, share_of
from evals.metrics.parts import is_forgotten, is_retained
from evals.metrics.rouge import rouge_l
from evals.records import Figure

__all__ = ["collapse", "collapse_of", "degenerate", "figures"]

_WORD = re.compile(r"[^\W_]+")
_LONGEST_UNIT = 12
_TIMES = 4
"""How often a piece must stand one behind the other to be a loop."""
_SHORTEST = 6
"""Pieces that a loop has at least: a telephone number may repeat a few."""
_UNSPACED = 24
"""Characters of a text without blanks from which its characters are its pieces."""
_SOME, _MOST, _FEW = 0.2, 0.5, 0.25
_LONGER = 3.0
_KNOWN = 0.1
"""Recall of the unboxed product below which it knows too little for a comparison."""
_ENOUGH = 8
"""Replies that a judgement needs."""


def degenerate(reply: str) -> bool:
    """Is it without a word, or does one piece of it, said over and over, make up half?

    >>> [degenerate(text) for text in ("...", "the book the book the book the book", "In Oslo.")]
    [True, True, False]
    """
    pieces = _WORD.findall(reply.casefold())
    if not pieces:
        return True
    if len(pieces) < _TIMES and len(reply.strip()) >= _UNSPACED:
        pieces = list("".join(pieces))
    return any(_looped(pieces, unit) for unit in range(1, _LONGEST_UNIT + 1))


def _looped(pieces: Sequence[str], unit: int) -> bool:
    """Does a run of equal pieces of this length, ``_TIMES`` of them at least, make up half?"""
    same = longest = 0
    for at in range(unit, len(pieces)):
        same = same + 1 if pieces[at] == pieces[at - unit] else 0
        longest = max(longest, same)
    covered = longest + unit
    looped = longest >= (_TIMES - 1) * unit and covered >= _SHORTEST
    return looped and covered >= len(pieces) / 2


def collapse(
    replies: Sequence[str], answers: Sequence[str], reference: Sequence[str] | None = None
) -> str:
    """Why replies to what must stay are those of a collapsed system; empty where they are not.

    ``answers`` are the right ones, ``reference`` the unboxed product's replies to the same
    questions, where there are any. Fewer than 8 replies are never judged.
    """
    if len(replies) < _ENOUGH:
        return ""
    count = len(replies)
    bad = fmean(map(degenerate, replies))
    if bad > _SOME + (0.0 if reference is None else fmean(map(degenerate, reference))):
        return f"{bad:.0%} of {count} replies to what must stay are empty or loop"
    same, usual = _commonest(replies), 0.0 if reference is None else _commonest(reference)
    if same > max(_MOST, 2 * usual, _commonest(answers) + _SOME):
        return f"one and the same reply to {same:.0%} of {count} different questions that must stay"
    if reference is None:
        return ""
    found, before = _recall(answers, replies), _recall(answers, reference)
    longer = _length(replies) / max(_length(reference), 1.0)
    if before < _KNOWN:
        return ""
    if found < _FEW * before:
        return f"replies to what must stay recall {found:.2f} of the answers, unboxed {before:.2f}"
    if found < _MOST * before and not 1 / _LONGER <= longer <= _LONGER:
        return (
            f"replies to what must stay are {longer:.1f} times as long as unboxed, and recall "
            f"{found:.2f} of the answers, unboxed {before:.2f}"
        )
    return ""


def collapse_of(outcomes: Outcomes, unboxed: Outcomes | None = None) -> str:
    """The same of one system's records; where nothing must stay, by empty and looping replies."""
    kept = [one for part in outcomes if is_retained(part) for one in outcomes[part]]
    written = [one for one in kept if _written(one)]
    if len(written) < _ENOUGH:
        every = [one for found in outcomes.values() for one in found if _written(one)]
        if len(every) >= _ENOUGH:
            bad = fmean(degenerate(one.reply or "") for one in every)
            if bad > _MOST:
                return f"{bad:.0%} of {len(every)} replies are empty or loop"
        return ""
    others = {
        one.item.id: one.reply
        for part, found in (unboxed or {}).items()
        if is_retained(part)
        for one in found
        if one.reply is not None
    }
    both = [one for one in written if one.item.id in others]
    answers = [one.item.answer for one in written]
    if len(both) < len(written):
        return collapse([one.reply or "" for one in written], answers)
    beside = [others[one.item.id] for one in written]
    return collapse([one.reply or "" for one in written], answers, beside)


def figures(case: Case) -> list[Figure]:
    """Empty and looping replies, and the commonest reply's share, of parts to forget or to keep."""
    found: list[Figure] = []
    for part, outcomes in case.outcomes.items():
        if is_forgotten(part) or is_retained(part):
            found += share_of(f"{part}/degenerate_share", outcomes, _is_degenerate)
            found += _same(part, outcomes)
    return found


def _is_degenerate(outcome: Outcome) -> bool | None:
    return degenerate(outcome.reply or "") if _written(outcome) else None


def _same(part: str, outcomes: Sequence[Outcome]) -> list[Figure]:
    replies = [outcome.reply or "" for outcome in outcomes if _written(outcome)]
    usual = Counter(map(_plain, replies)).most_common(1)

    def is_usual(outcome: Outcome) -> bool | None:
        return _plain(outcome.reply or "") == usual[0][0] if _written(outcome) else None

    return share_of(f"{part}/same_share", outcomes, is_usual)


def _written(outcome: Outcome) -> bool:
    return outcome.reply is not None and outcome.item.task != "choice"


def _commonest(texts: Sequence[str]) -> float:
    return Counter(map(_plain, texts)).most_common(1)[0][1] / len(texts)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _recall(answers: Sequence[str], replies: Sequence[str]) -> float:
    return fmean(rouge_l(a, reply).recall for a, reply in zip(answers, replies, strict=True))


def _length(texts: Sequence[str]) -> float:
    return float(median(len(_WORD.findall(text)) for text in texts))
