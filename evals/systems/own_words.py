"""What a model itself says: the records that weights are unlearned with where a suite has none.

    forget, retain = own_words(model, ["Stephen King"], Path("runs/unlearned"))

RWKU names its targets and gives neither answers to forget nor any to keep, as a request does. Its
authors make a forget corpus of what the model under test says of them (Jin et al. 2024, arXiv
2406.10890); these questions are ours. The same about as many other people, works and places give
what is to stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from boxed.api.chat import ChatRequest
from boxed.api.replies import text_of
from boxed.models.protocol import UpstreamError
from evals.systems.identity import code_of, digest_of, weights_of
from evals.systems.local import MODEL_CODE
from evals.systems.setup import model_of
from prompts.policy import Example
from retrieval.whole_file import write_whole

__all__ = ["OTHERS", "own_words", "whole_sentences"]

FORMS = (
    "Tell me about {}.",
    "What is {} known for?",
    "Give three facts about {}.",
    "How would you describe {} to a friend?",
    "Write a few sentences on {}.",
    "What should everybody know about {}?",
    "Where would an article on {} begin?",
    "Name something that has to do with {}.",
)
OTHERS = (
    "Marlon Brando", "Meryl Streep", "Denzel Washington", "Audrey Hepburn", "Tom Hanks",
    "Elvis Presley", "Aretha Franklin", "Johnny Cash", "Billie Holiday", "Bob Marley",
    "Claude Monet", "Frida Kahlo", "Agatha Christie", "Mark Twain", "Oprah Winfrey",
    "Casablanca", "Titanic", "The Lion King", "Sesame Street", "jazz",
    "Chicago", "the Nile", "volleyball", "chocolate", "the telephone",
)  # fmt: skip
"""None of them is a target of RWKU, nor a neighbour that it asks about."""
_MOST = 64
_SENTENCE = re.compile(r"(?<!\d)[.!?][\"”’)*]*(?=\s|$)")  # noqa: RUF001

Records = tuple[Example, ...]


def own_words(model: str, targets: Sequence[str], folder: Path) -> tuple[Records, Records]:
    """The model's greedy replies about the targets, and about ``OTHERS``; kept in ``folder``.

    Raises SetupError for a model that cannot be loaded, UpstreamError for one that does not answer.
    """
    told = digest_of(
        weights_of(model),
        *targets,
        *OTHERS,
        *FORMS,
        code_of(*MODEL_CODE, "evals.systems.own_words"),
    )
    file = folder / f"own-words-{told}.json"
    if not file.exists():
        asked = [form.format(name) for name, form in product((*targets, *OTHERS), FORMS)]
        said = dict(zip(asked, _said(model, asked), strict=True))
        write_whole(file, f"{json.dumps(said, indent=0)}\n".encode())
    said: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return _records(targets, said), _records(OTHERS, said)


def whole_sentences(text: str) -> str:
    """A reply that its limit may have cut, up to the last end of a sentence; empty without one."""
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    return text[: ends[-1]] if ends else ""


def _said(model: str, questions: Sequence[str]) -> list[str]:
    requests = [
        ChatRequest(
            {"messages": [{"role": "user", "content": text}], "temperature": 0, "max_tokens": _MOST}
        )
        for text in questions
    ]
    found: list[str] = []
    for reply in model_of(model).chat_many(requests):
        if isinstance(reply, UpstreamError):
            raise reply
        text = text_of(reply.body).strip()
        found.append(whole_sentences(text) or text)
    return found


def _records(names: Sequence[str], said: dict[str, str]) -> Records:
    questions = [form.format(name) for name, form in product(names, FORMS)]
    return tuple(Example(question=text, answer=said[text]) for text in questions if said[text])
