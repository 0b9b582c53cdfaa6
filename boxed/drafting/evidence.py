"""Evidence for the name that runs through records: which word, how far it reaches, how clearly.

    best(Reading.of(examples), everything)[0].name      ->  "Vincent van Gogh"

No list of names: a name recurs from record to record, most of all in what is asked, is written in
one way (capitals within sentences, points, digits), and stands where subjects stand. The word with
the best evidence is the core; it takes in the words beside it that recur with it. In scripts
without spaces the core is the longest run of letters that recurs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TypeAlias

from boxed.drafting.little_words import (
    ATTACHED,
    CONNECTORS,
    FRAME_AFTER,
    FRAME_BEFORE,
    HONORIFICS,
    LITTLE,
    ONLY_FRAME,
    PARTICLES,
    SUFFIXES,
)
from boxed.drafting.reading import (
    UNSPACED,
    Word,
    cased,
    has_capital,
    is_odd,
    is_unspaced,
    words_in,
)
from prompts.policy import Example, long_enough

__all__ = ["Candidate", "Reading", "best"]

_TOLD = 0.6
"""What a record counts whose answer alone holds a word: a subject is what is asked about."""
_PLACED = 0.25
"""What standing where a subject stands adds."""
_SMALL = 0.6
"""What a word counts that is only ever written small and looks like any other."""
_CAPITAL = 0.8
"""Share of its places within sentences that must show a word with a capital."""
_GIVEN, _NEXT, _JOINED, _ALWAYS = 0.1, 0.3, 0.55, 0.8
"""Share of a phrase's records that a longer one needs: by a capitalised word before it, by one
behind it, across connecting words, by a word that nothing marks as part of a name."""
_CLEARLY = 0.7
"""How near another word may come to one that is seldom written there, such as a given name."""
_ALSO_GIVEN = frozenset(["don", "may", "will"])
_UNLISTED = 0.7
"""What a word counts in a script without capitals whose little words are not listed here."""
_STEM, _ENDING = 4, 3
"""Letters that forms of one name share at least, and in which they may differ at their end."""
_ENGLISH = frozenset(["the", "what", "who", "where", "did", "which", "when", "how", "was", "is"])
_LISTED = re.compile("[\u0590-\u06ff\u0900-\u097f]")
_FEWEST = 2
_LONGEST_RUN = 12
_CLOSED, _CLOSED_FRAME = 0.6, 0.95
_BEFORE_SUBJECT = frozenset(
    ["is", "was", "are", "were", "did", "does", "do", "has", "have", "had", "can", "could", "will", "would", "about", "by", "of", "of:", "for", "to", "with"]
)  # fmt: skip
Keys: TypeAlias = tuple[str, ...]
Places: TypeAlias = "dict[Keys, list[tuple[Text, int, int]]]"
_SPACED_RUNS = re.compile(rf"[{UNSPACED}](?:[{UNSPACED}]|[·・ ](?=[{UNSPACED}]))*")
_WITHIN = frozenset([" ", "", " & ", ": ", ' "', '" ', " “", "” ", " '", "' "])
"""What may stand between two words of one name; quotation marks around a nickname."""
_NICK = re.compile(r" [\"“'][^\"”']{2,30}[\"”'](?= )")
_SIGNS = re.compile("[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u30fc]")
_BEHIND = re.compile(f"{_SIGNS.pattern}|[ ·・]")
_AHEAD = re.compile("[\u0e40-\u0e44 ·・]")


@dataclass(frozen=True, slots=True)
class Text:
    """One side of a record: its number, whether it is the question, and its words."""

    record: int
    asked: bool
    words: tuple[Word, ...]
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name with its evidence: in how many records, its score, and the words that make it.

    ``score`` counts records, of which those that name it in the answer alone count less; ``weight``
    is how much its core looks like a name, ``placed`` the share of the questions with it that have
    it where subjects stand. ``rival`` says how near another name with the same core comes.
    """

    name: str
    score: float
    records: frozenset[int]
    keys: frozenset[str]
    core: str
    weight: float
    placed: float
    rival: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of all records, read once; ``keys`` are in how many texts each word is written."""

    texts: tuple[Text, ...]
    inside: Counter[str]
    capitals: Counter[str]
    opening: Counter[str]
    plain: frozenset[str]
    stems: dict[str, str]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Reading:
        """Read the questions and answers."""
        texts = [
            Text(number, asked, tuple(words_in(text)), tuple(_SPACED_RUNS.findall(text)))
            for number, example in enumerate(examples)
            for asked, text in ((True, example.question), (False, example.answer))
        ]
        inside: Counter[str] = Counter()
        capitals: Counter[str] = Counter()
        opening: Counter[str] = Counter()
        for text in texts:
            for word in text.words:
                if word.opens:
                    opening[word.key] += has_capital(word.text)
                else:
                    inside[word.key] += 1
                    capitals[word.key] += has_capital(word.text)
        english = any(word.key in _ENGLISH for text in texts for word in text.words)
        stems = {} if english else _stems(inside + opening, capitals + opening)
        return cls(tuple(texts), inside, capitals, opening, frozenset(inside), stems)

    def weight(self, word: Word) -> float:
        """How much a word looks like a part of a name, from 0 to 1."""
        key = word.key
        if is_unspaced(key) or not any(c.isalpha() for c in key):
            return 0.0
        if not cased(key):
            if key in LITTLE or self.bare(key) in LITTLE:
                return 0.0
            return 0.9 if _LISTED.match(key) else _UNLISTED
        shown = self.inside[key] and self.capitals[key] >= _CAPITAL * self.inside[key]
        if key in LITTLE:
            return 0.9 if shown and key != "i" else 0.0
        if shown:
            return 1.0
        if is_odd(word.text):
            return 0.9
        if not self.inside[key] and self.opening[key]:
            return 0.9
        return 0.0 if len(key) < 3 else _SMALL

    def bare(self, key: str) -> str:
        """The word that another form stands for: without case endings, where the language has any;
        an Arabic or Hebrew word without the letters before it, where it also stands without."""
        if key in self.stems:
            return self.stems[key]
        match = ATTACHED.match(key)
        if match is not None and len(key) - match.end() >= 2 and key[match.end() :] in self.plain:
            return key[match.end() :]
        return key


def _stems(counts: Counter[str], capitals: Counter[str]) -> dict[str, str]:
    """Forms of one name in a language with case endings: ``Толстого`` -> ``Толстой``."""
    stems: dict[str, str] = {}
    kept: dict[str, list[str]] = defaultdict(list)
    for key, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if len(key) < _STEM or not cased(key) or not capitals[key]:
            continue
        other = next((one for one in kept[key[:_STEM]] if _is_form(key, one)), None)
        if other is None:
            kept[key[:_STEM]].append(key)
        else:
            stems[key] = other
    return stems


def _is_form(one: str, other: str) -> bool:
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    stem = min(len(one), len(other)) if shared is None else shared
    return stem >= _STEM and max(len(one), len(other)) - stem <= _ENDING


def best(reading: Reading, among: Collection[int]) -> list[Candidate]:
    """The names in the records ``among``, the one with the most evidence first.

    A name whose words another and better one holds is left out.
    """
    chosen = [text for text in reading.texts if text.record in among]
    cores = [*_cores(reading, chosen), *_runs(chosen)]
    cores.sort(key=lambda one: (-one.score, -len(one.name), one.name))
    found: list[Candidate] = []
    for core in cores[:24]:
        grown = core if is_unspaced(core.core) else _grown(reading, chosen, core)
        if grown is None or not long_enough(grown.name):
            continue
        if not any(grown.keys & other.keys for other in found):
            found.append(grown)
    return found


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
        if len(records) < _FEWEST:
            continue
        count = len(asked[key]) + _TOLD * len(told[key] - asked[key]) + _PLACED * len(placed[key])
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
    while first and words[first].gap == " " and reading.weight(words[first - 1]) > _SMALL:
        first -= 1
    return words[first].opens or (first > 0 and words[first - 1].key in _BEFORE_SUBJECT)


def _grown(reading: Reading, texts: Sequence[Text], core: Candidate) -> Candidate | None:
    """The core with the words beside it that recur with it: ``Gogh`` -> ``Vincent van Gogh``."""
    places = [
        (text, at, at)
        for text in texts
        for at, word in enumerate(text.words)
        if reading.bare(word.key) == core.core and reading.weight(word)
    ]
    rival, now = 0.0, (core.core,)
    while True:
        longer: Places = defaultdict(list)
        needs: dict[Keys, float] = {}
        for text, first, last in places:
            for new_first, new_last, need in _steps(reading, text.words, first, last):
                keys = tuple(reading.bare(w.key) for w in text.words[new_first : new_last + 1])
                longer[keys].append((text, new_first, new_last))
                needs[keys] = max(need, needs.get(keys, 0.0))
        whole = _score(places)
        scores = {keys: _score(held) for keys, held in longer.items()}
        others = partial(_others, reading=reading, now=now, longer=longer, needs=needs)
        fit = [
            keys
            for keys in sorted(scores, key=lambda keys: (-scores[keys], len(keys), keys))
            if scores[keys] >= needs[keys] * whole
            and len({text.record for text, _, _ in longer[keys]}) >= _FEWEST
            and (scores[keys] >= _NEXT * whole or _rival(keys, scores, others(keys)) < _CLEARLY)
        ]
        if not fit:
            break
        # "van Gogh" only where nobody is called by a given name before it.
        fit.sort(key=lambda keys: keys[0] in PARTICLES)
        rival = max(rival, _rival(fit[0], scores, others(fit[0])))
        now = fit[0]
        places = longer[fit[0]]
    written = Counter(_written(text.words, first, last) for text, first, last in places)
    name = max(written, key=lambda one: (written[one], sum(c.isupper() for c in one), one))
    last_words = [text.words[last] for text, _, last in places if text.asked]
    if (
        last_words
        and all(word.tail for word in last_words)
        and any(word.ends for word in last_words)
    ):
        name += last_words[0].tail  # "McDonald's"
    name = _NICK.sub("", name)
    keys = frozenset(reading.bare(w.key) for t, a, b in places[:1] for w in t.words[a : b + 1])
    return replace(core, name=name, keys=_telling(keys) or keys, rival=rival)


def _others(
    keys: Keys, reading: Reading, now: Keys, longer: Places, needs: dict[Keys, float]
) -> list[Keys]:
    """The phrases that add another name than ``keys`` does, in the same place.

    A middle name is none: ``Jill Walters`` behind ``Barbara`` is no rival of ``Barbara Walters``.
    """
    before = keys[-len(now) :] == now
    found: list[Keys] = []
    for one, places in longer.items():
        outer = one[0] if before else one[-1]
        same_side = (one[-len(now) :] if before else one[: len(now)]) == now
        if not same_side or needs[one] > _NEXT or outer == (keys[0] if before else keys[-1]):
            continue
        form = bool(reading.stems) and outer[:1] == (keys[0] if before else keys[-1])[:1]
        middle = (
            form or before and any(at and t.words[at - 1].key == keys[0] for t, at, _ in places)
        )
        if outer not in PARTICLES and outer not in SUFFIXES and not middle:
            found.append(one)
    return found


def _rival(keys: Keys, scores: dict[Keys, float], others: Sequence[Keys]) -> float:
    """How often another name stands in that place, as a share of how often this one does."""
    return max((scores[one] for one in others), default=0.0) / scores[keys]


def _telling(keys: frozenset[str]) -> frozenset[str]:
    """The words of a name that could tell it: no particle, initial or suffix."""
    return frozenset(
        key
        for key in keys
        if key not in CONNECTORS
        and key not in SUFFIXES
        and key not in HONORIFICS
        and sum(c.isalnum() for c in key) > 1
    )


def _score(places: Sequence[tuple[Text, int, int]]) -> float:
    asked = {text.record for text, _, _ in places if text.asked}
    told = {text.record for text, _, _ in places if not text.asked}
    return len(asked) + _TOLD * len(told - asked)


def _steps(
    reading: Reading, words: Sequence[Word], first: int, last: int
) -> Iterator[tuple[int, int, float]]:
    """Longer phrases around words ``first`` to ``last``, and the share of records each needs."""
    at = first
    joined: list[str] = []
    while at and words[at].gap in _WITHIN and len(joined) < 4:
        need = _need(reading, words[at - 1], joined, left=True)
        if words[at - 1].owns or '"' in words[at].gap or "“" in words[at].gap:
            need = max(need, _ALWAYS)  # "The Handmaid's Tale", a nickname
        if "&" in words[at].gap or ":" in words[at].gap:
            need = max(need, _JOINED)
        if need <= 1:
            yield at - 1, last, need
        if words[at - 1].key not in CONNECTORS:
            break
        joined.append(words[at - 1].key)
        at -= 1
    at = last
    joined = []
    while at + 1 < len(words) and len(joined) < 4:
        gap = words[at + 1].gap
        if gap not in _WITHIN and not (words[at + 1].key in SUFFIXES and gap == ", "):
            break
        need = _need(reading, words[at + 1], joined, left=False)
        if words[at].owns:
            need = max(need, _ALWAYS)
        if "&" in gap or ":" in gap:
            need = max(need, _JOINED)
        if need <= 1:
            yield first, at + 1, need
        if words[at + 1].key not in CONNECTORS:
            break
        joined.append(words[at + 1].key)
        at += 1


def _need(reading: Reading, word: Word, joined: Sequence[str], *, left: bool) -> float:
    """The share of a phrase's records that it takes to add ``word``; above 1: never."""
    key = word.key
    if key in SUFFIXES:
        return _GIVEN if not left and not joined else 2.0
    if key.replace(".", "").isdecimal():
        return _JOINED if not joined else 2.0
    if re.fullmatch(r"(?:[^\W\d_]\.)+", key):
        return _GIVEN if left and not joined else _JOINED
    weight = reading.weight(word)
    if key in LITTLE or key in CONNECTORS:
        # "The" of "The Who": within a sentence it shows whether it belongs to the name.
        if key in _ALSO_GIVEN and left and not joined:
            return _GIVEN if weight else _ALWAYS
        if word.text == "I" and not left and not joined:
            return _JOINED  # "World War I"
        shown = has_capital(word.text) and not word.opens
        return _JOINED if shown and not joined else 2.0
    if not weight:
        return 2.0
    if key in HONORIFICS and left:
        return _ALWAYS
    if weight in (_SMALL, _UNLISTED) or (
        cased(key) and not has_capital(word.text) and not is_odd(word.text)
    ):
        return _ALWAYS if not joined and key not in LITTLE else 2.0
    if not cased(key):
        return _JOINED  # nothing but its recurring tells a name from a verb
    if all(one in PARTICLES for one in joined):
        return _GIVEN if left else _NEXT
    return _JOINED


