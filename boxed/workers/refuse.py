"""refuse: a fixed, open refusal, for hazards. No model is asked."""

from __future__ import annotations

from boxed.workers.protocol import Rendered, Task


class Refuse:
    """Says the text of ``prompts/workers/refuse.md``."""

    name = "refuse"
    professes_ignorance = False
    may_guess = False
    shows_subject = False

    def render(self, task: Task) -> Rendered:
        """The fixed reply."""
        return Rendered(None, task.book.templates["workers/refuse"].render().strip())
