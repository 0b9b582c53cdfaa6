"""The choices of a reply within the client's limits: words, pieces, tokens, likelihoods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from boxed.api.chat import Body, ChatRequest
from boxed.api.replies import wants_json
from boxed.api.token_logprobs import columns, entries_of
from boxed.likeness.likelihoods import drawn_entries
from boxed.likeness.limits import shortened
from boxed.likeness.memory import Known, text_in
from boxed.release.fields import mapping

__all__ = ["Written", "shares", "written_choices"]

_CALLS = ("tool_calls", "function_call")


@dataclass(frozen=True, slots=True)
class Written:
    """One choice as it will leave.

    ``pieces`` are its words as a stream cuts them, ``more`` further fields of its message (calls,
    a refusal), ``entries`` the log-probabilities of its words where the client is to have any.
    """

    index: int
    text: str
    tokens: int
    reason: str
    pieces: tuple[str, ...]
    more: Body = field(default_factory=dict[str, Any])
    entries: tuple[Body, ...] | None = None

    def said(self, kind: str) -> Body:
        """The fields of its message, or of the text of a completion."""
        if kind == "text":
            return {"text": self.text}
        called = any(self.more.get(key) for key in _CALLS)
        return {"role": "assistant", "content": self.text or (None if called else ""), **self.more}

    def logprobs(self, kind: str) -> Any:
        """Its log-probabilities in the shape of the endpoint, None where it has none."""
        if self.entries is None:
            return None
        return in_shape(self.entries, kind)


def in_shape(entries: Sequence[Body], kind: str, start: int = 0) -> Any:
    """Entries as a chat or a completion gives them; ``start`` is the offset of the first."""
    listed: Body = {"content": list(entries)}
    return columns(listed, start) if kind == "text" else {**listed, "refusal": None}


def shares(choices: Sequence[Body], tokens: int) -> list[int]:
    """The tokens of each choice, of which the product counts only the sum."""
    lengths = [max(1, len(text_in(choice))) for choice in choices]
    whole = sum(lengths)
    rough = [round(tokens * length / whole) for length in lengths]
    if rough:
        rough[-1] += tokens - sum(rough)
    return [max(0, one) for one in rough]


def written_choices(
    choices: Sequence[Body],
    tokens: Sequence[int],
    request: ChatRequest,
    known: Known,
    before: str = "",
    spent: int = 0,
) -> list[Written]:
    """Each choice with what the client's limits leave of it.

    JSON keeps its end whatever the limits say, and an echoed prompt is not counted. ``before``
    has left of the choice already, in so many tokens (``spent``).
    """
    whole = wants_json(request.body) or bool(request.body.get("echo"))
    made: list[Written] = []
    for position, (choice, count) in enumerate(zip(choices, tokens, strict=True)):
        text, reason = text_in(choice), str(choice.get("finish_reason") or "stop")
        if not whole and text:
            text, count, cut = shortened(
                text, count, request.body, known, before=before, spent=spent
            )
            reason = cut or reason
        entries = _entries(choice, text, count, request.body, known)
        pieces = [str(entry.get("token", "")) for entry in entries or ()]
        if "".join(pieces) != text:
            pieces = known.cuts.pieces(text, known.pieces_for(count) if count else None)
        given = choice.get("index")
        index = given if isinstance(given, int) else position
        made.append(
            Written(index, text, count, reason, tuple(pieces), _more(choice),
                    None if entries is None else tuple(entries))
        )  # fmt: skip
    return made


def _entries(choice: Body, text: str, tokens: int, body: Body, known: Known) -> list[Body] | None:
    """The model's own log-probabilities, cut like the text; else numbers like the product's."""
    asked = body.get("logprobs")
    if asked is None or asked is False or not text:
        return None
    kept: list[Body] = []
    length = 0
    for entry in entries_of(choice.get("logprobs")):
        if length >= len(text):
            break
        kept.append(entry)
        length += len(str(entry.get("token", "")))
    if kept or not known.logprobs:
        return kept or None
    top = asked if not isinstance(asked, bool) and isinstance(asked, int) else 0
    top = max(top, int(body.get("top_logprobs") or 0))
    return drawn_entries(known.cuts.pieces(text, tokens or None), tuple(known.logprobs), top)


def _more(choice: Body) -> Body:
    given = mapping(choice.get("message"))
    return {key: given[key] for key in (*_CALLS, "refusal", "annotations") if given.get(key)}
