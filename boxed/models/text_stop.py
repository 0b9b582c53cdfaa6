"""Stop words in a stream: text is released as soon as no stop word can begin in it."""

from __future__ import annotations

from collections.abc import Sequence


class StopWords:
    """Feed text piece by piece; the text before the first stop word comes out, in the end all."""

    def __init__(self, words: Sequence[str]) -> None:
        """``words`` as the request gives them; empty ones are ignored."""
        self._words = tuple(word for word in words if word)
        self._held = ""

    def feed(self, text: str) -> tuple[str, bool]:
        """(text that may be released, was a stop word met)."""
        self._held += text
        found = [at for word in self._words if (at := self._held.find(word)) >= 0]
        if found:
            ready, self._held = self._held[: min(found)], ""
            return ready, True
        keep = max((_overlap(self._held, word) for word in self._words), default=0)
        cut = len(self._held) - keep
        ready, self._held = self._held[:cut], self._held[cut:]
        return ready, False

    def close(self) -> str:
        """The rest: the text ended without a stop word."""
        rest, self._held = self._held, ""
        return rest


def _overlap(text: str, word: str) -> int:
    """The longest end of ``text`` that is a beginning of ``word``."""
    for size in range(min(len(text), len(word) - 1), 0, -1):
        if word.startswith(text[-size:]):
            return size
    return 0
