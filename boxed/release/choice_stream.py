"""One choice of a streamed reply: every text of its deltas has a gate of its own.

A text is known by its path in the choice, such as `("delta", "tool_calls", 0, "function",
"arguments")`. When the choice turns from one field (or tool call) to another, the gates of the
first are flushed, because clients take it as complete then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from boxed.api.chat import Body
from boxed.release.checked import CheckedStrings
from boxed.release.fields import CALL, CHOICE, KNOWN_KEYS, MESSAGE, mapping
from boxed.release.gate import NewGate
from boxed.release.gated_text import GatedText
from boxed.release.held_logprobs import HeldLogprobs
from guards.verdicts import Leak

__all__ = ["ChoiceStream", "Parts"]

Path = tuple[str | int, ...]

# Strings in a delta that clients take whole, never bit by bit.
_WHOLE = frozenset({"name", "format", "id", "type", "status", "signature"})
_NONE: frozenset[str] = frozenset()
_SOUND = "data"
_WORDS: Path = ("delta", "content")


@dataclass(slots=True)
class Parts:
    """What may leave of one chunk's choice: choices `before` it, and what is left of its own."""

    before: list[Body] = field(default_factory=list[Body])
    main: Body | None = None


class ChoiceStream:
    """The gates of choice number `index`; nothing passes once `leak` is set."""

    def __init__(self, index: int, new_gate: NewGate) -> None:
        self.index = index
        self.leak: Leak | None = None
        self.said = False  # has any text been passed on?
        self.is_chat = True
        self._new_gate = new_gate
        self._texts: dict[Path, GatedText] = {}
        self._checked = CheckedStrings(new_gate)
        self._logprobs: HeldLogprobs | None = None
        self._sounds: list[Any] = []
        self._over = False
        self._place: Path = ()
        self._interleaved = False
        self._flushed: list[tuple[Path, str]] = []
        self._informs = False
        self._tells_none = False  # does the product write "logprobs": null?

    def feed(self, choice: Body, *, informs: bool = False) -> Parts:
        """Take the choice of the next chunk; with `informs` it leaves even if all text is held."""
        parts = Parts()
        if self.leak is not None:
            return parts
        self._informs = informs
        self._tells_none = self._tells_none or "logprobs" in choice
        out = self._gated(choice)
        parts.before = self._take_flushed()
        reason = choice.get("finish_reason")
        if self.leak is None and reason is not None:
            return self._finished(choice, out, parts)
        if self._ready_logprobs(choice, out) or self._informs:
            parts.main = out if self.leak is None else self.stripped(out)
        return parts

    def feed_words(self, words: Sequence[str]) -> list[str] | None:
        """Take words of a chat that came together; returns what leaves of each (`feed_each`)."""
        gated = self._texts.get(_WORDS)
        if self.leak is not None or gated is None or self._place != _WORDS or self._logprobs:
            return None
        left = gated.feed_each(words)
        if left is not None:
            self._note(gated.leak)
            self.said = self.said or any(left)
        return left

    def close(self) -> list[Body]:
        """The stream is over: the rest of every text, up to a leak."""
        if self.leak is None:
            self._flush_all()
        rest = self._take_flushed()
        if self._logprobs is not None and self.leak is None:
            ready = self._logprobs.ready()
            if ready:
                rest.append({**self._bare({}), "logprobs": ready})
        return rest

    def text_choice(self, path: Path, text: str) -> Body:
        """A choice that says `text` at `path`."""
        if path == ("text",):
            return {"index": self.index, "text": text, "logprobs": None, "finish_reason": None}
        value: Any = text
        for step in reversed(path[1:]):
            # Where a list was, its items are told apart by their index.
            if isinstance(step, int):
                value = [{"index": step, **value}] if isinstance(value, dict) else [value]
            else:
                value = {step: value}
        return self._bare(value)

    def content_path(self) -> Path:
        """Where the choice's own words stand."""
        return ("delta", "content") if self.is_chat else ("text",)

    def _bare(self, delta: Body) -> Body:
        if not self.is_chat:
            return {"index": self.index, "text": "", "logprobs": None, "finish_reason": None}
        none: Body = {"logprobs": None} if self._tells_none else {}
        return {"index": self.index, "delta": delta, **none, "finish_reason": None}

    def _gated(self, choice: Body) -> Body:
        """The choice with every text cut to what may leave now."""
        out: Body = {}
        for key, value in choice.items():
            if key == "delta":
                out[key] = self._delta(mapping(value)) if value is not None else None
            elif key == "text" and isinstance(value, str):
                self.is_chat = False
                out[key] = self._text(("text",), value)
            elif key == "logprobs" or (key in CHOICE and not isinstance(value, dict | list)):
                out[key] = value
            else:
                self._note(self._checked.leak_in(key, {key: value}))
                self._informs = self._informs or value is not None
                if self.leak is None:
                    out[key] = value
        if self.leak is None and (logprobs := choice.get("logprobs")):
            self._hold_logprobs(logprobs)
        return out

    def _delta(self, delta: Body) -> Body:
        out: Body = {}
        for key, value in delta.items():
            if key not in KNOWN_KEYS and not self._is_clean("delta", key):
                break
            if isinstance(value, str):
                if key in MESSAGE:
                    self._informs = True
                    out[key] = value
                else:
                    out[key] = self._text(("delta", key), value)
            elif isinstance(value, dict | list):
                identifiers = CALL if key == "tool_calls" else _NONE
                out[key] = self._nested(("delta", key), value, identifiers)
            else:
                self._informs = self._informs or value is not None
                out[key] = value
        return out

    def _nested(self, path: Path, value: Any, identifiers: frozenset[str]) -> Any:
        if isinstance(value, str):
            if path[-1] in identifiers:
                self._informs = True
                return value
            if path[-1] in _WHOLE:
                clean = self._is_clean(str(path), value)
                self._informs = self._informs or bool(value)
                return value if clean else ""
            return self._text(path, value)
        if isinstance(value, list):
            return self._items(path, cast("list[Any]", value), identifiers)
        if isinstance(value, dict):
            return self._object(path, cast("Body", value), identifiers)
        self._informs = self._informs or (value is not None and path[-1] != "index")
        return value

    def _items(self, path: Path, items: list[Any], identifiers: frozenset[str]) -> list[Any]:
        out: list[Any] = []
        for position, item in enumerate(items):
            own = mapping(item).get("index")
            step = own if isinstance(own, int) else position
            if path == ("delta", "tool_calls"):
                self._turn_to((*path, step))
            out.append(self._nested((*path, step), item, identifiers))
        return out

    def _object(self, path: Path, value: Body, identifiers: frozenset[str]) -> Body:
        out: Body = {}
        for key, item in value.items():
            if key not in KNOWN_KEYS and not self._is_clean(str(path), key):
                break
            if path == ("delta", "audio") and key == _SOUND:
                # Sound cannot be read: it waits until all that was said is known to be clean.
                self._sounds.append(item)
            else:
                out[key] = self._nested((*path, key), item, identifiers)
        return out

    def _text(self, path: Path, text: str) -> str:
        if not text or self.leak is not None:
            return ""
        if path[:2] != ("delta", "tool_calls"):
            self._turn_to(path[:2])
        gated = self._texts.get(path)
        if gated is None:
            gated = self._texts[path] = GatedText(self._new_gate)
        elif gated.flushed:
            # Fields that take turns are not flushed again: each flush must read all of the past.
            self._interleaved = True
        if self.leak is not None:
            return ""
        released = gated.feed(text)
        self._note(gated.leak)
        if released:
            self.said = self._informs = True
        return released

    def _turn_to(self, place: Path) -> None:
        """Flush the texts of the place that the choice spoke from before."""
        if place == self._place:
            return
        last, self._place = self._place, place
        if last and not self._interleaved:
            self._flush(last)

    def _flush(self, place: Path) -> None:
        for path, gated in self._texts.items():
            if path[: len(place)] == place and self.leak is None:
                if rest := gated.close():
                    self._flushed.append((path, rest))
                self._note(gated.leak)
        if self._logprobs is not None and self.leak is None:
            self._note(self._logprobs.close())

    def _flush_all(self) -> None:
        self._flush(())
        self._place = ()
        self._over = True

    def _take_flushed(self) -> list[Body]:
        flushed, self._flushed = self._flushed, []
        choices: list[Body] = []
        for path, rest in flushed:
            self.said = True
            choices.append(self.text_choice(path, rest))
        if self.leak is None and self._over:
            choices += [self._bare({"audio": {_SOUND: sound}}) for sound in self._sounds]
            self._sounds = []
        return choices

    def _finished(self, choice: Body, out: Body, parts: Parts) -> Parts:
        """The choice's last chunk: what was held leaves in front of its finish_reason."""
        self._flush_all()
        rest = self._take_flushed()
        if not rest and self.leak is None:
            self._ready_logprobs(choice, out)
            parts.main = out
            return parts
        if self._informs:
            opening = out if self.leak is None else self.stripped(out)
            parts.before.append({**opening, "finish_reason": None, "logprobs": None})
        parts.before += rest
        if self.leak is None:
            last = {**self._emptied(out), "finish_reason": choice["finish_reason"]}
            self._ready_logprobs(choice, last)
            parts.main = last
        return parts

    def _emptied(self, choice: Body) -> Body:
        return {
            key: {} if key == "delta" else "" if key == "text" else value
            for key, value in choice.items()
        }

    def stripped(self, choice: Body) -> Body:
        """Of a choice that leaks, the texts in front of the leak and nothing that is not gated."""
        known = {key: value for key, value in choice.items() if key in ("index", "delta", "text")}
        return {**known, "finish_reason": None}

    def _hold_logprobs(self, logprobs: Any) -> None:
        if self._logprobs is None:
            self._logprobs = HeldLogprobs(self._new_gate, self._checked)
        texts = {str(path[len(path) - 1]): t for path, t in self._texts.items() if len(path) <= 2}
        self._note(self._logprobs.take(logprobs, texts))

    def _ready_logprobs(self, choice: Body, out: Body) -> bool:
        """Put the log-probabilities that may leave into `out`; False when there are none."""
        if self._logprobs is None or self.leak is not None:
            return False
        ready = self._logprobs.ready()
        if ready is not None or choice.get("logprobs"):
            out["logprobs"] = ready
        return ready is not None

    def _is_clean(self, place: str, text: str) -> bool:
        if self.leak is None:
            self._note(self._checked.leak_in(place, text))
        return self.leak is None

    def _note(self, leak: Leak | None) -> None:
        if leak is not None and self.leak is None:
            self.leak = leak
