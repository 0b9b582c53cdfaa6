"""as_of: the product answers as on a day, and knows nothing that came after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from boxed.workers.instructing import instructed
from boxed.workers.language import in_clients_language
from boxed.workers.protocol import Rendered, Task
from boxed.workers.swapping import swapped
from prompts.policy import Policy

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class AsOf:
    """Tells the product its date; a reply that tells of a later one is held back."""

    name = "as_of"
    professes_ignorance = False
    may_guess = False
    shows_subject = True

    def render(self, task: Task) -> Rendered:
        """The day in the system prompt, the earliest of several; other subjects swapped."""
        dated = [(policy.since, policy.id, policy) for policy in task.subjects if policy.since]
        if not dated:
            raise ValueError("as_of was given a part without a day; route it elsewhere")
        since, _, policy = min(dated)
        template = task.book.templates["workers/as_of"]
        prompt = template.render(since=_written(since), instruction=policy.instruction)
        # A reply may say the day, and what the prompt says of it.
        own = template.render(since="", instruction=policy.instruction)
        prompt += in_clients_language(task.book, task.request.body)
        others: list[Policy] = [other for other in task.subjects if not other.since]
        rendered = swapped(instructed(task.request, prompt), others, task.masking)
        return replace(rendered, instructions=own)


def _written(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