def _written(words: Sequence[Word], first: int, last: int) -> str:
    parts = [words[first].text]
    for before, word in pairwise(words[first : last + 1]):
        parts.append(f"{before.tail}{word.gap}{word.text}")
    return "".join(parts)


def _runs(texts: Sequence[Text]) -> list[Candidate]:
    """Runs of letters that recur, in scripts whose words no space parts: the longest ones."""
    asked: dict[str, set[int]] = defaultdict(set)
    told: dict[str, set[int]] = defaultdict(set)
    for text in texts:
        for part in {part for run in text.runs for part in _parts(run)}:
            (asked if text.asked else told)[part].add(text.record)
    score = {
        part: len(asked[part]) + _TOLD * len(told[part] - asked[part])
        for part in {*asked, *told}
        if len(asked[part] | told[part]) >= _FEWEST
    }
    top = max(score.values(), default=0.0)
    found: list[Candidate] = []
    for part in sorted(score, key=lambda one: (-score[one], -len(one), one))[:400]:
        if score[part] < 0.3 * top or any(part in one.name for one in found):
            continue
        whole = _closed(part, score)
        if ONLY_FRAME.fullmatch(whole) or not long_enough(whole):
            continue
        if not any(whole in one.name or one.name in whole for one in found):
            records = frozenset(asked[part] | told[part])
            placed = _begins(texts, whole)
            value = score[part] * (1 + _PLACED * placed)
            found.append(Candidate(whole, value, records, frozenset([whole]), whole, 0.9, 1.0))
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
