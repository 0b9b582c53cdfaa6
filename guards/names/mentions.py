"""Mentions: every place where a text names a forgotten subject, however the name is dressed up.

    index = MentionIndex.build([(0, "Hsiao Yun-Hwa")])
    index.find("a poem by H-s-i-a-o  YUN Hwa's sister")   # one Mention of policy 0

One index (`name_keys`) holds every name of every policy in squashed canonical form (see
`canonical`), so scanning costs about the same for ten policies and for a hundred thousand. Each
text is read in up to four views: plain, ROT13, leetspeak (only when it holds such a character) and
with its escapes read (only when it holds one). Names written backwards are keys of the index.

A squashed match is a mention when it begins and ends at word boundaries and its separators are
ones that a name can have: punctuation anywhere, white space at the name's own breaks, between all
of its letters (H s i a o), or anywhere in a name of nine letters or more.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from guards.names.acrostics import acrostics
from guards.names.coded import CodedNames
from guards.names.coded_forms import CodedForms
from guards.names.handles import IN_HANDLE, handle_begun, handles, is_inside
from guards.names.key_forms import (
    BREAKABLE,
    ITSELF,
    LONG,
    LONG_ENOUGH_TO_BREAK,
    LONG_ENOUGH_TO_TRANSFORM,
    REVERSED,
    Forms,
)
from guards.names.letter_readings import ROT13, Reading, readings
from guards.names.more_names import MoreNames
from guards.names.name_keys import ManyKeys, NameKeys, name_keys
from guards.names.ordinary import OrdinaryText
from guards.names.whose import is_exempt
from guards.names.word_names import WordNames
from guards.parts import Part, Parts, Texts, joined, numbers, text_parts, within
from guards.reading.canonical import BLANK, fold, is_boundary, squash
from guards.reading.escapes import has_escapes, unescape

__all__ = [
    "LONG_ENOUGH_TO_BREAK",
    "LONG_ENOUGH_TO_TRANSFORM",
    "MAX_GAP",
    "Mention",
    "MentionIndex",
    "MoreNames",
]

Live = Callable[[int], bool]

# More separators than this in a row end a name: what a stream must hold back stays bounded.
MAX_GAP = 32
_FEW = 8_000  # names that an automaton holds in some sixteen megabytes
_LONG_IN_LEET = 8  # letters of a name that nobody else's figures spell

# Escapes that show letters; without them a text that is read again holds only joints.
_HIDING = re.compile(r"[&%<\\]")
# How `is_boundary` parts the words of ASCII.
_BEGINS = re.compile(r"(?<![a-z0-9])[a-z0-9]|(?<=[a-z])[0-9]|(?<=[0-9])[a-z]")
_WIDE_GAP = re.compile(rf"[ .]{{{MAX_GAP + 1},}}")


@dataclass(frozen=True, slots=True)
class Mention:
    """A subject named between the raw offsets `start` and `end`; `key` is the name, squashed."""

    policy: int
    start: int
    end: int
    key: str


class MentionIndex:
    """All names of a compiled book. Immutable once built; build with `MentionIndex.build`."""

    def __init__(
        self,
        forms: Forms,
        keys: NameKeys,
        more: MoreNames | None = None,
        words: WordNames | None = None,
        coded: CodedNames | None = None,
        entries: Sequence[tuple[int, str]] = (),
    ) -> None:
        """`entries` are kept of an index so small that it is built anew, not kept."""
        self._entries = entries
        self._more = more
        self._words = words or None
        self._coded = coded or CodedNames(())
        self._keys = keys
        self._forms = forms
        self._longest = keys.longest
        self._ordinary: OrdinaryText | None = None
        if self._words is not None and more is None:
            self._ordinary = OrdinaryText(self._words, self._begins_any, self._is_any)

    @classmethod
    def build(
        cls,
        entries: Iterable[tuple[int, str]],
        more: MoreNames | None = None,
        words: WordNames | None = None,
    ) -> "MentionIndex":
        """Index (policy number, name) pairs; find `more` names and those of `words` beside them.

        Raises ValueError for a name that holds no letter or digit, or over 60,000 of them.
        """
        forms, entries = Forms(), tuple(entries)
        few = len(entries) <= _FEW
        keys = name_keys(forms.add_all(entries), few=few)
        return cls(forms, keys, more, words, CodedNames(entries), entries if few else ())

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says, without the names that are found beside these."""
        words = {} if self._words is None else joined(words=self._words.parts())
        coded = self._coded.forms.parts() if isinstance(self._keys, ManyKeys) else None
        if coded is None or not isinstance(self._keys, ManyKeys):
            policies = np.array([policy for policy, _ in self._entries], dtype=np.uint32)
            few = {"policies": policies, **text_parts(name for _, name in self._entries)}
            return {**words, **joined(few=few)}
        return {**words, **joined(forms=self._forms.parts(), keys=self._keys.parts(), coded=coded)}

    @classmethod
    def of_parts(cls, parts: Parts, more: MoreNames | None = None) -> "MentionIndex":
        """From what ``parts`` gave; `more` are found beside them."""
        kept = within(parts, "words")
        words = WordNames(kept=kept) if kept else None
        few = within(parts, "few")
        if few:
            return cls.build(zip(numbers(few["policies"]), Texts(few), strict=True), more, words)
        coded = CodedNames.made(CodedForms.of_parts(within(parts, "coded")))
        forms = Forms.of_parts(within(parts, "forms"))
        return cls(forms, ManyKeys((), within(parts, "keys")), more, words, coded)

    def beside(self, more: MoreNames | None) -> "MentionIndex":
        """The same index that finds `more` names beside its own."""
        if more is None:
            return self
        return MentionIndex(self._forms, self._keys, more, self._words, self._coded, self._entries)

    @property
    def more(self) -> MoreNames | None:
        """The names that are found beside those of this index."""
        return self._more

    @property
    def words(self) -> WordNames | None:
        """The names that are found word by word, None if none are."""
        return self._words

    @property
    def ordinary(self) -> OrdinaryText | None:
        """What says at a glance how much of ordinary text must wait; None where nothing does."""
        return self._ordinary

    @property
    def longest(self) -> int:
        """Letters of the longest key; 0 if there is no name at all."""
        return max(self._longest, self._more.longest if self._more else 0)

    def opens_a_name(self, word: str) -> bool:
        """Is the folded `word` the first of several words of some name?"""
        return self._forms.opens(word)

    def is_prefix(self, squashed: str) -> bool:
        """Say whether some name begins with `squashed`."""
        return self._keys.begin_with(squashed)

    def _begins_any(self, letters: str) -> bool:
        """Does some name begin with these Latin letters, as they are or in ROT13?"""
        begin_with = self._keys.begin_with
        return begin_with(letters) or begin_with(letters.translate(ROT13))

    def holds_key(self, letters: str) -> bool:
        """Is a key of some name in these squashed letters, as they are or in ROT13?"""
        return any(
            True
            for read in (letters, letters.translate(ROT13))
            for _ in self._keys.hits(read, anywhere=True)
        )

    def _is_any(self, letters: str) -> bool:
        """Are these Latin letters all of some name, as they are or in ROT13?"""
        return any(
            length == len(letters)
            for read in (letters, letters.translate(ROT13))
            for _, length, _ in self._keys.hits(read, anywhere=True)
        )

    def hold(self, raw: str, folded: str, *, before: str = "", before_leet: str = "") -> int | None:
        """Where in `folded` the first name begins that what follows may still complete.

        None: nothing needs holding back. The arguments are those of `scan`.
        """
        earliest: int | None = None
        if self._more is not None:
            earliest = self._more.hold(raw, folded, before=before, before_leet=before_leet)
        if not self._longest:
            return earliest
        if (handle := handle_begun(raw)) is not None:
            earliest = handle if earliest is None else min(earliest, handle)
        for reading in readings(raw, folded):
            edge = before_leet if reading.kind == "leet" else before
            at = self._hold_reading(reading, edge)
            if at is not None and (earliest is None or at < earliest):
                earliest = at
        return earliest

    def _hold_reading(self, reading: Reading, before: str) -> int | None:
        letters = reading.letters
        floor = 0
        if len(letters) > MAX_GAP:
            for gap in _WIDE_GAP.finditer(letters):
                floor = gap.end()
        # A name is no longer than the longest: what stands further back cannot begin one.
        first, behind = floor, 0
        if len(letters) - floor > self._longest:
            first = len(letters)
            while first > floor and behind <= self._longest:
                first -= 1
                behind += letters[first] not in " ."
        match = self._keys.begin_with
        for at in _beginnings(letters, first, before):
            rest = squash(letters[at:])
            if len(rest) <= self._longest and match(rest):
                return at
        return None

    @property
    def coded(self) -> CodedNames:
        """The names as they look in code: `find` reads them, `scan` and `hold` do not."""
        return self._coded

    def find(
        self, text: str, *, live: Live | None = None, exempt: frozenset[str] = frozenset()
    ) -> list[Mention]:
        """Every mention in `text`, overlapping ones too, by end and then start.

        `live` says which policies count (None: all). A name whose `Mention.key` is in `exempt` is
        passed over: with `{m.key for m in find(what the client said)}` a client may hear the
        names again that it uttered itself; shorter names inside them are in that set as well.
        """
        if not self.longest:
            return []
        folded = fold(text)
        found = {
            Mention(policy, folded.start(start), folded.end(end), key)
            for policy, start, end, key in self._scan_whole(text, folded.text)
        }
        if self._words is not None:
            found.update(Mention(*hit) for hit in self._words.scan(text, folded))
        if has_escapes(text):
            shown = unescape(text)
            again = fold(shown.text)
            for policy, start, end, key in (
                self._scan_whole if _HIDING.search(text) else self.scan
            )(shown.text, again.text):
                first, last = again.start(start), again.end(end) - 1
                found.add(Mention(policy, shown.starts[first], shown.ends[last], key))
            for policy, start, end, key in (
                self._words.scan(shown.text, again) if self._words is not None else ()
            ):
                found.add(Mention(policy, shown.starts[start], shown.ends[end - 1], key))
        found.update(Mention(a.policy, a.start, a.end, a.key) for a in acrostics(self._coded, text))
        return sorted(
            (m for m in found if (live is None or live(m.policy)) and not is_exempt(m.key, exempt)),
            key=lambda m: (m.end, m.start, m.policy, m.key),
        )

    def _scan_whole(self, raw: str, folded: str) -> Iterator[tuple[int, int, int, str]]:
        yield from self.scan(raw, folded)
        yield from self._coded.scan(raw, folded)

    def scan(
        self, raw: str, folded: str, *, before: str = "", before_leet: str = "", closed: bool = True
    ) -> Iterator[tuple[int, int, int, str]]:
        """(policy, start, end, key) in offsets of `folded`, in all readings but those of codes.

        `before` is the folded character in front of the text ("" at its beginning), `before_leet`
        the same one read as leetspeak. With `closed` False a match at the very end does not count:
        what follows could still turn it into another word.
        """
        if self._longest:
            inside = handles(raw, folded)
            for reading in readings(raw, folded):
                edge = before_leet if reading.kind == "leet" else before
                yield from self._scan_reading(reading, edge, closed, inside)
        if self._more is not None:
            yield from self._more.scan(
                raw, folded, before=before, before_leet=before_leet, closed=closed
            )

    def _scan_reading(
        self, reading: Reading, before: str, closed: bool, inside: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int, int, str]]:
        letters = reading.letters
        positions: list[int] | None = None
        forms = self._forms
        for behind, length, form in self._keys.hits(letters, anywhere=bool(inside)):
            if positions is None:
                positions = [at for at, c in enumerate(letters) if c != " " and c != "."]
            span = positions[behind - length : behind]
            start, end = span[0], span[-1] + 1
            if end == len(letters) and not closed:
                continue
            within = length >= IN_HANDLE and is_inside(inside, start, end)
            if not (within or is_boundary(letters[start - 1] if start else before, letters[start])):
                continue
            if end < len(letters) and not (within or is_boundary(letters[end - 1], letters[end])):
                continue
            if self._fits(reading, span, form):
                yield forms.policies[form], start, end, forms.names[forms.owners[form]]

    def _fits(self, reading: Reading, span: list[int], form: int) -> bool:
        """Say whether the reading and the separators suit this form of the name."""
        flags = self._forms.flags[form]
        if reading.kind == "plain":
            if not flags & ITSELF:
                return False
        elif reading.kind == "rot13":
            if not (flags & ITSELF and flags & LONG and not flags & REVERSED):
                return False
        elif not self._fits_leet(reading, span):
            return False
        if span[-1] - span[0] + 1 == len(span):
            return True
        return _separators_fit(reading.letters, span, flags, self._forms.breaks[form])

    def _fits_leet(self, reading: Reading, span: list[int]) -> bool:
        """Half of it written in letters, or two in a long one, and begun the way some name begins.

        The second part is what lets a stream hold a leetspeak name back from its first letter
        before it has seen the first digit.
        """
        plain = reading.plain
        odd = [at for at in span if plain[at] != reading.letters[at] and plain[at] != "i"]
        most = len(span) // 2 if len(span) < _LONG_IN_LEET else len(span) - 2
        if not odd or len(odd) > most:
            return False
        opening = squash(plain[span[0] : odd[0]])
        return not opening or self.is_prefix(opening)


def _beginnings(letters: str, first: int, before: str) -> Iterator[int]:
    """Where a word may begin in folded `letters`, from `first` on."""
    if letters.isascii():
        for match in _BEGINS.finditer(letters, first):
            at = match.start()
            if at or is_boundary(before, letters[0]):
                yield at
        return
    for at in range(first, len(letters)):
        character = letters[at]
        if character not in " ." and is_boundary(letters[at - 1] if at else before, character):
            yield at


def _separators_fit(letters: str, span: list[int], flags: int, breaks: int) -> bool:
    spaced_out = True
    odd_blank = False
    for index in range(1, len(span)):
        gap = letters[span[index - 1] + 1 : span[index]]
        if not gap:
            spaced_out = False
        elif len(gap) > MAX_GAP:
            return False
        elif BLANK in gap and not breaks >> index & 1:
            odd_blank = True
    return not odd_blank or spaced_out or bool(flags & BREAKABLE)
