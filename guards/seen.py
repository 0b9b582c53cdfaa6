"""What turns name is remembered: a client sends all of a conversation with each request.

    seen = SeenTurns(mentions, clues)
    seen.names("Who is Jane Roe?", live)      # a list of mentions, as MentionIndex.find has it

One of these belongs to one compiled book, so a new book begins with nothing remembered. What
depends on who asks and when, `live`, is applied to what is remembered and never part of it. A text
is known by its digest under a key that nobody else has; of what was found, places and names of the
book are kept, and nothing of the text.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple, TypeVar

from guards.names.encoded import encoded_mentions
from guards.names.mentions import Mention, MentionIndex

__all__ = ["Decoded", "SeenTurns"]

_KEPT = 8192  # turns
_MOST_FOUND = 64  # mentions of one turn; one with more is read again
Live = Callable[[int], bool]
Found = TypeVar("Found")


class Decoded(NamedTuple):
    """A mention in an encoding that stands from raw offset `start` to `end`."""

    start: int
    end: int
    policy: int


class _Seen(NamedTuple):
    names: tuple[Mention, ...]
    decoded: tuple[Decoded, ...]


class SeenTurns:
    """Of threads at the same time, too."""

    def __init__(self, mentions: MentionIndex, clues: MentionIndex) -> None:
        self._mentions = mentions
        self._clues = clues
        self._key = secrets.token_bytes(32)
        self._turns: OrderedDict[bytes, _Seen] = OrderedDict()
        self._titles: OrderedDict[bytes, tuple[Mention, ...]] = OrderedDict()
        self._lock = Lock()

    def names(self, text: str, live: Live | None) -> list[Mention]:
        """The names that stand in a turn, plainly or in a code of letters."""
        return self.named(text, live)[0]

    def named(self, text: str, live: Live | None) -> tuple[list[Mention], list[Decoded]]:
        """Those names, and the names in its encodings."""
        seen = self._seen(text)
        return (
            [m for m in seen.names if live is None or live(m.policy)],
            [m for m in seen.decoded if live is None or live(m.policy)],
        )

    def titles(self, text: str, live: Live | None) -> list[Mention]:
        """The titles of subjects' works in it."""
        if not self._clues.longest:
            return []
        digest = self._digest(text)
        found = self._known(self._titles, digest)
        if found is None:
            found = tuple(self._clues.find(text))
            self._keep(self._titles, digest, found, len(found))
        return [m for m in found if live is None or live(m.policy)]

    def _seen(self, text: str) -> _Seen:
        """Raises TooManyEncodingsError, and remembers nothing of such a text."""
        digest = self._digest(text)
        seen = self._known(self._turns, digest)
        if seen is None:
            seen = _Seen(
                tuple(self._mentions.find(text)),
                tuple(
                    Decoded(view.start, view.end, mention.policy)
                    for view, mention in encoded_mentions(self._mentions, text)
                ),
            )
            self._keep(self._turns, digest, seen, len(seen.names) + len(seen.decoded))
        return seen

    def _digest(self, text: str) -> bytes:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key).digest()

    def _known(self, table: OrderedDict[bytes, Found], digest: bytes) -> Found | None:
        with self._lock:
            found = table.get(digest)
            if found is not None:
                table.move_to_end(digest)
            return found

    def _keep(
        self, table: OrderedDict[bytes, Found], digest: bytes, found: Found, count: int
    ) -> None:
        if count > _MOST_FOUND:
            return
        with self._lock:
            table[digest] = found
            if len(table) > _KEPT:
                table.popitem(last=False)
