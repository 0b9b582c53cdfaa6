"""ignorance: a fixed line of plausible ignorance, the last resort when every draft would leak."""

from __future__ import annotations

import hashlib

from boxed.api.chat import last_user_text
from boxed.workers.protocol import Rendered, Task
from prompts.book import PolicyBook


class Ignorance:
    """Chooses one line of ``prompts/workers/ignorance.md`` by a digest of the last message."""

    name = "ignorance"
    professes_ignorance = False
    may_guess = False
    shows_subject = False

    def render(self, task: Task) -> Rendered:
        """The fixed reply; the same question gets the same line."""
        return Rendered(None, ignorance_line(task.book, last_user_text(task.request.body)))


def ignorance_line(book: PolicyBook, question: str) -> str:
    """One line of plausible ignorance, fixed by the question."""
    lines = [
        line.strip()
        for line in book.templates["workers/ignorance"].render().splitlines()
        if line.strip()
    ]
    digest = hashlib.sha256(question.encode("utf-8", "surrogatepass")).digest()
    return lines[int.from_bytes(digest[:4], "big") % len(lines)]
