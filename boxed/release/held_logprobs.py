"""Log-probabilities of a stream, held until the text that they spell has been released.

Each token waits for two things: that the gate of its text has passed the chunk that it came with,
and that a gate over the tokens alone has passed it. Alternatives are checked one by one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, cast

from boxed.release.checked import CheckedStrings
from boxed.release.fields import GAP, mapping, texts_of
from boxed.release.gate import NewGate
from boxed.release.gated_text import GatedText
from boxed.release.logprobs import alternatives, entries, token_texts
from guards.verdicts import Leak

__all__ = ["HeldLogprobs"]

_TOKENS = "tokens"


@dataclass(frozen=True, slots=True)
class _Held:
    """Slices of the lists of a logprobs object that belong to one token."""

    lists: dict[str, list[Any]]
    text: GatedText | None
    text_end: int
    tokens: GatedText
    tokens_end: int


class HeldLogprobs:
    """The log-probabilities of one choice."""

    def __init__(self, new_gate: NewGate, checked: CheckedStrings) -> None:
        self._new_gate = new_gate
        self._checked = checked
        self._tokens: dict[str, GatedText] = {}
        self._held: deque[_Held] = deque()
        self._rest: dict[str, Any] = {}

    def take(self, logprobs: Any, texts: dict[str, GatedText]) -> Leak | None:
        """Hold what came with a chunk; `texts` are the choice's texts by field."""
        by_field = entries(logprobs)
        for field, found in by_field.items():
            for entry in found:
                token = entry.get("token")
                shown = (*token_texts(entry), *alternatives(entry))
                spelled = token if isinstance(token, str) else ""
                if leak := self._hold(field, texts.get(field), {field: [entry]}, spelled, shown):
                    return leak
        rest = {k: v for k, v in mapping(logprobs).items() if k not in by_field}
        tokens = rest.get(_TOKENS)
        if isinstance(tokens, list):
            return self._take_columns(rest, cast("list[Any]", tokens), texts.get("text"))
        self._rest |= rest
        return self._checked.leak_in("logprobs", rest)

    def close(self) -> Leak | None:
        """The texts are over, at least for now: let go of the last tokens."""
        for tokens in self._tokens.values():
            tokens.close()
            if tokens.leak:
                return tokens.leak
        return None

    def ready(self) -> dict[str, Any] | None:
        """A logprobs object with every token whose text has been released, or None."""
        out: dict[str, Any] = {}
        while self._held:
            first = self._held[0]
            if first.text is not None and first.text.released < first.text_end:
                break
            if first.tokens.released < first.tokens_end:
                break
            self._held.popleft()
            for name, values in first.lists.items():
                out.setdefault(name, []).extend(values)
        if not out:
            return None
        return {**self._rest, **out}

    def _take_columns(
        self, columns: dict[str, Any], tokens: list[Any], text: GatedText | None
    ) -> Leak | None:
        """A text completion's logprobs: lists of the same length, one place for each token."""
        whole = {
            name: cast("list[Any]", values)
            for name, values in columns.items()
            if isinstance(values, list) and len(cast("list[Any]", values)) == len(tokens)
        }
        for at, token in enumerate(tokens):
            row = {name: [values[at]] for name, values in whole.items()}
            spelled = token if isinstance(token, str) else ""
            if leak := self._hold(_TOKENS, text, row, spelled, tuple(texts_of(list(row.values())))):
                return leak
        rest = {name: values for name, values in columns.items() if name not in whole}
        self._rest |= rest
        return self._checked.leak_in("logprobs", rest)

    def _hold(
        self,
        field: str,
        text: GatedText | None,
        lists: dict[str, list[Any]],
        token: str,
        shown: tuple[str, ...],
    ) -> Leak | None:
        tokens = self._tokens.get(field)
        if tokens is None:
            tokens = self._tokens[field] = GatedText(self._new_gate)
        tokens.feed(token)
        if tokens.leak:
            return tokens.leak
        unique = dict.fromkeys(shown)
        if self._checked.leak_alone(GAP.join(unique)):
            for one in unique:
                if leak := self._checked.leak_alone(one):
                    return leak
        end = text.fed if text is not None else 0
        self._held.append(_Held(lists, text, end, tokens, tokens.fed))
        return None
