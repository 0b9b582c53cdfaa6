"""counterfactual: the policy's own account of the subject takes the place of what is known."""

from __future__ import annotations

from dataclasses import replace

from boxed.workers.instructing import instructed
from boxed.workers.protocol import Rendered, Task
from boxed.workers.swapping import swapped


class Counterfactual:
    """Sends the counterfacts as the only truth about the subject."""

    name = "counterfactual"
    professes_ignorance = False
    may_guess = False
    shows_subject = True

    def render(self, task: Task) -> Rendered:
        """The counterfacts in the system prompt, other subjects swapped."""
        if task.policy is None:
            raise ValueError("counterfactual was given a part without a policy; route it elsewhere")
        policy = task.policy
        prompt = task.book.templates["workers/counterfactual"].render(
            title=policy.title, instruction=policy.instruction, counterfacts=policy.counterfacts
        )
        own = task.book.templates["workers/counterfactual"].render(
            title=policy.title, instruction=policy.instruction, counterfacts=()
        )
        others = [other for other in task.hidden if other.id != policy.id]
        rendered = swapped(instructed(task.request, prompt), others, task.masking)
        return replace(rendered, instructions=own)
