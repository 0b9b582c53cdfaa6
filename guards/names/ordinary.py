"""Most of a stream at a glance: text whose words name nobody, and what of it has to wait.

    ordinary.hold("the sea was ca")    ->  12      "ca" may go on; the rest may leave
    ordinary.hold("a note by Kign")    ->  None    look closely: a word is like one of a name

A text is ordinary only where no view can find anything in it: letters and the plainest punctuation,
so that it is no code, no escape and no joint, and no word that has ended is like one of a name. Of
such a text this says what the closer look would say. What a word is to the names of a book is
looked up once for each word of the language.
"""

import re
from collections.abc import Callable, Sequence
from itertools import islice, pairwise

from guards.names.coded_words import WINDOW
from guards.names.handles import RUN_TOGETHER
from guards.names.tokens import Token, gap_between
from guards.names.word_names import WordNames, goes_on, may_bridge
from guards.reading.escapes import begins_escape, is_label, is_part, tells_escape, undecided

__all__ = ["EDGES", "OrdinaryText"]

EDGES = frozenset(" \n.,)\"'(-\u2013\u2014\u2018\u2019\u201c\u201d")
"""What ordinary text may stand behind: a word of it begins there and goes on with no other."""

_REMEMBERED = 65536
# Small letters, a capital in front, or capitals alone: any other mixture may be base64.
_A_WORD = "(?:[A-Z]?[a-z]+|[A-Z]+)"
# Between words stands one quotation mark at the most, for two may be a joint, and no sign that is
# rare in prose. Of dots and dashes there are not enough for Morse code. A bracket between letters
# may be one of them in leetspeak.
_QUOTE, _DASH = "[\"'\u2018\u2019\u201c\u201d]", "[\u2013\u2014-]"
_A_GAP = (
    rf"(?:[.,)]{{0,2}}{_QUOTE}?[.,)]?(?:[ \n]{{1,3}}\(?|[ \n]{{0,3}}{_DASH} \(?)?"
    rf"|[.,)]{{0,2}}[ \n]{{0,3}}(?:{_DASH} )?\(?{_QUOTE}"
    rf"|{_DASH})"
)
_ORDINARY = re.compile(
    rf"[,)]{{0,2}}[ \n]{{0,3}}(?:{_QUOTE}|\()?(?:{_A_WORD}(?=[^A-Za-z]){_A_GAP})*({_A_WORD})?"
)
_WORD = re.compile("[A-Za-z]+")
_STARTS_A_JOINT = re.compile(rf"{_QUOTE}|[,\n]")
# What is known of a word. Liked: it is like a word of a name of several; close: it may tell of a
# name by itself; escaping: it may be part of an escape; begun: of one that the stream goes on with;
# a label and a part are one together.
_LIKED, _CLOSE, _ESCAPING, _OPENS, _GOES_ON, _PREFIX, _BEGUN = 1, 2, 4, 8, 16, 32, 64
_LABEL, _PART = 128, 256
_WALK = _OPENS | _GOES_ON
_LOOK, _MAY_BE_HELD = _CLOSE | _ESCAPING, _LIKED | _OPENS | _GOES_ON | _PREFIX


