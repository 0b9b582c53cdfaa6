"""Where a text names a subject, as whole names: every part that stands beside a part of it goes.

    whole_names(compiled, "Ask Vale, Mark or mark_vale", [policy])   ->  the places of both, whole

The guards say where a name is; a mask has to know as well which words beside it belong to it, what
joins them, and which lone words are the subject's in a talk about it. A name that runs through the
marks of a record ({"first": "Mark", "last": "Vale"}) is covered word by word, so the record stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from boxed.hiding.identifying import ALSO_WORDS
from boxed.hiding.own_words import own_words
from guards.compiled import CompiledBook
from guards.names.common_words import is_given, is_ordinary
from guards.names.forms import PARTICLES
from guards.names.tokens import Token, words_of
from guards.names.whose import DETERMINERS, borne_by_another
from guards.reading.canonical import fold
from guards.reading.wording import STOPWORDS
from prompts.policy import Policy

__all__ = ["Span", "whole_names"]

# What may stand between two parts of one name, and what parts the fields of a record.
_JOINT = re.compile(
    r"(?:[\s.,'\u2019_*~`\u00b7\u30fb\-\u2010-\u2015/+\u200b]|\\[nrt]|\\u0020|%20){0,4}"
)
_TIGHT = re.compile(r"[._\-+]{1,2}")
_RECORD = re.compile(r"[\"{}\[\]<>:=|;\t\u201c\u201d]")
# What is left of an escape at the start of a word: of \nMark, \u0020Mark and %20Mark.
_ESCAPED = {"\\": re.compile("[nrtbf]|u[0-9a-f]{4}", re.I), "%": re.compile("[0-9a-f]{2}", re.I)}
_OPENING = re.compile(r"(?:\A|[.!?:;\n][\"'\u201d\u2019)]*)\s*[\"'\u201c\u2018(*_#>\-]*\s*\Z")
_PRONOUNS = frozenset(
    ["i", "you", "we", "they", "it", "he", "she", "me", "us", "them", "there", "here", "not"]
)
_POSSESSIVE = re.compile(r"['\u2019]s\Z", re.IGNORECASE)
# Thai to Lao, hiragana, Han and hangul: scripts that write no blank behind every word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u3041-\u309f\u3400-\u9fff\uac00-\ud7af]")
_BESIDE = 12  # characters in front of a word that say whether a sentence begins with it
_MIDDLE = 3  # words that may stand between a given name and its surname
_FIELDS = 3  # words, as of a field's name, that may stand between two fields of a record
_NEAR = 5  # letters from which a word of a record may be misspelt


@dataclass(frozen=True, slots=True)
class Span:
    """The raw offsets of one name, or of one word of it where a record parts its words."""

    start: int
    end: int
    policy: Policy


def whole_names(
    compiled: CompiledBook, text: str, policies: Iterable[Policy], *, lone: bool = True
) -> list[Span]:
    """Every place of ``policies``' names in ``text``, whole, by place; none overlaps another.

    Without ``lone`` a word of a name counts only where the guards, or a word beside it, say so.
    """
    wanted = {bisect_left(compiled.ids, policy.id): policy for policy in policies}
    hits = [
        (hit.start, hit.end, wanted[hit.policy])
        for index in (compiled.mentions, compiled.weak)
        for hit in index.find(text, live=wanted.__contains__)
    ]
    tokens = _words(text)
    bases = [token.text.strip("0123456789") for token in tokens]
    spans: list[Span] = []
    for policy in wanted.values():
        own = [(start, end) for start, end, whose in hits if whose == policy]
        spans += _Reader(text, tokens, bases, policy).spans(own, lone)
    return _apart(spans)


def _words(text: str) -> list[Token]:
    """The words of a text without what is left in them of an escape."""
    found: list[Token] = []
    for token in words_of(text, fold(text)):
        before = _ESCAPED.get(text[token.start - 1 : token.start])
        escape = before.match(text, token.start, token.end) if before else None
        if escape is None or token.script:
            found.append(token)
        elif escape.end() < token.end:
            word = token.text[len(escape.group()) :]
            capital = text[escape.end()].isupper()
            found.append(Token(word, escape.end(), token.end, capital, ""))
    return found


def _apart(spans: Iterable[Span]) -> list[Span]:
    """By place; of those that overlap the longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end - span.start > kept[-1].end - kept[-1].start:
            kept[-1] = span
        elif span.end > kept[-1].end:
            kept.append(Span(kept[-1].end, span.end, span.policy))
    return kept


