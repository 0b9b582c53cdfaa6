"""redact: protected words become neutral placeholders before the model sees them.

'Where was Jane Roe born?' is sent as 'Where was [name 730518264] born?'. A placeholder in the reply
becomes the words that the client itself used.
"""

from __future__ import annotations

from typing import Any, cast

from boxed.api.chat import ChatRequest, map_request, message_text, prompts_of, texts_in
from boxed.hiding.identifying import Phrases, example_phrases, words_of
from boxed.hiding.placeholders import OF, Covered, Placeholders, as_identifier
from boxed.hiding.whole_names import Span
from boxed.workers.across import cover_across
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
        marks = _Marks(task)
        whole = cover_across(task.request.body, marks.names, marks.mark)
        body = _identifiers(map_request(whole, marks.hide))
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

    def __init__(self, task: Task) -> None:
        self._policies = task.subjects
        self._masking = task.masking
        self._phrases = [Phrases.of([policy], people=False) for policy in self._policies]
        self._apart = {
            " ".join(words_of(phrase))
            for policy in self._policies
            for phrase in example_phrases(policy)
        }
        self._placeholders = Placeholders(
            task.book.digest.encode(),
            _beginning(task.request),
            "\n".join(texts_in(task.request.body)),
        )
        self.show = self._placeholders.show

    def hide(self, text: str) -> str:
        """The text with placeholders; the words they stand for are remembered."""
        places = [Covered(n.start, n.end, n.policy.id) for n in self.names(text)]
        for policy, phrases in zip(self._policies, self._phrases, strict=True):
            for start, end in phrases.places(text):
                joined = " ".join(words_of(text[start:end]))
                title = joined in self._apart
                subject = f"{policy.id}{OF}{joined}" if title else policy.id
                places.append(Covered(start, end, subject))
        hidden = self._placeholders.cover(text, _apart(places))
        return self._masking.cover(hidden, self._policies, self._covered)

    def names(self, text: str) -> list[Span]:
        """The places of the subjects' names."""
        return self._masking.names(text, self._policies)

    def mark(self, name: Span, written: str) -> str:
        """The placeholder of a name that is cut over the parts of a message."""
        self._placeholders.said(name.policy.id, written)
        return self._placeholders.mark(name.policy.id)

    def _covered(self, policy: Policy, words: str, plain: bool) -> str:
        """The placeholder of words that were found only now: encoded, say."""
        if plain:
            self._placeholders.said(policy.id, words)
        else:
            self._placeholders.said_encoded(policy.id, words)
        return self._placeholders.mark(policy.id)


def _identifiers(value: Any) -> Any:
    """A body whose names of functions and speakers are such as the API takes."""
    if isinstance(value, list):
        return [_identifiers(item) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    return {
        key: as_identifier(item) if key == "name" and isinstance(item, str) else _identifiers(item)
        for key, item in cast("dict[str, Any]", value).items()
    }


def _beginning(request: ChatRequest) -> str:
    """What the conversation begins with, up to the first message of the user."""
    if "messages" not in request.body:
        return "\n".join(prompts_of(request.body)[:1])
    told: list[str] = []
    for message in request.body["messages"]:
        told.append(message_text(message))
        if message.get("role") == "user":
            break
    return "\n".join(told)


def _apart(places: list[Covered]) -> list[Covered]:
    """In order; where two overlap the longer one stays, and the rest of a name beside it."""
    kept: list[Covered] = []
    for place in sorted(places, key=lambda one: (one.start, -one.end)):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
        elif place.end - place.start > kept[-1].end - kept[-1].start:
            kept[-1] = place
        elif place.end > kept[-1].end:
            kept.append(Covered(kept[-1].end, place.end, place.subject))
    return kept
