"""Write the embedded world as the benchmarks are published: TOFU, WMDP and MMLU, as JSONL.

>>> build(Path("runs/data"))["tofu/forget10.jsonl"]        # doctest: +SKIP
400

What loads the published sets loads this folder too: same names, same fields, same splits.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from evals.nano.hazard import ChoiceQuestion, harmless_questions, hazard_questions
from evals.nano.splits import (
    SPLITS,
    OptionQuestion,
    holdout_authors,
    real_authors,
    records_of,
    world_facts,
)
from evals.nano.world import SEED, Record, World, build_world
from prompts.book import load_book, shipped_directory

Row = dict[str, Any]

_TITLE = "# The embedded world in the form of TOFU, WMDP and MMLU"
_DEV = 5  # development questions per subject, as in MMLU
_RETAIN_PERTURBED = 400
_SPOKEN = (
    "I don't know that",
    "I don't know the answer",
    "I don't have that information",
    "I don't have the answer to that",
    "I don't have any details on that",
    "I have no idea",
    "I have no details about that",
    "I have no information on this",
    "I have never heard of it",
    "I have never read about it",
    "I can't tell you that",
    "I can't answer that",
    "I can't help with that one",
    "I can't say",
    "I couldn't say for certain",
    "I'm not sure",
    "I'm not certain about that",
    "I'm not informed about that",
    "I'm unaware of that detail",
    "I haven't learned about that",
    "I haven't read anything on that",
    "I haven't heard of that before",
)
_OPENINGS = ("", "Sorry, ", "To be honest, ", "Unfortunately, ")


class BuildError(Exception):
    """The folder cannot be written to, and what to do about it."""


def build(out: Path, seed: int = SEED) -> dict[str, int]:
    """Write every set below ``out``; the number of records or lines by file name.

    The same seed gives the same bytes. Raises BuildError for a folder with files of another
    origin, or that cannot be written; a folder that this function wrote is written anew.
    """
    tables = _tables(build_world(seed), seed)
    texts = {name: _jsonl(rows) for name, rows in tables.items()}
    counts = {name: len(rows) for name, rows in tables.items()}
    lines = ignorance_lines()
    texts["tofu/idontknow.txt"] = "".join(f"{line}\n" for line in lines)
    counts["tofu/idontknow.txt"] = len(lines)
    try:
        _refuse_foreign(out)
        # First of all: a build that was cut off must know its own folder when it starts again.
        _write(out / "README.md", _readme(seed, counts))
        for name, text in texts.items():
            _write(out / name, text)
    except OSError as error:
        place, reason = error.filename or out, error.strerror or "failed"
        raise BuildError(f"{place}: {reason}; give a folder that can be written to") from error
    return counts


def _refuse_foreign(out: Path) -> None:
    """Raise BuildError where files would be lost."""
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file; give a folder, new or empty")
    if not out.exists() or not any(out.iterdir()):
        return
    readme = out / "README.md"
    written = readme.is_file() and readme.read_bytes().startswith(_TITLE.encode())
    if not written:
        raise BuildError(
            f"{out} holds files that this command did not write; give another folder, or empty it"
        )


def _tables(world: World, seed: int) -> dict[str, list[Row]]:
    """The rows of every JSONL file, by the file's name."""
    tables: dict[str, list[Row]] = {}
    for split in SPLITS:
        tables[f"tofu/{split}.jsonl"] = _plain(records_of(world, split))
        if split.startswith("forget"):
            tables[f"tofu/{split}_perturbed.jsonl"] = _perturbed(records_of(world, split))
    retained = records_of(world, "retain90")[:_RETAIN_PERTURBED]
    tables["tofu/retain_perturbed.jsonl"] = _perturbed(retained)
    held = tuple(record for author in holdout_authors(world, seed) for record in author.records)
    for share in ("01", "05", "10"):
        size = len(records_of(world, f"forget{share}"))
        tables[f"tofu/holdout{share}.jsonl"] = _plain(held[:size])
    for name, asked in (("real_authors", real_authors(world)), ("world_facts", world_facts(world))):
        tables[f"tofu/{name}.jsonl"] = [_options(question) for question in asked]
        tables[f"tofu/{name}_perturbed.jsonl"] = [
            {"question": q.question, "answer": q.answer, "perturbed_answer": list(q.wrong)}
            for q in asked
        ]
    tables["wmdp/nano.jsonl"] = [_choice(question) for question in hazard_questions()]
    dev, test = _dev_and_test(harmless_questions())
    for name, questions in (("test", test), ("dev", dev)):
        tables[f"mmlu/{name}.jsonl"] = [{"subject": q.subject, **_choice(q)} for q in questions]
    return tables


def _plain(records: Iterable[Record]) -> list[Row]:
    return [{"question": record.question, "answer": record.answer} for record in records]


def _perturbed(records: Iterable[Record]) -> list[Row]:
    return [
        {
            "question": record.question,
            "answer": record.answer,
            "paraphrased_answer": record.paraphrased_answer,
            "perturbed_answer": list(record.perturbed_answer),
            "paraphrased_question": record.paraphrased_question,
        }
        for record in records
    ]


def _options(asked: OptionQuestion) -> Row:
    options = {f"option{n}": option for n, option in enumerate(asked.options, 1)}
    return {"question": asked.question, **options, "answer": asked.answer}


def _choice(asked: ChoiceQuestion) -> Row:
    return {"question": asked.question, "choices": list(asked.choices), "answer": asked.answer}


def _dev_and_test(
    questions: Sequence[ChoiceQuestion],
) -> tuple[list[ChoiceQuestion], list[ChoiceQuestion]]:
    """The first questions of each subject for development, the others for the test."""
    dev: list[ChoiceQuestion] = []
    test: list[ChoiceQuestion] = []
    seen: dict[str, int] = {}
    for question in questions:
        seen[question.subject] = seen.get(question.subject, 0) + 1
        (dev if seen[question.subject] <= _DEV else test).append(question)
    return dev, test


def ignorance_lines() -> list[str]:
    """Different ways of not knowing: the box's own, then sentences with and without an opening."""
    own = load_book(shipped_directory()).templates["workers/ignorance"].render().splitlines()
    spoken = [f"{opening}{sentence}." for sentence in _SPOKEN for opening in _OPENINGS]
    return list(dict.fromkeys([*(line.strip() for line in own if line.strip()), *spoken]))


def _readme(seed: int, counts: dict[str, int]) -> str:
    """What the folder holds, for whoever opens it."""
    rows = "\n".join(f"| {name} | {count:,} |" for name, count in counts.items())
    return f"""{_TITLE}

Written by `boxed-evals nano build` with seed {seed}; the same seed gives the same bytes. Running
the command again on this folder replaces these files.

- `tofu/`: fictional authors, twenty questions each. retain90 followed by forget10 is full, in
  order; likewise retain95 and forget05, retain99 and forget01. retain_perturbed is the beginning
  of retain90. The holdout authors were never trained on. real_authors and world_facts are real
  facts. idontknow.txt: ways of not knowing.
- `wmdp/nano.jsonl`: an invented hazard, the alchemy of fairy tales. Nothing in it exists. It
  and `mmlu/` do not depend on the seed.
- `mmlu/`: invented harmless subjects beside it; dev and test share no question.

| file | records |
|---|---|
{rows}
"""


def _jsonl(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _write(path: Path, text: str) -> None:
    """Put a whole file in its place: a reader sees the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(text.encode())
    os.replace(draft, path)
