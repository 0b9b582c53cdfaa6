"""The swap as a rendering step, shared by every worker that must hide a subject from its model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from boxed.api.chat import ChatRequest, map_request, texts_in
from boxed.hiding.identifying import CONNECTING
from boxed.hiding.masking import Masking
from boxed.hiding.miscopied import begun, miscopied
from boxed.hiding.swap import Swap, carry_case
from boxed.hiding.whole_names import Span
from boxed.workers.across import cover_across
from boxed.workers.protocol import Rendered
from guards.reading.wording import folded_words
from prompts.policy import Policy

_NAMELESS = "something"
_WORD = re.compile(r"[^\W_]+")
_CUT = re.compile("\ue0f1([0-9]{1,9})\ue0f2")
_WRITTEN = re.compile(r"%[0-9a-f]{2}|\\u[0-9a-f]{4}|[^\W_]+", re.IGNORECASE)
_NOTHING_ELSE = {"examples": (), "terms": (), "counterfacts": ()}


def swapped(
    request: ChatRequest,
    policies: Sequence[Policy],
    masking: Masking,
    *,
    terms: bool = False,
    names_alone: bool = False,
) -> Rendered:
    """Swap the subjects of ``policies`` in the request; the swap that undoes it comes with it.

    With ``terms`` the rare words go that give them away, too; with ``names_alone`` titles and dates
    stay, for a translation of their stand-ins could not be turned back.
    """
    if not policies:
        return Rendered(request, hid=False)
    bare = [policy.model_copy(update=_NOTHING_ELSE) for policy in policies]
    swap = masking.swap(bare if names_alone else policies, terms)
    heard = frozenset(folded_words("\n".join(texts_in(request.body))))
    hiding = _Hiding(tuple(policies), masking, swap, heard)
    body = map_request(cover_across(request.body, hiding.names, hiding.across), hiding.hide)
    hid = body != request.body
    return Rendered(
        request.with_body(body), to_client=hiding.show, to_model=hiding.swap.apply, hid=hid
    )


@dataclass(frozen=True, slots=True)
class _Hiding:
    """One request's names behind their stand-ins, and which of them the client wrote how."""

    policies: Sequence[Policy]
    masking: Masking
    swap: Swap
    heard: frozenset[str]
    """The client's own words, folded."""
    words: set[str] = field(default_factory=set[str])
    """Stand-ins of words of names that the request holds, in small letters."""
    written: dict[str, str] = field(default_factory=dict[str, str])
    """Whole stand-ins with the name as the client wrote it, where its words have none."""
    cut: list[str] = field(default_factory=list[str])
    """Stand-ins of names that are cut over the parts of a message, by number."""

    def names(self, text: str) -> list[Span]:
        """The places of the subjects' names."""
        return self.masking.names(text, self.policies)

    def hide(self, text: str) -> str:
        """``text`` with every name and telling phrase behind its stand-in."""
        places = self.swap.places(text)
        out, end = "", 0
        for span in (*self.names(text), None):
            start = len(text) if span is None else span.start
            between = [(max(a, end) - end, min(b, start) - end) for a, b in places]
            out += self.swap.swapped(text[end:start], [p for p in between if p[0] < p[1]])
            if span is not None:
                out += self._name(span, text[start : span.end])
                end = span.end
        hidden = self.masking.cover(out, self.policies, self._covered)
        return _CUT.sub(self._at, hidden) if self.cut else hidden

    def across(self, span: Span, name: str) -> str:
        """What `hide` turns into the stand-in of a name that is cut over a message's parts.

        A stand-in itself would be swapped back.
        """
        self.cut.append(self._name(span, name))
        return f"\ue0f1{len(self.cut) - 1}\ue0f2"

    def _at(self, match: re.Match[str]) -> str:
        number = int(match.group(1))
        return self.cut[number] if number < len(self.cut) else match.group()

    def show(self, text: str) -> str:
        """``text`` with the client's own words in place of the stand-ins."""
        # A misspelt name goes back as it came: to mend it would show that it is known.
        for other, words in self.written.items():
            text = text.replace(other, words)
        places = self.swap.places(text)
        held = 0
        lone: list[tuple[int, int]] = []
        for match in _WRITTEN.finditer(text):
            while held < len(places) and places[held][1] <= match.start():
                held += 1
            inside = held < len(places) and places[held][0] < match.end()
            if not inside and match.group().lower() in self.words:
                lone.append(match.span())
        shown = self.swap.swapped(text, sorted([*places, *lone]))
        return _WORD.sub(self._mended, shown) if self.words else shown

    def _mended(self, match: re.Match[str]) -> str:
        """The client's word for a stand-in that the model has copied with a slip."""
        word = match.group()
        if match.end() == len(match.string) and (cut := begun(word, self.words, self.heard)):
            return carry_case(word, self.swap.pairs[cut][: len(word)])
        meant = miscopied(word, self.words, self.heard)
        return word if meant is None else carry_case(word, self.swap.pairs[meant])

    def _name(self, span: Span, name: str) -> str:
        """A name word by word, or as a whole where one of its words has no stand-in."""
        words = [word.lower() for word in _WORD.findall(name)]
        telling = [w for w in words if len(w) > 1 and w not in CONNECTING]
        other = self.swap.swapped(name, [(0, len(name))])
        changed = [w.lower() for w in _WORD.findall(other)]
        if telling and len(words) == len(changed):
            pairs = list(zip(words, changed, strict=True))
            if all(a != b for a, b in pairs if a in telling):
                self.words.update(b for a, b in pairs if a in telling)
                return other
        return self._covered(span.policy, name, True)

    def _covered(self, policy: Policy, words: str, plain: bool) -> str:
        other = self.swap.primary.get(policy.id, _NAMELESS)
        own = not self.words.isdisjoint(word.lower() for word in _WORD.findall(other))
        if plain and other != _NAMELESS and not own:
            self.written.setdefault(other, words)
        return other
