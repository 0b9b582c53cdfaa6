"""A product's stream heard on its way through: its form, its cuts and its rhythm are remembered.

    heard = Listening(memory, request)
    heard.chunk(chunk)   # each as it came, before any gate
    heard.over()

A stream a second is read for this; of the others only the pieces are counted.
"""

from __future__ import annotations

import time

from boxed.api.chat import Body, ChatRequest
from boxed.api.plain_words import Words
from boxed.api.token_logprobs import values_in
from boxed.api.word_run import Run
from boxed.likeness.memory import Memory, Streamed, choices_of, counts_in, key_of, text_in
from boxed.likeness.outline import outline
from boxed.release.fields import mapping

__all__ = ["Listening"]

_SHOWN = 2  # chunks with words of a choice
_LONGEST_GAP = 2.0  # seconds; a longer one is a stall and no rhythm


class Listening:
    """One stream. ``form`` is what is known of it by now.

    ``pieces`` are the pieces of each choice's words, ``lengths`` their characters.
    """

    def __init__(self, memory: Memory, request: ChatRequest) -> None:
        self.form = Streamed()
        self.last: Body = {}
        self.pieces: dict[int, int] = {}
        self.lengths: dict[int, int] = {}
        self.ended: set[int] = set()
        self._memory = memory
        self._key = key_of(request)
        self._known = memory.known(self._key)
        self._behind: dict[int, str] = {}
        self._before: float | None = None
        self._turn: int | None = None
        self._learns = memory.due(self._key)

    def chunk(self, chunk: Body, plain: Words | None = None) -> None:
        """Learn from one chunk of the product's; `plain` is what `plain_words` says of it."""
        if plain is not None and not self._learns:
            self.last = chunk
            self._add(*plain)
            return
        found = choices_of(chunk)
        if not self._learns:
            self._count(chunk, found)
            return
        now = time.monotonic()
        if (counts := counts_in(chunk)) is not None:
            self.form.counts = counts
        if not found:
            if counts is not None:
                self.form.usage = self._outlined(chunk)
            return
        self._place(chunk)
        for choice in found:
            self._choice(chunk, choice, now)

    def run(self, run: Run) -> None:
        """Learn from chunks of one form."""
        index = run.form.index
        if not self._learns:
            self.last = run.form.chunk
            self.pieces[index] = self.pieces.get(index, 0) + len(run.words)
            self.lengths[index] = self.lengths.get(index, 0) + run.length
            return
        if self.pieces.get(index, 0) < _SHOWN or self.form.words is None:
            # The first chunks of a choice show its form, the others only where they are cut.
            for chunk in run[:_SHOWN]:
                self.chunk(chunk)
            run = run[_SHOWN:]
        self._place(run.form.chunk)
        now = time.monotonic()
        for words in run.words:
            self._piece(index, words, now)

    def over(self) -> None:
        """The stream has ended as it should: remember its form."""
        form = self.form
        if not self._learns or not (form.words or form.first or form.at_once):
            return
        if self.form.counts is not None and len(self.pieces) == 1 and self.form.counts[1]:
            count = sum(self.pieces.values())
            self._known.chunked.append((count, self.form.counts[1]))
            self._known.counted.append((sum(self.lengths.values()), self.form.counts[1]))
        self._memory.stream(self._key, self.form)

    def _count(self, chunk: Body, choices: list[Body]) -> None:
        if choices:
            self.last = chunk
        for choice in choices:
            if words := text_in(choice):
                self._add(_index(choice), words)

    def _add(self, index: int, words: str) -> None:
        self.pieces[index] = self.pieces.get(index, 0) + 1
        self.lengths[index] = self.lengths.get(index, 0) + len(words)

    def _place(self, chunk: Body) -> None:
        self.last = chunk
        created = chunk.get("created")
        if isinstance(created, int | float):
            self.form.offset = created - time.time()

    def _choice(self, chunk: Body, choice: Body, now: float) -> None:
        index, words = _index(choice), text_in(choice)
        if words:
            self._words(chunk, choice, index, words, now)
        elif choice.get("finish_reason") is None and "role" in mapping(choice.get("delta")):
            self.form.opening = self.form.opening or self._outlined({**chunk, "choices": [choice]})
        if choice.get("finish_reason") is not None:
            self.form.at_once = bool(words) and self.pieces.get(index) == 1
            self.ended.add(index)
            self.form.end = self._outlined({**chunk, "choices": [choice]})

    def _words(self, chunk: Body, choice: Body, index: int, words: str, now: float) -> None:
        self._known.logprobs.extend(values_in(choice.get("logprobs")))
        self._piece(index, words, now)
        if choice.get("finish_reason") is not None:
            return
        place = {**chunk, "choices": [choice]}
        if self.pieces[index] == 1:
            self.form.first = self.form.first or self._outlined(place)
        elif self.pieces[index] == 2 or self.form.words is None:
            self.form.words = self._outlined(place)

    def _piece(self, index: int, words: str, now: float) -> None:
        """Learn from a piece of a choice's words."""
        self._known.cuts.note(self._behind.get(index, ""), words)
        if self._before is not None and now - self._before < _LONGEST_GAP:
            self._known.gaps.append(now - self._before)
        if self._turn not in (None, index) and self._turn not in self.ended:
            self.form.in_turns = True
        self._before, self._turn = now, index
        self._behind[index] = words[-1]
        self._add(index, words)

    def _outlined(self, chunk: Body) -> Body:
        return outline(chunk, self._memory.may(self._key, "chunk"))


def _index(choice: Body) -> int:
    given = choice.get("index")
    return given if isinstance(given, int) else 0
