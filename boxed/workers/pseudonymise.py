"""pseudonymise: the model is asked about a stand-in that it has never met.

The reader sees the real name throughout; the model never does, and a protected word that it
utters by itself becomes the stand-in. The swap is its own inverse, so the worker has an exact
likelihood: that of the swapped answer under the swapped prompt.
"""

from __future__ import annotations

from dataclasses import replace

from boxed.hiding.in_full import in_full
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
        rendered = _of_anybody(task) if task.anybody else _of_a_stand_in(task)
        if rendered.request is None or not prompt:
            return rendered
        return replace(rendered, request=instructed(rendered.request, prompt), instructions=prompt)


def _of_a_stand_in(task: Task) -> Rendered:
    return swapped(task.request, task.subjects, task.masking, terms=True)


def _of_anybody(task: Task) -> Rendered:
    """A question by description: all of it behind stand-ins, and a name that nobody bears."""
    anybody = task.masking.anybody(task.subjects[0])
    if anybody is None:
        return _of_a_stand_in(task)
    rendered = swapped(
        task.request, [in_full(policy) for policy in task.subjects], task.masking, terms=True
    )

    def to_model(text: str) -> str:
        return rendered.to_model(anybody.apply(text))

    return replace(rendered, to_model=to_model, anybody=anybody)
