"""A streamed reply on its way out: chunks in, chunks that may leave out.

    release = StreamRelease(lambda: compiled.gate(live=live))
    release.feed({"choices": [{"index": 0, "delta": {"content": "It was Hsi"}}]})
    -> [{"choices": [{"index": 0, "delta": {"content": "It was "}}]}]

Whatever the chunking, the same text leaves. A choice that leaks says nothing more; its owner puts
words of its own in place of the rest (`replace`), or drops the stream if nothing has left yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from boxed.api.chat import Body
from boxed.api.plain_words import Words, plain_words, with_words
from boxed.api.word_run import Run
from boxed.release.checked import CheckedStrings
from boxed.release.choice_stream import ChoiceStream
from boxed.release.fields import TOP, mapping, sequence
from boxed.release.gate import NewGate
from guards.verdicts import Leak

__all__ = ["Fed", "StreamRelease"]

_ENVELOPE = ("id", "object", "created", "model", "system_fingerprint", "service_tier", "choices")
# Fields that say nothing of their own; "usage" is numbers, but must not get lost.
_SILENT = (TOP | {"choices"}) - {"usage"}


class Fed(NamedTuple):
    """What leaves of chunks that came together, and how many of them are `done`.

    `late` is what leaves of the very chunk that leaks. `said` is given where all of it are words of
    one choice.
    """

    left: Sequence[Body]
    late: Sequence[Body]
    done: int
    said: Words | None = None


class StreamRelease:
    """Guards the chunks of one reply.

    `leak` is the first leak, `released` says whether text has left. Text that stands in front of a
    leak in the very call that finds it counts as released from the next call on: who has passed
    on nothing before may drop it and answer anew.
    """

    def __init__(self, new_gate: NewGate) -> None:
        self.leak: Leak | None = None
        self.released = False
        self.leaked_choices: frozenset[int] = frozenset()
        """Numbers of the choices that may say nothing more."""
        self._new_gate = new_gate
        self._choices: dict[int, ChoiceStream] = {}
        self._leaked: dict[int, Leak] = {}
        self._top = CheckedStrings(new_gate)
        self._last: Body = {}
        self._everywhere: Leak | None = None

    def feed(self, chunk: Body) -> list[Body]:
        """Take the product's next chunk; returns the chunks that may leave now."""
        informs = False
        for key, value in chunk.items():
            if key not in _SILENT and value is not None:
                if key != "usage" and (leak := self._top.leak_in(key, {key: value})):
                    return self._leak_everywhere(chunk, leak)
                informs = True
        choices = chunk.get("choices")
        if not choices:
            return [chunk]
        if not isinstance(choices, list):
            return []
        self._last = chunk
        before: list[Body] = []
        mains: list[Body] = []
        for choice in cast("list[Any]", choices):
            parts = self._stream(choice).feed(mapping(choice), informs=informs)
            if parts.before:
                before += map(self._alone, parts.before)
            if parts.main is not None:
                mains.append(parts.main)
        self._count()
        if mains or chunk.get("usage") is not None:
            before.append({**chunk, "choices": mains})
        return before

    def feed_some(self, chunks: Sequence[Body]) -> list[Body]:
        """Take chunks that came together, up to the first that leaks; returns what may leave."""
        plain = [plain_words(chunk) for chunk in chunks]
        out: list[Body] = []
        known, at = len(self._leaked), 0
        while at < len(chunks) and len(self._leaked) == known:
            fed = self.feed_part(chunks, at, plain)
            out += fed.left
            at = fed.done
        return out

    def feed_part(self, chunks: Sequence[Body], at: int, plain: Sequence[Words | None]) -> Fed:
        """Take chunks that came together from number `at` on, up to the first that leaks.

        Words of one choice are taken by themselves, and so is what stands in front of them. `plain`
        is what `plain_words` says of each of `chunks`.
        """
        known, first = len(self._leaked), at
        out: list[Body] = []
        while at < len(chunks):
            if at > first and plain[at] is not None:
                break
            fed = self._feed_words(chunks, at, plain) or Fed([], self.feed(chunks[at]), 1)
            at += fed.done
            if len(self._leaked) > known:
                return Fed([*out, *fed.left], fed.late, at)
            if fed.said is not None:
                return fed._replace(done=at)
            out += [*fed.left, *fed.late]
        return Fed(out, [], at)

    def _feed_words(
        self, chunks: Sequence[Body], at: int, plain: Sequence[Words | None]
    ) -> Fed | None:
        """`feed_some` for the chunks that hold words of one choice and nothing else, if any."""
        index, words = _words_from(plain, at)
        stream = self._choices.get(index) if words else None
        left = None if stream is None else stream.feed_words(words)
        if stream is None or left is None:
            return None
        return self._words_left(stream, chunks[at : at + len(left)], words, left)

    def feed_run(self, run: Run) -> Fed | None:
        """Take a run up to the first chunk that leaks.

        None, and nothing is taken, where its words have to be fed chunk by chunk.
        """
        stream = self._choices.get(run.form.index)
        left = None if stream is None else stream.feed_words(run.words)
        if stream is None or left is None:
            return None
        if stream.leak is not None:
            fed = self._words_left(stream, run, run.words, left)
            return fed._replace(said=None)
        self._last = run.form.chunk
        self._count()
        said = left[0] if len(left) == 1 else "".join(left)
        return Fed(run.saying(left) or [], [], len(left), (stream.index, said))

    def _words_left(
        self, stream: ChoiceStream, chunks: Sequence[Body], words: Sequence[str], left: list[str]
    ) -> Fed:
        """What leaves of chunks with these words, of each so much."""
        taken = len(left)
        out: list[Body] = []
        for number, said in enumerate(left):
            if said:
                chunk = chunks[number]
                out.append(chunk if said == words[number] else with_words(chunk, said))
        self._last = chunks[taken - 1]
        late: list[Body] = []
        if stream.leak is not None:
            self.released = self.released or any(left[:-1])
            if left[-1]:
                last = out.pop()
                late = [{**last, "choices": [stream.stripped(last["choices"][0])]}]
        self._count()
        return Fed(out, late, taken, (stream.index, "".join(left)))

    def close(self) -> list[Body]:
        """The stream is over: what was held back leaves, up to a leak."""
        rest: list[Body] = []
        for index, stream in self._choices.items():
            if index not in self._leaked:
                rest += map(self._alone, stream.close())
        self._count()
        return rest

    def replace(self, choice: int, text: str) -> list[Body]:
        """Chunks that say `text` in place of the rest of a choice, and end it with "stop"."""
        stream = self._choices.get(choice) or self._new(choice)
        last = stream.text_choice(stream.content_path(), "")
        if stream.is_chat:
            last["delta"] = {}
        last["finish_reason"] = "stop"
        said = [stream.text_choice(stream.content_path(), text)] if text else []
        self.released = self.released or bool(text)
        return [self._alone(one) for one in (*said, last)]

    def _stream(self, choice: Any) -> ChoiceStream:
        index = mapping(choice).get("index")
        known = index if isinstance(index, int) else 0
        return self._choices.get(known) or self._new(known)

    def _new(self, index: int) -> ChoiceStream:
        stream = self._choices[index] = ChoiceStream(index, self._new_gate)
        stream.leak = self._everywhere
        return stream

    def _alone(self, choice: Body) -> Body:
        """A chunk like the last one, with this choice only."""
        like = {key: value for key, value in self._last.items() if key in _ENVELOPE}
        return {**like, "choices": [choice]}

    def _count(self) -> None:
        found = said = False
        for index, stream in self._choices.items():
            said = said or stream.said
            if stream.leak is not None and index not in self._leaked:
                self._leaked[index] = stream.leak
                self.leaked_choices |= {index}
                self.leak = self.leak or stream.leak
                found = True
        if said and not found:
            self.released = True

    def _leak_everywhere(self, chunk: Body, leak: Leak) -> list[Body]:
        """A leak beside the choices: whose it is cannot be told, so all of them end."""
        self._everywhere = leak
        for choice in sequence(chunk.get("choices")) or [{"index": 0}]:
            self._stream(choice)
        for stream in self._choices.values():
            stream.leak = stream.leak or leak
        self._count()
        return []


def _words_from(plain: Sequence[Words | None], at: int) -> tuple[int, list[str]]:
    """A choice and its words from the chunk `at` on, while they are of it and nothing besides."""
    first = plain[at]
    if first is None:
        return 0, []
    index, words = first[0], list[str]()
    for number in range(at, len(plain)):
        found = plain[number]
        if found is None or found[0] != index:
            break
        words.append(found[1])
    return index, words
