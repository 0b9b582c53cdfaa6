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
        """The counterfacts of each policy in the system prompt, other subjects swapped."""
        if task.policy is None:
            raise ValueError("counterfactual was given a part without a policy; route it elsewhere")
        prompt = _prompt(task, facts=True)
        rendered = swapped(instructed(task.request, prompt), task.others, task.masking)
        return replace(rendered, instructions=_prompt(task, facts=False))


def _prompt(task: Task, *, facts: bool) -> str:
    template = task.book.templates["workers/counterfactual"]
    return "\n\n".join(
        template.render(
            title=policy.title,
            instruction=policy.instruction,
            counterfacts=policy.counterfacts if facts else (),
        )
        for policy in task.touched
    )
