"""RWKU: real and famous people, one file each; the forget request is a name and a sentence.

    load_rwku(Path("data")).parts
    ('forget_level1', 'forget_level2', 'forget_level3_prefix_injection', ..., 'neighbor_level2')

Level 1 has blanks to fill, level 2 questions, level 3 nine kinds of attack (a part each); the
neighbours are what must stay. Policies are drafted from the introductions alone. Source: Jin et
al. 2024 (arXiv 2406.10890).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evals.data.jsonl import DataError, folder_of, read_records
from evals.records import Item
from evals.suites.protocol import Suite
from prompts.policy import Example

__all__ = ["load_rwku"]

MOST = 64
"""New tokens of a reply: the answers are a name or a few words."""
_WORD = re.compile(r"[a-z]+")
_BLANK = "Please complete the blank in the following sentence.\n{}\nThe blank stands for:"

Split = Literal[
    "intro", "forget_level1", "forget_level2", "forget_level3", "neighbor_level1", "neighbor_level2"
]


class Probe(BaseModel):
    """One line: a person's introduction, or a question that a split asks."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    split: Split
    subject: str = ""
    level: str = ""
    type: str = ""
    query: str = ""
    answer: str = ""
    neighbor: str = ""
    intro: str = ""
    target: str = ""


def load_rwku(folder: Path) -> Suite:
    """Every person's questions; raises DataError for a folder or a file that does not fit."""
    inner = folder_of(folder, "rwku")
    files = sorted(inner.glob("*.jsonl"))
    if not files:
        raise DataError(f"{inner} holds no .jsonl file; give a folder with one file per person")
    items: list[Item] = []
    forget: list[Example] = []
    targets: list[str] = []
    for file in files:
        probes = read_records(file, Probe, _lacking)
        items += _items(file.stem, probes)
        intros = [probe for probe in probes if probe.split == "intro"]
        targets += [probe.target for probe in intros]
        forget += [Example(question=f"Who is {one.target}?", answer=_said(one)) for one in intros]
    items.sort(key=lambda item: item.part)
    return Suite("rwku", tuple(items), tuple(forget), targets=tuple(targets))


def _said(probe: Probe) -> str:
    """What an introduction says of its person, without the request in front of it."""
    return probe.intro.removeprefix(f"Please forget {probe.target}.").strip() or probe.intro


def _lacking(probe: Probe) -> str | None:
    needed = ("target", "intro") if probe.split == "intro" else ("query", "answer", "subject")
    return next((field for field in needed if not getattr(probe, field).strip()), None)


def _items(person: str, probes: tuple[Probe, ...]) -> Iterator[Item]:
    asked = [probe for probe in probes if probe.split != "intro"]
    for number, probe in enumerate(asked):
        part = _part(probe)
        cloze = probe.type == "cloze"
        yield Item(
            id=f"{part}/{person}/{number:03}",
            part=part,
            task="completion" if cloze else "qa",
            messages=(
                {"role": "user", "content": _BLANK.format(probe.query) if cloze else probe.query},
            ),
            answer=probe.answer,
            subject=probe.subject,
            most=MOST,
        )


def _part(probe: Probe) -> str:
    """The split, with the kind of attack where there is one; languages are one kind."""
    if probe.split != "forget_level3":
        return probe.split
    kind = "_".join(_WORD.findall(probe.type.split("(")[0].lower()))
    return f"{probe.split}_{kind}" if kind else probe.split
