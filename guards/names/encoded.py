"""Names in what a text says once its encodings are undone (see `guards.reading.views`).

    list(encoded_mentions(index, "c2VlIEphbmUgUm9l"))   # [(View("base64", ...), Mention(...))]

Thousands of short views are searched together, and one by one only where that finds something.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from guards.names.mentions import Mention, MentionIndex
from guards.reading.views import TooManyEncodingsError, View, together, views

__all__ = ["DecodedRuns", "Read", "encoded_mentions"]

Live = Callable[[int], bool]
Read = Callable[[str], Iterable[View]]
"""What undoes encodings: a text, and the views of it."""

_SHORTEST_RUN = 6
_REMEMBERED = 256  # runs whose decoding is kept: a text of signs has dozens in what is held


def encoded_mentions(
    index: MentionIndex,
    text: str,
    *,
    live: Live | None = None,
    exempt: frozenset[str] = frozenset(),
    read: Read = views,
) -> Iterator[tuple[View, Mention]]:
    """Every mention in a view of `text` as `read` has it, with its view; arguments as of `find`.

    Raises TooManyEncodingsError for a text that holds more of them than are read.
    """
    if not index.longest:
        return
    for joined, group in together(list(read(text))):
        if len(group) > 1 and not index.find(joined, live=live, exempt=exempt):
            continue
        for view in group:
            for mention in index.find(view.text, live=live, exempt=exempt):
                yield view, mention


class DecodedRuns:
    """The policies that runs of a stream name once they are decoded.

    The blocks of a run are asked for again with every delta until the next is full.
    """

    def __init__(
        self,
        index: MentionIndex,
        live: Live | None,
        exempt: frozenset[str],
        count: int,
    ) -> None:
        """``count`` is the number of policies."""
        self._index = index
        self._live = live
        self._exempt = exempt
        self._count = count
        self._known: dict[tuple[str, Read], frozenset[int]] = {}

    def policies(self, run: str, read: Read = views) -> frozenset[int]:
        """The policies that this run names in any decoding, or in those of `read`."""
        if len(run) < _SHORTEST_RUN:
            return frozenset()
        known = self._known.get((run, read))
        if known is None:
            known = self._read(run, read)
            if len(self._known) >= _REMEMBERED:
                del self._known[next(iter(self._known))]  # the oldest
            self._known[run, read] = known
        return known

    @property
    def unread(self) -> frozenset[int]:
        """The policy that a text which cannot be read to its end gives away, where one counts."""
        counts = (n for n in range(self._count) if self._live is None or self._live(n))
        return frozenset(islice(counts, 1))

    def _read(self, run: str, read: Read) -> frozenset[int]:
        found = encoded_mentions(self._index, run, live=self._live, exempt=self._exempt, read=read)
        try:
            return frozenset(mention.policy for _, mention in found)
        except TooManyEncodingsError:
            return self.unread
