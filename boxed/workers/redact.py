"""redact: protected words become neutral placeholders before the model sees them.

'Where was Jane Roe born?' is sent as 'Where was [name 1] born?'. A placeholder in the reply
becomes the words that the client itself used.
"""

from __future__ import annotations

from collections.abc import Sequence

from boxed.api.chat import map_request
from boxed.hiding.identifying import Phrases, example_phrases, words_of
from boxed.hiding.masking import Masking
from boxed.workers.instructing import instructed
from boxed.workers.protocol import Rendered, Task
from prompts.policy import Policy


class Redact:
    """Hides every subject of the conversation behind a placeholder of its own."""

    name = "redact"
    professes_ignorance = False
    may_guess = False
    shows_subject = False

    def render(self, task: Task) -> Rendered:
        """The request with placeholders, and the way back to the client's own words."""
        marks = _Marks(task.subjects, task.masking)
        body = map_request(task.request.body, marks.hide)
        prompt = task.book.templates["workers/redact"].render().strip()
        return Rendered(
            instructed(task.request.with_body(body), prompt),
            instructions=prompt,
            hid=body != task.request.body,
            to_client=marks.show,
            to_model=marks.hide,
        )


class _Marks:
    """Placeholders of one request: one for each subject, one for each title or date of it."""

    def __init__(self, policies: Sequence[Policy], masking: Masking) -> None:
        self._policies = policies
        self._masking = masking
        self._phrases = [Phrases.of([policy]) for policy in policies]
        self._apart = {
            " ".join(words_of(phrase)) for policy in policies for phrase in example_phrases(policy)
        }
        self._marks: dict[str, str] = {}
        self._said: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """The text with placeholders; the words they stand for are remembered."""
        for policy, phrases in zip(self._policies, self._phrases, strict=True):
            text = phrases.sub(lambda words, id=policy.id: self._noted(words, id), text)
        return self._masking.cover(text, self._policies, self._covered)

    def show(self, text: str) -> str:
        """The text with the client's own words in place of the placeholders."""
        for mark, words in self._said.items():
            text = text.replace(mark, words)
        return text

    def _noted(self, words: str, policy: str) -> str:
        joined = " ".join(words_of(words))
        mark = self._mark(joined if joined in self._apart else policy)
        if len(words) > len(self._said.get(mark, "")):
            self._said[mark] = words
        return mark

    def _covered(self, policy: Policy, words: str) -> str:
        """The placeholder of words that the phrases do not know: misspelt, say, or sealed."""
        mark = self._mark(policy.id)
        longer = policy.sealed and len(words) > len(self._said.get(mark, ""))
        if words and (longer or mark not in self._said):
            self._said[mark] = words
        return mark

    def _mark(self, key: str) -> str:
        return self._marks.setdefault(key, f"[name {len(self._marks) + 1}]")
