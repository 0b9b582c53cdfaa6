"""Names in scripts without spaces between words: the longest runs of letters that recur.

    run_candidates(texts)[0].name      ->  "李小龙"

A run grows as long as it recurs nearly as often; over a question word or a particle, only where it
always does. Korean is read so too: its particles hang on to the name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from boxed.drafting.evidence import FEWEST, TOLD, Candidate, Text
from boxed.drafting.little_words import FRAME_AFTER, FRAME_BEFORE, ONLY_FRAME
from prompts.policy import long_enough

__all__ = ["run_candidates"]

_PLACED = 0.25
"""What standing first in a question adds."""
_WEIGHT = 0.9
_MOST, _NEAR = 400, 0.3
"""Runs that are looked at, and the share of the best one's records that they need."""
_LONGEST_RUN = 12
_CLOSED, _CLOSED_FRAME = 0.6, 0.95
"""Share of its records in which a longer run must recur; with a little word added."""
_FIRST = 0.6
"""Share of the questions that a name of small kana alone must begin."""
_KANA = re.compile("[\u3041-\u3096]{3,}")
_SIGNS = re.compile("[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u30fc]")
_BEHIND = re.compile(f"{_SIGNS.pattern}|[ ·・]")
_AHEAD = re.compile("[\u0e40-\u0e44 ·・]")


def run_candidates(texts: Sequence[Text]) -> list[Candidate]:
    """Runs of letters that recur, in scripts whose words no space parts: the longest ones."""
    asked: dict[str, set[int]] = defaultdict(set)
    told: dict[str, set[int]] = defaultdict(set)
    for text in texts:
        for part in {part for run in text.runs for part in _parts(run)}:
            (asked if text.asked else told)[part].add(text.record)
    score = {
        part: len(asked[part]) + TOLD * len(told[part] - asked[part])
        for part in {*asked, *told}
        if len(asked[part] | told[part]) >= FEWEST
    }
    top = max(score.values(), default=0.0)
    found: list[Candidate] = []
    for part in sorted(score, key=lambda one: (-score[one], -len(one), one))[:_MOST]:
        if score[part] < _NEAR * top or any(part in one.name for one in found):
            continue
        whole = _closed(part, score)
        placed = _begins(texts, whole)
        # "さくらももこ" has no letter that particles have not, but it stands first.
        framed = ONLY_FRAME.fullmatch(whole) and not (_KANA.fullmatch(whole) and placed >= _FIRST)
        if framed or not long_enough(whole):
            continue
        if not any(whole in one.name or one.name in whole for one in found):
            records = frozenset(asked[part] | told[part])
            value = score[part] * (1 + _PLACED * placed)
            found.append(Candidate(whole, value, records, frozenset([whole]), whole, _WEIGHT, 1.0))
    return found


def _begins(texts: Sequence[Text], part: str) -> float:
    """The share of the questions with ``part`` that begin with it."""
    held = [text for text in texts if text.asked and any(part in run for run in text.runs)]
    first = sum(text.runs[0].startswith(part) for text in held)
    return first / len(held) if held else 0.0


def _parts(run: str) -> Iterator[str]:
    """The runs within a run that may be words: no sign of a letter is cut off from it."""
    for first in range(len(run)):
        korean = "\uac00" <= run[first] <= "\ud7a3"
        if _BEHIND.match(run[first]) or (korean and first and run[first - 1] != " "):
            continue
        for last in range(first + 2, min(len(run), first + _LONGEST_RUN) + 1):
            if not _AHEAD.match(run[last - 1]) and not _SIGNS.match(run, last):
                yield run[first:last]


def _closed(part: str, score: dict[str, float]) -> str:
    """The longest run around ``part`` that recurs nearly as often; little words must do always."""
    begun = score[part]
    while True:
        longer = [
            one
            for one in score
            if len(one) > len(part)
            and len(one) - len(part) <= 2
            and (one.startswith(part) or one.endswith(part))
        ]
        fit = [
            one
            for one in longer
            if score[one]
            >= begun
            * (
                _CLOSED_FRAME
                if _is_frame(one.removeprefix(part) if one.startswith(part) else one[: -len(part)])
                else _CLOSED
            )
        ]
        if not fit:
            return part
        part = max(fit, key=lambda one: (score[one], one))


def _is_frame(added: str) -> bool:
    return bool(FRAME_AFTER.match(added.strip()) or FRAME_BEFORE.search(added) or not added.strip())
