"""Names in what a text says once its encodings are undone (see `guards.reading.views`).

    list(encoded_mentions(index, "c2VlIEphbmUgUm9l"))   # [(View("base64", ...), Mention(...))]

Thousands of short views are searched together, and one by one only where that finds something.
"""

from collections.abc import Callable, Iterator

from guards.names.mentions import Mention, MentionIndex
from guards.reading.views import View, together, views

__all__ = ["DecodedRuns", "encoded_mentions"]

Live = Callable[[int], bool]

_SHORTEST_RUN = 6
_REMEMBERED = 32  # runs whose decoding is kept


def encoded_mentions(
    index: MentionIndex,
    text: str,
    *,
    live: Live | None = None,
    exempt: frozenset[str] = frozenset(),
) -> Iterator[tuple[View, Mention]]:
    """Every mention in a decoded view of `text`, with its view; arguments as of `find`.

    Raises TooManyEncodingsError for a text that holds more of them than are read.
    """
    if not index.longest:
        return
    for joined, group in together(views(text)):
        if len(group) > 1 and not index.find(joined, live=live, exempt=exempt):
            continue
        for view in group:
            for mention in index.find(view.text, live=live, exempt=exempt):
                yield view, mention


class DecodedRuns:
    """The policies that runs of a stream name once they are decoded.

    The blocks of a run are asked for again with every delta until the next is full.
    """

    def __init__(self, index: MentionIndex, live: Live | None, exempt: frozenset[str]) -> None:
        self._index = index
        self._live = live
        self._exempt = exempt
        self._known: dict[str, frozenset[int]] = {}

    def policies(self, run: str) -> frozenset[int]:
        """The policies that this run names in any decoding."""
        if len(run) < _SHORTEST_RUN:
            return frozenset()
        known = self._known.get(run)
        if known is None:
            found = encoded_mentions(self._index, run, live=self._live, exempt=self._exempt)
            known = frozenset(mention.policy for _, mention in found)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[run] = known
        return known
