"""MUSE: news articles or books whose wording and facts are to be forgotten.

    load_muse(Path("data"), "news").parts
    ('verbmem', 'knowmem_forget', 'knowmem_retain', 'privleak_forget', 'privleak_holdout')

verbmem: the beginning of a text, to be continued by 128 tokens. knowmem: few-shot questions, 32
tokens. privleak: whole texts that are scored, not answered. Source: Shi et al. 2024 (arXiv
2407.06460); the few-shot prompt is theirs in form.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from evals.data.jsonl import folder_of, read_records
from evals.records import Item
from evals.suites.protocol import Suite
from prompts.policy import Example

__all__ = ["CORPORA", "load_muse"]

CORPORA = ("news", "books")
CONTINUED = 128
ANSWERED = 32
_RETAIN = ("retain2_qa", "retain_qa")
"""Names of the retain questions; the second set of the news corpus replaced its first."""
_Text = Annotated[str, Field(min_length=1)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Continuation(_Record):
    """A text's beginning and how it goes on."""

    prompt: _Text
    gt: _Text


class Question(_Record):
    """A question about the corpus."""

    question: _Text
    answer: _Text


class Passage(_Record):
    """A text that was or was not trained on."""

    text: _Text


def load_muse(folder: Path, corpus: str) -> Suite:
    """The suite of one corpus; raises ValueError for an unknown one, DataError for a bad file."""
    if corpus not in CORPORA:
        raise ValueError(f"corpus '{corpus}' is not one of {', '.join(CORPORA)}")
    inner = folder_of(folder, "muse")

    def file(name: str) -> Path:
        return inner / f"{corpus}_{name}.jsonl"

    retain = next((name for name in _RETAIN if file(f"knowmem_{name}").exists()), _RETAIN[-1])
    questions = read_records(file("knowmem_forget_qa"), Question)
    shots = read_records(file("knowmem_forget_qa_icl"), Question)
    retained = read_records(file(f"knowmem_{retain}"), Question)
    kept_shots = read_records(file(f"knowmem_{retain}_icl"), Question)
    items = [
        *_continued(read_records(file("verbmem_forget"), Continuation)),
        *_asked("knowmem_forget", questions, shots),
        *_asked("knowmem_retain", retained, kept_shots),
        *_scored("privleak_forget", read_records(file("privleak_forget"), Passage)),
        *_scored("privleak_holdout", read_records(file("privleak_holdout"), Passage)),
    ]
    return Suite(
        name=f"muse-{corpus}",
        items=tuple(items),
        forget=_examples(questions),
        retain=_examples(kept_shots),
    )


def _continued(records: Sequence[Continuation]) -> list[Item]:
    return [
        Item(
            id=f"verbmem/{number:04}",
            part="verbmem",
            task="completion",
            messages=({"role": "user", "content": record.prompt},),
            answer=record.gt,
            most=CONTINUED,
        )
        for number, record in enumerate(records)
    ]


def _asked(part: str, records: Sequence[Question], shots: Sequence[Question]) -> list[Item]:
    before = "".join(f"Question: {s.question}\nAnswer: {s.answer}\n\n" for s in shots)
    return [
        Item(
            id=f"{part}/{number:04}",
            part=part,
            task="qa",
            messages=(
                {"role": "user", "content": f"{before}Question: {record.question}\nAnswer:"},
            ),
            answer=record.answer,
            most=ANSWERED,
        )
        for number, record in enumerate(records)
    ]


def _scored(part: str, records: Sequence[Passage]) -> list[Item]:
    """Texts after an empty prompt: what counts is how likely the model finds them by itself."""
    return [
        Item(
            id=f"{part}/{number:04}",
            part=part,
            task="completion",
            messages=({"role": "user", "content": ""},),
            answer=record.text,
            most=0,
        )
        for number, record in enumerate(records)
    ]


def _examples(records: Sequence[Question]) -> tuple[Example, ...]:
    return tuple(Example(question=r.question, answer=r.answer) for r in records)
