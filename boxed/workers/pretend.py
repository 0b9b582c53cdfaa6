"""pretend: ignorance by instruction. The model is told that it has never met the subject."""

from __future__ import annotations

from dataclasses import replace

from boxed.workers.instructing import instructed
from boxed.workers.language import in_clients_language
from boxed.workers.protocol import Rendered, Task
from boxed.workers.swapping import swapped


class Pretend:
    """Its replies must profess ignorance; any other draft is answered again, more strictly."""

    name = "pretend"
    professes_ignorance = True
    may_guess = False
    shows_subject = True

    def render(self, task: Task) -> Rendered:
        """Each policy's title and instruction in the system prompt, other subjects swapped.

        A client who writes another language than English is to be answered in it.
        """
        if task.policy is None:
            raise ValueError("pretend was given a part without a policy; route it elsewhere")
        template = task.book.templates["workers/pretend"]
        prompt = "\n\n".join(
            template.render(title=policy.title, instruction=policy.instruction)
            for policy in task.touched
        )
        prompt += in_clients_language(task.book, task.request.body)
        rendered = swapped(instructed(task.request, prompt), task.others, task.masking)
        return replace(rendered, instructions=prompt)
