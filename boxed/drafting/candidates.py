"""The names that may run through records, those with the most evidence first.

    best(Reading.of(examples), everything)[0].name      ->  "Vincent van Gogh"

A name recurs from record to record, most of all in what is asked, and stands where subjects stand.
The word with the best evidence is the core; it takes in the words beside it that recur with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from boxed.drafting.evidence import FEWEST, SMALL, TOLD, Candidate, Reading, Text
from boxed.drafting.growing import grown
from boxed.drafting.little_words import PARTICLES, SUFFIXES
from boxed.drafting.reading import Word, cased, is_unspaced
from boxed.drafting.unspaced import run_candidates
from prompts.policy import long_enough

__all__ = ["best", "records_of"]

_PLACED = 0.25
"""What standing where a subject stands adds."""
_MOST = 24
"""Words that are looked at."""
_BEFORE_SUBJECT = frozenset(
    ["is", "was", "are", "were", "did", "does", "do", "has", "have", "had", "can", "could",
     "will", "would", "about", "by", "of", "for", "to", "with"]
)  # fmt: skip


def best(reading: Reading, among: Collection[int], count: int = 6) -> list[Candidate]:
    """The ``count`` names in the records ``among`` with the most evidence, the best first.

    A name whose words another and better one holds is left out.
    """
    chosen = [text for text in reading.texts if text.record in among]
    cores = [*_cores(reading, chosen), *run_candidates(chosen)]
    cores.sort(key=lambda one: (-one.score, -len(one.name), one.name))
    found: list[Candidate] = []
    for core in cores[:_MOST]:
        if len(found) == count:
            break
        longer = core if is_unspaced(core.core) else grown(reading, chosen, core)
        if long_enough(longer.name) and not any(longer.keys & one.keys for one in found):
            found.append(longer)
    return found


def records_of(reading: Reading, core: str) -> frozenset[int]:
    """The records that hold the core of a name, of all that were read."""
    return frozenset(
        text.record
        for text in reading.texts
        if any(reading.bare(word.key) == core for word in text.words)
        or any(core in run for run in text.runs)
    )


def _cores(reading: Reading, texts: Sequence[Text]) -> list[Candidate]:
    asked: dict[str, set[int]] = defaultdict(set)
    told: dict[str, set[int]] = defaultdict(set)
    weights: dict[str, list[float]] = defaultdict(list)
    placed: dict[str, set[int]] = defaultdict(set)
    for text in texts:
        for at, word in enumerate(text.words):
            weight = reading.weight(word)
            if not weight or word.key in PARTICLES or word.key in SUFFIXES:
                continue
            key = reading.bare(word.key)
            weights[key].append(weight)
            (asked if text.asked else told)[key].add(text.record)
            if text.asked and _is_placed(reading, text.words, at):
                placed[key].add(text.record)
    found: list[Candidate] = []
    for key, values in weights.items():
        records = asked[key] | told[key]
        if len(records) < FEWEST:
            continue
        count = len(asked[key]) + TOLD * len(told[key] - asked[key]) + _PLACED * len(placed[key])
        weight = sum(values) / len(values)
        share = len(placed[key]) / max(1, len(asked[key])) if cased(key) else 1.0
        words = frozenset([key])
        found.append(Candidate(key, count * weight, frozenset(records), words, key, weight, share))
    return found


def _is_placed(reading: Reading, words: Sequence[Word], at: int) -> bool:
    """Whether the word stands where a subject stands: behind an auxiliary verb, first, or owning.

    The words before it that may belong to the same name are passed over.
    """
    if words[at].owns:
        return True
    first = at
    while first and words[first].gap == " " and reading.weight(words[first - 1]) > SMALL:
        first -= 1
    return words[first].opens or (first > 0 and words[first - 1].key in _BEFORE_SUBJECT)
