"""How a message is read: what of it asks about a subject, and what merely mentions one.

    reading = Reader(text, hits).read()
    [(piece.text, piece.about, piece.mentioned) for piece in reading]
    ->  [("I have three cats. Jane Roe gave me two more. How many do I have?", (), ("jane-roe",))]

A message is whole unless it asks several things: then the questions about a subject are answered
apart from the rest, if they stand at its beginning or end or if nothing but questions is there. A
subject is merely mentioned where its name stands in given text or in a statement, and where
everything that is asked is work on the text or a question that does not point at the subject. What
is not recognised as such is taken for a question about it.
"""

# ruff: noqa: RUF001 - marks and letters of other scripts
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from boxed.deciding.given import Span, within
from boxed.deciding.pointing import Surroundings
from boxed.deciding.preludes import says_how
from boxed.deciding.split import Sentence, given_in, sentences
from boxed.deciding.tasks import copies
from guards.reading.wording import distinctive

__all__ = ["MOST_ASKED", "MOST_PARTS", "Hit", "Piece", "Reader"]

MOST_PARTS = 8
"""Parts that are answered apart; a message with more of them is one."""
MOST_ASKED = 64
"""Questions and requests of a message that are judged one by one; more are taken for one."""
_ASKING = frozenset({"question", "work", "request"})
_QUESTION = re.compile(r"[?？؟][\s\"'”’»」)\]*_]*\Z")
_SENTENCE = re.compile(r"[^.?!。？！\n]*[.?!。？！]*[\"'”’»」)\]]*")
_WORD = re.compile(r"\d+|[^\W\d_]{2,}")
_TOLD = re.compile(r"\w[.!。！](?!\w)")
_FEWEST_TOLD = 3  # sentences that tell something, beside which a question is one of a text's own
_FIELD = re.compile(r" [-–] \S|[:=|\t(]")
_NEAR = 80  # characters before a name in which it is told that a letter goes to it
_ADDRESSED = re.compile(
    r"\b(?:e-?mail|letter|note|message|invitation|reminder|memo|reply|response)(?: \w+){0,2} "
    r"(?:to|for)(?: (?:my|our|the)(?: \w+){0,2}|(?: \w+\.?)?)? \Z",
    re.IGNORECASE,
)
_THEIRS = re.compile(r"\b(?:he|him|his|she|her|hers|their|them|they)\b|['’]s\b", re.IGNORECASE)
_ACTS = re.compile(r"(?:,[^,.]{0,60},)? (?:\w+ly )?[a-z]\w*[^s\W]s\b")
_FULL_STOP = re.compile(r"[.!。！,;][\s\"'”)]*\Z")
_MINE = re.compile(
    r"\bhow (?:many|much)\b[^?.!\n]{0,80}?\b(?:do|did|will|would|have|can|am|are) (?:i|we)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\b(?:if|when|after|since|once|because|now that|given that)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """Evidence of a policy at raw offsets; ``mention`` says that it may be a mere mention."""

    policy: str
    start: int
    end: int
    mention: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message, stripped: what it asks about, and what it merely mentions.

    ``text`` also holds how every question is to be answered, where the message says that outside
    of the part.
    """

    text: str
    start: int
    end: int
    about: frozenset[str]
    mentioned: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Text:
    """Given text that names a subject.

    ``tells`` where it has sentences enough for a question to be one of its own; ``says_more``
    where it is more than questions and names.
    """

    tells: bool
    says_more: bool
    questions: tuple[Span, ...]


class Reader:
    """Reads one message. ``means`` says whether a text on its own is about a policy's subject.

    It is asked of every question, for policies in ``vague``: those that the message as a whole is
    like in meaning, wherever that lies in it.
    """

    def __init__(
        self,
        text: str,
        hits: Sequence[Hit],
        vague: frozenset[str] = frozenset(),
        means: Callable[[str, str], bool] = lambda _text, _policy: False,
        thing: bool = False,
    ) -> None:
        self._text = text
        self._hits = sorted(hits, key=lambda hit: hit.start)
        self._texts: dict[Span, _Text] = {}
        self._vague = vague
        self._means = means
        self._thing = thing
        self._policies = frozenset(hit.policy for hit in hits) | vague

    def read(self) -> list[Piece]:
        """The message in pieces; a single one stands for the whole of it."""
        if sum(one.kind in _ASKING for one in self.sentences) > MOST_ASKED:
            return [self._whole(self._policies, frozenset())]
        about = [self._about(one) for one in self.sentences]
        if self._in_doubt(about):
            return [self._whole(self._policies, frozenset())]
        if not any(about):
            return [self._whole(frozenset(), self._policies)]
        groups = self._groups(about)
        if not 1 < len(groups) <= MOST_PARTS:
            return [self._whole(self._policies, frozenset())]
        return self._told_how([self._piece(first, last, owners) for first, last, owners in groups])

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences of the message."""
        return sentences(self._text, self._given)

    @property
    def asks_apart(self) -> bool:
        """Does the message do nothing but ask, so that it may be cut between any two sentences?"""
        return len(self.sentences) > 1 and all(
            one.kind in ("question", "request", "work", "courtesy") for one in self.sentences
        )

    def goes_on(self, before: str, hits: Sequence[Hit], thing: bool) -> bool:
        """Does the message ask for work, or something else than the subjects named ``before``?"""
        beside = Surroundings.of(before, [(hit.start, hit.end) for hit in hits], thing)
        asks = [one for one in self.sentences if one.kind not in ("statement", "courtesy", "given")]
        fine = any(one.kind in ("question", "work") for one in asks)
        return fine and not any(beside.points(one.asked, one.kind == "work") for one in asks)

    @cached_property
    def _given(self) -> list[Span]:
        return given_in(self._text)

    @cached_property
    def _beside(self) -> Surroundings:
        places = [(hit.start, hit.end) for hit in self._hits]
        return Surroundings.of(self._text, places, self._thing)

    def _about(self, one: Sentence) -> frozenset[str]:
        """The policies that a sentence asks about."""
        found = {hit.policy for hit in self._open(one) if self._is_asked(hit, one)}
        if one.kind in _ASKING:
            titled = one.titled if one.kind == "question" else ""
            if not found and self._beside.points(one.asked, one.kind == "work", titled):
                found |= self._nearest_before(one)
            found |= {policy for policy in self._vague if self._means(one.asked, policy)}
        elif one.kind == "other" and not found and self._beside.points(one.asked, work=True):
            found |= self._nearest_before(one)
        return frozenset(found)

    def _open(self, one: Sentence) -> list[Hit]:
        """The hits in a sentence that are its own.

        A request has those in its quotations, too, and a question those in a title or name.
        """
        begin = bisect_left(self._hits, one.start, key=lambda hit: hit.start)
        end = bisect_left(self._hits, one.end, key=lambda hit: hit.start)
        here = self._hits[begin:end]
        if one.kind in ("request", "other"):
            return here
        return [
            hit
            for hit in here
            if not within(self._given, hit.start, hit.end)
            or (one.kind == "question" and not self._may_stay(hit, ()))
        ]

    def _is_asked(self, hit: Hit, one: Sentence) -> bool:
        if not hit.mention:
            return True
        if one.kind in ("statement", "courtesy"):
            return False
        at = hit.start - one.start
        before, after = one.text[max(0, at - _NEAR) : at], one.text[hit.end - one.start :]
        if one.kind == "other":
            return not (_ACTS.match(after) and _FULL_STOP.search(one.text))
        if one.kind == "work":
            return not (_ADDRESSED.search(before) and not _THEIRS.search(one.text))
        mine = _MINE.search(one.text)
        if mine is None or one.kind != "question":
            return True
        # "How many cats do I have if Jane Roe gives me two?" asks about whoever asks.
        return not (at < mine.start() or _ASIDE.search(one.text, mine.end(), at))

    def _nearest_before(self, one: Sentence) -> set[str]:
        """Whom a question points at: those named last before it, else all."""
        before = [hit for hit in self._hits if hit.start < one.start]
        if not before:
            return set(self._policies)
        last = max(hit.start for hit in before)
        line = next(s for s in self.sentences if s.start <= last < s.end)
        return {hit.policy for hit in before if hit.start >= line.start}

    def _in_doubt(self, about: Sequence[frozenset[str]]) -> bool:
        """Is there nothing that may be answered beside the subject?"""
        fine = [
            one
            for one, owners in zip(self.sentences, about, strict=True)
            if not owners and self._asks_something(one)
        ]
        if not fine:
            return True
        if not self._hits and not any(about):
            # Alike in meaning as a whole: questions that are none of them about it add up to one.
            return self.asks_apart or len(self.sentences) == 1
        asked = {
            hit
            for one, owners in zip(self.sentences, about, strict=True)
            if owners
            for hit in self._open(one)
        }
        inside = (hit for hit in self._hits if within(self._given, hit.start, hit.end))
        return any(not self._may_stay(hit, fine) for hit in inside if hit not in asked)

    def _asks_something(self, one: Sentence) -> bool:
        """Does a sentence call for an answer of its own? "Answer briefly." does not."""
        if one.kind == "request":
            return self.asks_apart and bool(distinctive(one.text))
        return one.kind in ("question", "work")

    def _may_stay(self, hit: Hit, fine: Sequence[Sentence]) -> bool:
        """May a name stay in given text: is the text more than a question or the bare name?"""
        span = within(self._given, hit.start, hit.end)
        if span is None or not hit.mention:
            return False
        if any(one.kind == "work" and copies(one.frame) for one in fine):
            return True
        if span not in self._texts:
            self._texts[span] = self._text_in(span)
        text = self._texts[span]
        asking = any(start <= hit.start < end for start, end in text.questions)
        return text.says_more and (text.tells or not asking)

    def _text_in(self, span: Span) -> _Text:
        """What can be said of a stretch of given text."""
        words = self._text[slice(*span)]
        parts = [match for match in _SENTENCE.finditer(words) if match.group().strip()]
        asked = [match for match in parts if _QUESTION.search(match.group())]
        rest = list(words)
        for hit in self._hits:
            if span[0] <= hit.start < span[1]:
                rest[hit.start - span[0] : hit.end - span[0]] = " " * (hit.end - hit.start)
        return _Text(
            tells=len(_TOLD.findall(words)) >= _FEWEST_TOLD,
            says_more=len(parts) > len(asked) and self._is_told("".join(rest)),
            questions=tuple((m.start() + span[0], m.end() + span[0]) for m in asked),
        )

    @staticmethod
    def _is_told(rest: str) -> bool:
        """Do words beside a name tell something of it, or fields of a record?"""
        found = any(not word[0].isupper() for word in _WORD.findall(rest))
        return found or _FIELD.search(rest) is not None

    def _groups(self, about: Sequence[frozenset[str]]) -> list[tuple[int, int, frozenset[str]]]:
        """Runs of sentences of one owner: (first, last, owners)."""
        runs: list[tuple[int, int, frozenset[str]]] = []
        leaning = self._leaning(about)
        for number, owners in enumerate(leaning):
            if runs and runs[-1][2] == owners:
                runs[-1] = (runs[-1][0], number, owners)
            else:
                runs.append((number, number, owners))
        if self.asks_apart:
            return runs
        asked = [n for n, owners in enumerate(about) if owners]
        rest = [n for n, owners in enumerate(leaning) if not owners]
        apart = rest[-1] - rest[0] + 1 == len(rest)  # the rest stands together
        return runs if apart and all(map(self._stands_alone, asked)) else []

    def _leaning(self, about: Sequence[frozenset[str]]) -> list[frozenset[str]]:
        """The owners; what asks nothing goes with what is after it, the last with that before.

        So does a statement on a subject, before a question about it.
        """
        owners = list(about)
        idle = [
            not own and one.kind in ("courtesy", "request") and not self._asks_something(one)
            for one, own in zip(self.sentences, about, strict=True)
        ]
        for number in range(len(owners) - 2, -1, -1):
            if idle[number] or self._leads_to(number, owners[number + 1]):
                owners[number] = owners[number + 1]
        last = max((n for n, is_idle in enumerate(idle) if not is_idle), default=0)
        return [*owners[: last + 1], *[owners[last]] * (len(owners) - last - 1)]

    def _leads_to(self, number: int, owners: frozenset[str]) -> bool:
        """Is a sentence a statement that names nobody but these?"""
        one = self.sentences[number]
        named = {hit.policy for hit in self._hits if one.start <= hit.start < one.end}
        return one.kind == "statement" and bool(named) and named <= owners

    def _stands_alone(self, number: int) -> bool:
        """Is a sentence a question, and none that holds text that the rest is about?

        A title in quotation marks is no such text.
        """
        one = self.sentences[number]
        return one.kind in _ASKING and not (
            one.gives_text if one.kind == "question" else "⟂" in one.frame
        )

    def _whole(self, about: frozenset[str], mentioned: frozenset[str]) -> Piece:
        return Piece(self._text, 0, len(self._text), about, mentioned)

    def _told_how(self, pieces: list[Piece]) -> list[Piece]:
        """The pieces, each with how to answer where that is said before or after all questions."""
        asked = [n for n, one in enumerate(self.sentences) if self._asks_something(one)]
        first = [s for s in self.sentences[: min(asked, default=0)] if says_how(s.text)]
        last = [s for s in self.sentences[max(asked, default=-1) + 1 :] if says_how(s.text)]
        return [
            replace(piece, text="\n".join((
                *(s.text.strip() for s in first if s.start < piece.start),
                piece.text,
                *(s.text.strip() for s in last if s.end > piece.end),
            )))
            for piece in pieces
        ]  # fmt: skip

    def _piece(self, first: int, last: int, about: frozenset[str]) -> Piece:
        start, end = self.sentences[first].start, self.sentences[last].end
        inside = {hit.policy for hit in self._hits if start <= hit.start < end}
        text = self._text[start:end].strip()
        return Piece(text, start, end, about, frozenset() if about else frozenset(inside))
