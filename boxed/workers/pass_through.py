"""pass_through: the product's own answer; subjects from elsewhere in the talk are hidden."""

from __future__ import annotations

from boxed.workers.protocol import Rendered, Task
from boxed.workers.swapping import swapped


class PassThrough:
    """Sends the request as it is, or with hidden subjects swapped where the talk holds any."""

    name = "pass_through"
    professes_ignorance = False
    may_guess = False
    shows_subject = False

    def render(self, task: Task) -> Rendered:
        """The request itself when nothing is hidden."""
        return swapped(task.request, task.hidden, task.masking, names_alone=task.own_text)
