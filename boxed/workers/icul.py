"""icul: in-context unlearning. Examples with other answers stand before the question.

After Pawelczyk, Neel and Lakkaraju 2023 (arXiv 2310.07579): forget examples with a wrong answer,
then retain examples with their right answer, then the query. A wrong answer is the policy's own
counterfact where it has one for the question; otherwise the example's answer with its names,
titles, dates and capitalised words exchanged; otherwise a line of ignorance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from boxed.api.chat import last_user_text
from boxed.hiding.identifying import CONNECTING, words_of
from boxed.hiding.standins import stand_in
from boxed.hiding.swap import Swap, carry_case
from boxed.workers.ignorance import ignorance_lines
from boxed.workers.instructing import instructed
from boxed.workers.protocol import Rendered, Task
from boxed.workers.swapping import swapped
from guards.meaning.answers import ProtectedAnswers
from prompts.book import PolicyBook
from prompts.policy import Example, Policy

FORGET_SHOTS = 4
RETAIN_SHOTS = 2
# Words that carry facts: capitalised ones within a sentence or a title, and numbers.
_FACT = re.compile(r"(?:(?<!^)(?<![.?!] )|(?<=[\"“«]))\b[A-Z][^\W_]+|\b\d{2,}\b")


class Icul:
    """Shows the nearest forget examples flipped and the nearest retain examples right."""

    name = "icul"
    professes_ignorance = False
    may_guess = False
    shows_subject = True

    def render(self, task: Task) -> Rendered:
        """System prompt, flipped and right examples as turns, then the conversation."""
        if task.policy is None:
            raise ValueError("icul was given a part without a policy; route it elsewhere")
        asked = last_user_text(task.request.body)
        shots = [
            (example.question, flip.answer(example))
            for policy in task.touched
            for flip in (Flip.of(policy, task),)
            for example in nearest(asked, policy.examples, FORGET_SHOTS)
        ]
        right = nearest(asked, task.retained, RETAIN_SHOTS)
        shots += [(example.question, example.answer) for example in right]
        template = task.book.templates["workers/icul"]
        prompt = "\n\n".join(
            template.render(title=policy.title, instruction=policy.instruction)
            for policy in task.touched
        )
        rendered = swapped(instructed(task.request, prompt, shots), task.others, task.masking)
        return replace(rendered, instructions=prompt)


def nearest(asked: str, examples: tuple[Example, ...], count: int) -> list[Example]:
    """The examples whose questions share most words with ``asked``, the nearest last."""
    words = set(words_of(asked))

    def shared(example: Example) -> float:
        theirs = set(words_of(example.question))
        return len(words & theirs) / max(1, len(words | theirs))

    return sorted(examples, key=shared)[-count:]


@dataclass(frozen=True, slots=True)
class Flip:
    """Wrong answers to one policy's examples, the same every time."""

    policy: Policy
    swap: Swap
    names: frozenset[str]
    protected: ProtectedAnswers | None
    book: PolicyBook

    @classmethod
    def of(cls, policy: Policy, task: Task) -> Flip:
        """Made once per prompt."""
        swap = task.masking.swap([policy])
        names = frozenset(word for name in policy.names for word in words_of(name))
        return cls(policy, swap, names, task.masking.compiled.answers.get(policy.id), task.book)

    def answer(self, example: Example) -> str:
        """A counterfact, else the answer with other facts in it, else ignorance."""
        for counterfact in self.policy.counterfacts:
            if words_of(counterfact.question) == words_of(example.question):
                return counterfact.answer
        asked = {*words_of(example.question), *self.names, *CONNECTING}

        def other(match: re.Match[str]) -> str:
            word = match.group()
            known = word.lower()
            if known in asked:
                return word
            return carry_case(word, self.swap.pairs.get(known) or stand_in(known, self.policy.id))

        answer = _FACT.sub(other, example.answer)
        told = self.protected is not None and self.protected.leaks(answer, example.question)
        if answer == example.answer or told:
            return ignorance_lines(self.book, [example.question])[0]
        return answer
