"""retrieve: the product answers from passages of the store, which it is shown as quoted data.

The passages stand between lines with a mark that is made from the passages themselves, so none of
them can hold it and pretend to end. Should a model obey an instruction in one all the same, no
policy gives way: its reply runs through the release check like every other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from boxed.workers.instructing import instructed
from boxed.workers.protocol import Rendered, Task
from boxed.workers.swapping import swapped
from retrieval.records import Passage

__all__ = ["Retrieve", "cited", "with_sources"]

_DIGITS = 12
_CITATION = re.compile(r"\[(\d{1,2})\]")


class Retrieve:
    """Puts the passages before the conversation; none of them may touch a policy in force."""

    name = "retrieve"
    professes_ignorance = False
    may_guess = False
    shows_subject = False

    def render(self, task: Task) -> Rendered:
        """The conversation behind a system prompt with the passages, numbered from 1."""
        if not task.passages:
            raise ValueError("retrieve was given no passages; let the request pass instead")
        template = task.book.templates["workers/retrieve"]
        mark = _mark(task.passages)
        shown = [
            {
                "number": number,
                "document": _line(passage.chunk.document),
                "text": passage.chunk.text,
            }
            for number, passage in enumerate(task.passages, 1)
        ]
        prompt = template.render(passages=shown, mark=mark)
        rendered = swapped(instructed(task.request, prompt), task.hidden, task.masking)
        # A reply may quote the passages, within its limit, but not the words around them.
        return replace(rendered, instructions=template.render(passages=(), mark=mark))


def with_sources(text: str, passages: Sequence[Passage]) -> str:
    """``text`` with the document of every citation, such as [1], listed below it."""
    numbers = cited(text, len(passages))
    if not numbers:
        return text
    lines = [f"[{number}] {_line(passages[number - 1].chunk.document)}" for number in numbers]
    return "\n".join([text.rstrip(), "", *lines])


def cited(text: str, count: int) -> list[int]:
    """The numbers from 1 to ``count`` that ``text`` cites, each once, ascending."""
    found = {int(match) for match in _CITATION.findall(text)}
    return sorted(number for number in found if 1 <= number <= count)


def _mark(passages: Sequence[Passage]) -> str:
    digest = hashlib.sha256()
    for passage in passages:
        digest.update(passage.chunk.document.encode(errors="replace") + b"\0")
        digest.update(passage.chunk.text.encode(errors="replace") + b"\0")
    return digest.hexdigest()[:_DIGITS]


def _line(document: str) -> str:
    """A document's name on one line, for names come from whoever wrote the files."""
    return " ".join(document.split())
