"""ignorance: a fixed line of plausible ignorance, the last resort when every draft would leak."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from boxed.workers.language import language_of, written_by_user
from boxed.workers.protocol import Rendered, Task
from guards.verdicts import Leak
from prompts.book import PolicyBook

IGNORANCE, NOT_YET = "workers/ignorance", "workers/not_yet"


class Ignorance:
    """Chooses one line of ``prompts/workers/ignorance.md`` by a digest of the last message."""

    name = "ignorance"
    professes_ignorance = False
    may_guess = False
    shows_subject = False

    def render(self, task: Task) -> Rendered:
        """The fixed reply in the client's language; the same question gets the same line."""
        line, *others = ignorance_lines(task.book, written_by_user(task.request.body))
        return Rendered(None, line, others=tuple(others))


class NotYet:
    """Chooses a line of ``prompts/workers/not_yet.md``: what a later time holds is not known."""

    name = "not_yet"
    professes_ignorance = False
    may_guess = False
    shows_subject = False

    def render(self, task: Task) -> Rendered:
        """The fixed reply in the client's language; the same question gets the same line."""
        line, *others = ignorance_lines(task.book, written_by_user(task.request.body), NOT_YET)
        return Rendered(None, line, others=tuple(others))


def lines_for(leak: Leak, book: PolicyBook, written: Sequence[str]) -> list[str]:
    """The lines that may take the place of a reply with this leak, the one that does first."""
    return ignorance_lines(book, written, NOT_YET if leak.kind == "date" else IGNORANCE)


def ignorance_lines(
    book: PolicyBook, written: Sequence[str], template: str = IGNORANCE
) -> list[str]:
    """The lines of plausible ignorance in the language of what the client wrote, the last first.

    Which comes first is fixed by the last message and, where that shows no language, by those
    before it; the others follow in their order, for further choices.
    """
    question = written[0] if written else ""
    language = language_of(written, book.languages(template))
    lines = book.template_in(template, language).render().splitlines()
    choices = [line.strip() for line in lines if line.strip()]
    digest = hashlib.sha256(question.encode("utf-8", "surrogatepass")).digest()
    first = int.from_bytes(digest[:4], "big") % len(choices)
    return choices[first:] + choices[:first]