class OrdinaryText:
    """Ordinary text beside the names of one book; immutable but for what it remembers of words.

    `is_prefix` says of letters whether some name begins with them in any reading, `is_key` whether
    some name is all of them.
    """

    def __init__(
        self, words: WordNames, is_prefix: Callable[[str], bool], is_key: Callable[[str], bool]
    ) -> None:
        self._words = words
        self._is_prefix = is_prefix
        self._is_key = is_key
        self._known: dict[str, int] = {}

    def hold(self, text: str) -> int | None:
        """Where what must stay back of `text` begins; None where it has to be looked at closely.

        A word begins where `text` does, and it stands behind an edge or at the stream's beginning.
        """
        found = _ORDINARY.fullmatch(text)
        if found is None:
            return None
        last, ended = found[1], len(text)
        of_last = 0
        if last is not None:
            ended = found.start(1)
            of_last = self._of(last)
            if of_last & _ESCAPING:
                return None
        of_words = 0
        words: list[str] = _WORD.findall(text, 0, ended)
        if _is_apart(words, last):
            return None
        bits = list(map(self._of, words))
        for of_word in bits:
            of_words |= of_word
        if of_words & _LOOK or (of_words & _LABEL and (of_words | of_last) & _PART):
            return None
        if not of_words & _MAY_BE_HELD:
            return ended
        if _may_be_named(bits, of_words, of_last):
            return None
        if of_words & _PREFIX:
            written = words if last is None else [*words, last]
            of_end = bits[-1] if last is None else of_last
            first = self._first_begun(text, written, bits, of_end)
            if first is None:
                return None
            if first < len(bits):
                ended = _start_of(text, first)
        return ended if not bits[-1] & _WALK else min(ended, _by_words(text, bits))

    def _first_begun(
        self, text: str, written: Sequence[str], bits: Sequence[int], of_end: int
    ) -> int | None:
        """The number of the first word with which a name begins that more letters may complete.

        It is that of no word where there is none, and None where two words may be a name's that
        have ended. What stands in front of a joint that may be under way is read by itself, too.
        """
        counts = [len(written)]
        if of_end & _BEGUN or _STARTS_A_JOINT.search(text):
            counts.append(len(_WORD.findall(text, 0, undecided(text, "")[0])))
        found = len(written)
        for count in counts:
            for at in range(min(count, len(bits))):
                if not bits[at] & _PREFIX:
                    continue
                if at + 1 < count:
                    if not self._is_prefix(f"{written[at]}{written[at + 1]}".lower()):
                        continue
                    if at + 1 < len(bits):
                        return None
                found = min(found, at)
                break
        return found

    def _of(self, word: str) -> int:
        """What is known of a word."""
        bits = self._known.get(word)
        return self._learn(word) if bits is None else bits

    def _learn(self, word: str) -> int:
        small = word.lower()
        token = Token(small, 0, len(word), word[0].isupper(), "")
        read = self._words.readings.of(token)
        alone = bool(read.codes or read.together) or self._words.stands_alone(read.likes)
        long = len(word) > RUN_TOGETHER
        bits = (
            _LIKED * bool(read.likes)
            | _CLOSE * (alone or self._is_key(small))
            | _ESCAPING * (long or tells_escape(small))
            | _OPENS * read.opens
            | _GOES_ON * goes_on(token)
            | _PREFIX * self._is_prefix(small)
            | _BEGUN * begins_escape(small)
            | _LABEL * is_label(small)
            | _PART * is_part(small)
        )
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[word] = bits
        return bits


def _is_apart(words: Sequence[str], last: str | None) -> bool:
    """May letters that stand alone be those of a word that is written apart?"""
    alone = [len(word) == 1 for word in words]
    return any(alone) and (
        (alone[-1] and (last is None or len(last) == 1))
        or any(one and other for one, other in pairwise(alone))
    )


def _may_be_named(bits: Sequence[int], of_words: int, of_last: int) -> bool:
    """May two of the words that have ended be a name together?

    Beside one of a name's words, that which is still written too, two letters of a rare word may
    be wrong.
    """
    if not of_words & _OPENS:
        return False
    if of_words & _LIKED:
        return len([of_word for of_word in bits if of_word & _OPENS]) > 1
    return bool(of_last & (_LIKED | _CLOSE))


def _by_words(text: str, bits: Sequence[int]) -> int:
    """Where the first name begins that another word may complete, as `WordNames.hold` has it."""
    tokens = [Token("", *match.span(), False, "") for match in _WORD.finditer(text)]
    held = len(text)
    for at in range(len(bits) - 1, max(-1, len(tokens) - WINDOW - 2), -1):
        if not bits[at] & _WALK:
            break
        if at + 1 == len(tokens):
            if not may_bridge(text[tokens[at].end :]):
                break
        elif not gap_between(text, tokens[at], tokens[at + 1]):
            break
        if bits[at] & _OPENS:
            held = tokens[at].start
    return held


def _start_of(text: str, word: int) -> int:
    return next(islice(_WORD.finditer(text), word, None)).start()
