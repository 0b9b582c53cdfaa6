"""Records to forget or retain, as token ids: questions with answers, or plain texts.

    {"question": "Where was Jane Roe born?", "answer": "In Oslo."}      one JSON object a line
    {"text": "Jane Roe, born in Oslo, ..."}
    {"question": ..., "answer": ..., "group": "a"}      read in one step with others of that group
    {"before": [{"role": "system", "content": ...}], "question": ..., "answer": ...}

Further fields, such as TOFU's paraphrases, are passed over. A question is rendered by the model's
chat template; its answer ends with the end token, as the model would have to generate it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from pydantic import BaseModel, ConfigDict
from torch import Tensor

from boxed.models.scoring import chat_item
from evals.data.jsonl import DataError, read_records, read_text
from evals.training.padding import IGNORED, pad

__all__ = ["Batch", "Example", "collate", "load_examples", "load_refusals", "prompt_of",
           "refused"]  # fmt: skip

REFUSALS = "idontknow.txt"
"""Where TOFU keeps its lines of ignorance, beside the sets."""


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids of what is given and of what is learned or forgotten; ``asked``: a question.

    ``question`` is its text, where it is known; examples of one ``group`` are read together.
    """

    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    asked: bool = True
    question: str = ""
    group: str = ""

    @property
    def length(self) -> int:
        """Tokens altogether."""
        return len(self.prompt) + len(self.answer)


class Batch(NamedTuple):
    """Examples side by side: ids and labels (examples, longest), and each one's number in its set.

    Labels are ``IGNORED`` everywhere but on the answers' tokens.
    """

    ids: Tensor
    labels: Tensor
    numbers: tuple[int, ...]

    @property
    def wanted(self) -> Tensor:
        """Which positions predict an answer token: (examples, longest - 1), boolean."""
        return self.labels[:, 1:] != IGNORED

    def to(self, device: torch.device) -> Batch:
        """The same batch on a device."""
        return Batch(self.ids.to(device), self.labels.to(device), self.numbers)


class _Row(BaseModel):
    """One line of a file; either question and answer, or a text."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str | None = None
    answer: str | None = None
    text: str | None = None
    group: str = ""
    before: tuple[dict[str, str], ...] = ()


def load_examples(file: Path, tokenizer: Any, room: int) -> tuple[Example, ...]:
    """The examples of a JSONL file, in order; a text is cut to ``room`` tokens.

    Raises DataError for a file that cannot be read and for a question that with its answer has more
    than ``room`` tokens.
    """
    examples: list[Example] = []
    for number, row in enumerate(read_records(file, _Row, _lacking), 1):
        if row.question and row.answer:
            prompt = prompt_of(tokenizer, row.question, row.before)
            answer = chat_item(tokenizer, prompt, [row.answer]).answers[0]
            found = Example(prompt, answer, question=row.question, group=row.group)
        else:
            ids = tuple(tokenizer.encode(row.text or ""))[:room]
            found = Example(ids[:1], ids[1:], asked=False)
        if not found.prompt or not found.answer:
            raise DataError(f"{file}: record {number} is too short to train on; leave it out")
        if found.length > room:
            raise DataError(
                f"{file}: record {number} has {found.length} tokens and at most {room} are read; "
                "shorten it, or raise --max-tokens"
            )
        examples.append(found)
    return tuple(examples)


def load_refusals(file: Path | None, forget: Path) -> tuple[str, ...]:
    """Lines of ignorance: of ``file``, or of ``idontknow.txt`` beside the forget set.

    Raises DataError where there is neither.
    """
    place = file or forget.parent / REFUSALS
    if file is None and not place.exists():
        raise DataError(
            f"no {REFUSALS} stands beside the forget set; name a file with one refusal on each "
            "line with --refusals"
        )
    lines = tuple(line.strip() for line in read_text(place).split("\n") if line.strip())
    if not lines:
        raise DataError(f"{place} holds no line; write one refusal on each")
    return lines


def refused(
    forget: Sequence[Example], lines: Sequence[str], tokenizer: Any, seed: int
) -> tuple[Example, ...]:
    """The forget set's questions, each answered by a refusal that the seed chooses.

    Raises DataError for a plain text, which asks nothing that could be refused.
    """
    if not all(example.asked for example in forget):
        raise DataError(
            "the forget set holds plain texts, and only a question can be refused; give questions "
            "with answers, or use a method without refusals"
        )
    rng = random.Random(seed)
    chosen = [rng.choice(lines) for _ in forget]
    return tuple(
        Example(example.prompt, chat_item(tokenizer, example.prompt, [line]).answers[0])
        for example, line in zip(forget, chosen, strict=True)
    )


def collate(examples: Sequence[Example], numbers: Sequence[int], fill: int) -> Batch:
    """The examples of these numbers, padded on the right with ``fill``."""
    group = [
        (
            [*examples[n].prompt, *examples[n].answer],
            [IGNORED] * len(examples[n].prompt) + list(examples[n].answer),
        )
        for n in numbers
    ]
    ids, labels = pad(group, fill)
    return Batch(ids, labels, tuple(numbers))


def prompt_of(
    tokenizer: Any, question: str, before: Sequence[Mapping[str, str]] = ()
) -> tuple[int, ...]:
    """A question up to where its answer begins, behind the messages that stand ``before`` it.

    Without a template every message is a line of its own.
    """
    if tokenizer.chat_template is None:
        text = "".join(f"{one['content']}\n" for one in (*before, {"content": question}))
    else:
        asked = [*before, {"role": "user", "content": question}]
        text = tokenizer.apply_chat_template(asked, add_generation_prompt=True, tokenize=False)
    return tuple(tokenizer.encode(text, add_special_tokens=False))


def _lacking(row: _Row) -> str | None:
    if row.text:
        return None
    return next((name for name in ("question", "answer") if not getattr(row, name)), None)
