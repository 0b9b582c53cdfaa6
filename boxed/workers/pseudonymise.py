"""pseudonymise: the model is asked about a stand-in that it has never met.

The reader sees the real name throughout; the model never does, and a protected word that it
utters by itself becomes the stand-in. The swap is its own inverse, so the worker has an exact
likelihood: that of the swapped answer under the swapped prompt.
"""

from __future__ import annotations

from dataclasses import replace

from boxed.workers.instructing import instructed
from boxed.workers.protocol import Rendered, Task
from boxed.workers.swapping import swapped


class Pseudonymise:
    """Swaps the identifying words of every subject in the conversation."""

    name = "pseudonymise"
    professes_ignorance = False
    may_guess = True
    shows_subject = False

    def render(self, task: Task) -> Rendered:
        """The swapped request, rare words included.

        ``workers/pseudonymise.md`` is empty unless somebody fills it.
        """
        prompt = task.book.templates["workers/pseudonymise"].render().strip()
        rendered = swapped(task.request, task.subjects, task.masking, terms=True)
        if rendered.request is None or not prompt:
            return rendered
        return replace(rendered, request=instructed(rendered.request, prompt), instructions=prompt)
