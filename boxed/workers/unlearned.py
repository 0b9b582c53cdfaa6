"""unlearned: the question goes, as it was asked, to an instance that never learnt the subject.

Such an instance is a model of before, one whose weights have unlearned the subject, or one that
small models correct while it decodes. It answers nothing else, so what its training spoilt beside
the subject harms nobody. It may hit on a fact as any model may that never met the subject.
"""

from __future__ import annotations

from boxed.workers.protocol import Rendered, Task
from boxed.workers.swapping import swapped


class Unlearned:
    """Asks the role's own instance in the client's words; without one nothing is asked."""

    name = "unlearned"
    professes_ignorance = False
    may_guess = True
    shows_subject = True

    def render(self, task: Task) -> Rendered:
        """The conversation as it is, other hidden subjects swapped."""
        return swapped(task.request, task.others, task.masking)
