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

from guards.names.coded_words import WINDOW
from guards.names.handles import RUN_TOGETHER
from guards.names.tokens import Token
from guards.names.word_names import WordNames, goes_on
from guards.reading.escapes import begins_escape, tells_escape

__all__ = ["EDGES", "OrdinaryText"]

EDGES = frozenset(" \n.,)\"'(-")
"""What ordinary text may stand behind: a word of it begins there and goes on with no other."""

_REMEMBERED = 65536
# Small letters, a capital in front, or capitals alone: any other mixture may be base64.
_A_WORD = "(?:[A-Z]?[a-z]+|[A-Z]+)"
# Between words stands one quotation mark at the most, for two may be a joint, and no sign that is
# rare in prose. Of dots and dashes there are not enough for Morse code.
_A_GAP = (
    r"(?:[.,)]{0,2}[\"']?[.,)]?[ \n]{0,3}(?:- )?\(?"
    r"|[.,)]{0,2}[ \n]{0,3}(?:- )?\(?[\"']"
    r"|-)"
)
_ORDINARY = re.compile(
    rf"[,)]{{0,2}}[ \n]{{0,3}}[\"'(]?(?:{_A_WORD}(?=[^A-Za-z]){_A_GAP})*({_A_WORD})?"
)
_WORD = re.compile("[A-Za-z]+")
_STARTS_A_JOINT = re.compile("[,\"'\n]")
_BRIDGES = frozenset((" ", "\n", ", ", "-", "'"))  # gaps that every name may go on over
# What is known of a word. Close: it may tell of a name. Escaping: it may be part of an escape.
_CLOSE, _ESCAPING, _OPENS, _GOES_ON, _PREFIX, _BEGUN = 1, 2, 4, 8, 16, 32
_LOOK, _WALK = _CLOSE | _ESCAPING, _OPENS | _GOES_ON


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
        known, bits = self._known, 0
        if last is not None:
            ended = found.start(1)
            bits = known[last] if last in known else self._learn(last)
            if bits & _ESCAPING:
                return None
        of_words = 0
        words = _WORD.findall(text, 0, ended)
        for word in words:
            of_words |= known[word] if word in known else self._learn(word)
        if not of_words & (_LOOK | _WALK | _PREFIX):
            return ended
        if of_words & _LOOK:
            return None
        return self._closer(text, words, last, bits)

    def _closer(
        self, text: str, words: Sequence[str], last: str | None, bits: int
    ) -> int | None:
        """`hold` where a name may begin with one of the `words`; `bits` are of the `last`."""
        starts = [match.start() for match in _WORD.finditer(text)]
        known = [self._known[word] for word in words]
        held = len(text) if last is None else starts[-1]
        for of_one in (self._by_letters, self._by_words):
            at = of_one(text, words, known, starts, last, bits)
            if at is None:
                return None
            held = min(held, at)
        return held

    def _by_letters(
        self,
        text: str,
        words: Sequence[str],
        known: Sequence[int],
        starts: Sequence[int],
        last: str | None,
        bits: int,
    ) -> int | None:
        """Where the first key begins that may still be completed; the text's length for none."""
        open_end = len(words) - 1
        for at, of_word in enumerate(known):
            if not of_word & _PREFIX:
                continue
            if at == open_end and last is None:
                return starts[at]
            if (known[-1] if last is None else bits) & _BEGUN or _STARTS_A_JOINT.search(text):
                return None  # a joint may be under way, and what stands in front of it waits
            behind = words[at + 1] if at < open_end else last or ""
            if self._is_prefix(f"{words[at]}{behind}".lower()):
                return starts[at] if at == open_end else None
        return len(text)

    def _by_words(
        self,
        text: str,
        words: Sequence[str],
        known: Sequence[int],
        starts: Sequence[int],
        last: str | None,
        bits: int,
    ) -> int | None:
        """Where the first name begins that a word may still complete, as `WordNames.hold` has it."""
        held = len(text)
        if last is not None and bits & _CLOSE and any(of_word & _OPENS for of_word in known):
            return None  # beside a word of a name, two letters of a rare word may be wrong
        for at in range(len(words) - 1, max(-1, len(starts) - WINDOW - 2), -1):
            if not known[at] & _WALK:
                break
            end = starts[at] + len(words[at])
            gap = text[end : starts[at + 1]] if at + 1 < len(starts) else text[end:]
            if gap != " " and not (at + 1 == len(starts) and gap in _BRIDGES):
                return None
            if known[at] & _OPENS:
                held = starts[at]
        return held

    def _learn(self, word: str) -> int:
        """Look a word up, and remember it."""
        small = word.lower()
        token = Token(small, 0, len(word), word[0].isupper(), "")
        read = self._words.readings.of(token)
        telling = bool(read.likes or read.codes or read.together) or self._is_key(small)
        bits = (
            _CLOSE * (telling or len(word) > RUN_TOGETHER)
            | _ESCAPING * (tells_escape(small) or len(word) > RUN_TOGETHER)
            | _OPENS * read.opens
            | _GOES_ON * goes_on(token)
            | _PREFIX * self._is_prefix(small)
            | _BEGUN * begins_escape(small)
        )
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[word] = bits
        return bits