class _Reader:
    """One policy's names in one text: which of its words are theirs."""

    def __init__(
        self, text: str, tokens: Sequence[Token], bases: Sequence[str], policy: Policy
    ) -> None:
        self._text = text
        self._tokens = tokens
        self._policy = policy
        self._own = own_words(tuple(policy.names) if policy.kind == "person" else ())
        self._bases = bases  # the words without digits at their ends
        self._theirs: set[int] = set()

    def spans(self, hits: Sequence[tuple[int, int]], lone: bool) -> list[Span]:
        """The names' places, the guards' own ``hits`` among them."""
        bare = [(start, end - self._possessive(start, end)) for start, end in hits]
        whole = [hit for hit in bare if self._take(*hit)]
        near = self._worth_a_look()
        if lone:
            self._theirs.update(at for at in near if self._is_lone(at))
        for at in near:
            if at + 1 < len(self._tokens) and self._is_pair(at):
                self._theirs.update((at, at + 1))
            self._theirs.update(self._in_record(at))
            if (behind := self._past_initials(at)) > at + 1:
                self._theirs.update(range(at, behind + 1))
        self._grow()
        return [*(Span(start, end, self._policy) for start, end in whole), *self._runs()]

    def _worth_a_look(self) -> list[int]:
        """The words that are, or begin with, a part of a name; most texts hold few."""
        own = self._own
        known = own.words | own.glued | own.initials
        return [
            at
            for at, base in enumerate(self._bases)
            if base in known or (base.endswith("s") and base[:-1] in known)
        ]

    def _take(self, start: int, end: int) -> bool:
        """Claim the words of a hit; True where it has to be covered as it stands."""
        tokens = self._tokens
        first = bisect_left(tokens, start, key=lambda token: token.end - 1)
        behind = bisect_left(tokens, end, key=lambda token: token.start)
        record = _RECORD.search(self._text[start:end]) is not None
        mine = [at for at in range(first, behind) if not record or self._is_mine(at)]
        if _UNSPACED.search(self._text, start, end):
            return True  # a run of such a script is no word, and holds more than the name
        self._theirs.update(mine)
        if record or not mine:
            return not mine
        joined = all(self._gap(at) is not None for at in mine[:-1])
        return not joined or tokens[mine[0]].start > start or tokens[mine[-1]].end < end

    def _possessive(self, start: int, end: int) -> int:
        found = _POSSESSIVE.search(self._text[start:end])
        return len(found.group()) if found else 0

    def _is_mine(self, at: int) -> bool:
        base, own = self._bases[at], self._own
        if base in own.words or base in own.glued or base in own.initials:
            return True
        long = len(base) >= _NEAR and not is_ordinary(base)
        return long and any(OSA.distance(base, word) <= 2 for word in own.words)

    def _is_lone(self, at: int) -> bool:
        """Does this word alone name the subject, in a talk about it?"""
        token, base, own = self._tokens[at], self._bases[at], self._own
        if base in own.glued:
            return True
        if base not in own.words:
            base = base.removesuffix("s")
            if base not in own.words or len(base) < _NEAR or not token.capital:
                return False
        if base in own.given and self._begins_another(at):
            return False
        doubtful = base in ALSO_WORDS or base in STOPWORDS
        if not self._is_capital(at):
            return not doubtful and (
                not is_ordinary(base) or (base in own.given and is_given(base))
            )
        if (
            doubtful
            and base in own.family
            and borne_by_another(self._text, self._tokens, at, tuple(own.words | own.initials))
        ):
            return False
        if doubtful or is_ordinary(base):
            return not self._opens_a_sentence(at, base)
        return True

    def _is_capital(self, at: int) -> bool:
        """Written as a name is, which in a text all in capitals no word is."""
        if not self._tokens[at].capital:
            return False
        near = [n for n in (at - 1, at, at + 1) if 0 <= n < len(self._tokens)]
        words = [self._raw(n) for n in near if len(self._raw(n)) > 1]
        return len(words) < 2 or not all(word.isupper() for word in words)

    def _opens_a_sentence(self, at: int, base: str) -> bool:
        """Is it an ordinary word at the start of a sentence ("Will it rain?", "Mark the day")?"""
        start = self._tokens[at].start
        before = self._text[max(0, start - _BESIDE) : start]
        if not _OPENING.search(before if start <= _BESIDE else f"x{before}"):
            return False
        after = self._tokens[at + 1].text if at + 1 < len(self._tokens) else ""
        return base in STOPWORDS or after in DETERMINERS or after in _PRONOUNS

    def _begins_another(self, at: int) -> bool:
        """Is it the given name of somebody else, whose surname follows ("Mark Twain")?"""
        if at + 1 >= len(self._tokens):
            return False
        token, after = self._tokens[at], self._tokens[at + 1]
        gap = self._text[token.end : after.start]
        if not gap.isspace() or "\n" in gap or self._is_near(at + 1):
            return False
        if not token.capital:
            return not is_ordinary(after.text) and after.text.isalpha()
        return after.capital and after.text not in STOPWORDS and self._is_capital(at)

    def _is_near(self, at: int) -> bool:
        return self._is_mine(at) or self._tokens[at].text in self._own.particles

    def _is_pair(self, at: int) -> bool:
        """Do this word and the next make a name together, in either order?"""
        (one, two), own = self._bases[at : at + 2], self._own
        gap = self._gap(at)
        if gap is None or one == two:
            return False
        tight = _TIGHT.fullmatch(gap) is not None
        if one in own.initials and two in own.family:
            return tight or gap.startswith(".") or self._are_capital(at)
        if one in own.family and two in own.initials and gap.strip() != ".":
            pointed = "," in gap and self._text.startswith(".", self._tokens[at + 1].end)
            return tight or pointed or self._are_capital(at)
        in_order = one in own.given and two in own.family
        if not in_order and not (one in own.family and two in own.given):
            return False
        if in_order or tight:
            return True
        written = self._tokens[at].capital and self._tokens[at + 1].capital
        return written or not (is_ordinary(one) and is_ordinary(two))

    def _past_initials(self, at: int) -> int:
        """The surname that ends a given name, here, and its initials ("mark a. vale"); else 0."""
        if self._bases[at] not in (self._own.given or self._own.initials):
            return 0
        for behind in range(at + 1, min(at + 2 + _MIDDLE, len(self._tokens))):
            if self._gap(behind - 1) is None:
                return 0
            if self._bases[behind] in self._own.family:
                return behind
            pointed = self._text.startswith(".", self._tokens[behind].end)
            if not pointed and self._bases[behind] not in self._own.particles:
                return 0
            if len(self._bases[behind]) > 1 and self._bases[behind] not in self._own.particles:
                return 0
        return 0

    def _in_record(self, at: int) -> tuple[int, ...]:
        """This word and another of the name, in two fields of one record; none if it is not so."""
        own, base = self._own, self._bases[at]
        given = own.given or own.initials  # "J. K. Rowling"
        wanted = own.family if base in given else given if base in own.family else ()
        for other in range(at + 1, min(at + 2 + _FIELDS, len(self._tokens)) if wanted else 0):
            between = self._text[self._tokens[at].end : self._tokens[other].start]
            if self._bases[other] in wanted and self._bases[other] != base:
                return (at, other) if _RECORD.search(between) else ()
        return ()

    def _are_capital(self, at: int) -> bool:
        return self._is_capital(at) and self._is_capital(at + 1)

    def _grow(self) -> None:
        """Claim what belongs to a name beside its words: initials, particles, middle names."""
        for at in sorted(self._theirs):
            if self._bases[at] in self._own.family:
                self._theirs.update(self._from_given(at))
        for step in (-1, 1):
            for at in sorted(self._theirs, reverse=step < 0):
                while self._goes_on(at, at + step):
                    at += step
                    self._theirs.add(at)

    def _from_given(self, at: int) -> range:
        """All words from the given name, or its initial, to the surname that is word ``at``."""
        for first in range(at - 1, max(-1, at - 2 - _MIDDLE), -1):
            gap = self._gap(first)
            if gap is None or "," in gap or "\n" in gap:
                break
            token, base = self._tokens[first], self._bases[first]
            if base in self._own.given:
                return range(first, at)
            if not token.capital and base not in PARTICLES:
                break
        return range(0)

    def _goes_on(self, at: int, beside: int) -> bool:
        if not 0 <= beside < len(self._tokens) or beside in self._theirs:
            return False
        gap = self._gap(min(at, beside))
        base, token = self._bases[beside], self._tokens[beside]
        if gap is None:
            return False
        if base in self._own.words and base != self._bases[at]:
            return token.capital or gap != " " or not is_ordinary(base)
        if base in self._own.particles:
            return base != "s" and gap.isspace()
        pointed = self._text[token.end : token.end + 1] == "."
        initial = len(base) == 1 and token.capital and (pointed or base in self._own.initials)
        before = beside < at
        return (
            initial
            and (before or "," in gap or " " in gap)
            and not (before and base == "i" and not pointed)
        )

    def _gap(self, at: int) -> str | None:
        """What joins word ``at`` to the next; None where nothing does."""
        if at + 1 >= len(self._tokens):
            return None
        gap = self._text[self._tokens[at].end : self._tokens[at + 1].start]
        return gap if _JOINT.fullmatch(gap) and gap.count("\n") < 2 else None

    def _runs(self) -> Iterator[Span]:
        """The claimed words, joined where nothing but a joint lies between them."""
        start = end = -1
        last = -2
        for at in sorted(self._theirs):
            token = self._tokens[at]
            gap = self._gap(last) if last == at - 1 else None
            if gap is None or (". " in gap and len(self._bases[last]) > 1):
                if start >= 0:
                    yield Span(start, end, self._policy)
                start = token.start
            end, last = token.end, at
            if len(self._bases[at]) == 1 and self._text[end : end + 1] == ".":
                end += 1
        if start >= 0:
            yield Span(start, end, self._policy)

    def _raw(self, at: int) -> str:
        return self._text[self._tokens[at].start : self._tokens[at].end]
