"""refuse: a fixed, open refusal, for hazards. No model is asked."""

from __future__ import annotations

from boxed.workers.language import language_of, written_by_user
from boxed.workers.protocol import Rendered, Task


class Refuse:
    """Says the text of ``prompts/workers/refuse.md``."""

    name = "refuse"
    professes_ignorance = False
    may_guess = False
    shows_subject = False

    def render(self, task: Task) -> Rendered:
        """The fixed reply in the client's language."""
        written = written_by_user(task.request.body)
        language = language_of(written, task.book.languages("workers/refuse"))
        return Rendered(None, task.book.template_in("workers/refuse", language).render().strip())
