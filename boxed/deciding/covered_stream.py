"""A text that is heard bit by bit, without forgotten names: it goes on behind each.

    stream = CoveredStream(covering)
    stream.feed("Then Ja")           ->  "Then "        "Ja" may become a name
    stream.feed("ne Roe came. Yes")  ->  "[name] came. Yes"

What can no longer become a name leaves at once. From a name on the text is held to the end of its
sentence, where names are covered as in a whole text.
"""

from __future__ import annotations

import re

from boxed.deciding.covering import Covering
from boxed.deciding.screened_inputs import MARK
from boxed.release.gated_text import GatedText

__all__ = ["CoveredStream"]

_END = re.compile(r"[.!?\u3002\uff01\uff1f\n](?=\s|\Z)|\n")
_LONGEST = 400  # characters that are held for the end of a sentence


class CoveredStream:
    """Covers one text; ``said`` is what has left, ``heard`` what came."""

    def __init__(self, covering: Covering) -> None:
        self.said = ""
        self.heard = ""
        self._covering = covering
        self._gated = GatedText(covering.new_gate())
        self._fed = ""
        self._held = ""  # from a name on, where there is one
        self._least = 0
        self._closed = False

    def feed(self, piece: str) -> str:
        """What may leave now that ``piece`` has come."""
        self.heard += piece
        if self._held:
            self._held += piece
            out = self._at_its_end()
        else:
            out = self._passed(piece)
        self.said += out
        return out

    def close(self) -> str:
        """The rest; nothing when it is asked for again."""
        if self._closed:
            return ""
        self._closed = True
        if not self._held:
            out = self._gated.close()
            if self._gated.leak is not None:
                out += self._cover(self._fed[self._gated.released :])
        else:
            out = self._cover(self._held)
        if self._covering.leak(self.said + out) is not None:
            out = MARK
        self._held = ""
        self.said += out
        return out

    def _passed(self, piece: str) -> str:
        self._fed += piece
        out = self._gated.feed(piece)
        if self._gated.leak is None:
            return out
        self._held = self._fed[self._gated.released :]
        places = self._covering.places(self._held)
        self._least = places[0][1] if places else len(self._held)
        return out + self._at_its_end()

    def _at_its_end(self) -> str:
        """What was held, once its sentence has ended behind the name."""
        ended = _END.search(self._held, max(self._least - 1, 0)) is not None
        if not ended and len(self._held) < self._least + _LONGEST:
            return ""
        covered, self._held = self._cover(self._held), ""
        self._gated, self._fed = GatedText(self._covering.new_gate()), covered
        out = self._gated.feed(covered)
        if self._gated.leak is None:
            return out
        # The gate sees more in it than the whole text's check: nothing of it leaves.
        self._gated, self._fed = GatedText(self._covering.new_gate()), ""
        return MARK

    def _cover(self, text: str) -> str:
        covered = self._covering.text(text)
        return MARK if covered is None else covered
