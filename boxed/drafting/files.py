"""The files of a draft: examples in, as benchmarks and logs write them; policy files out.

    {"question": "Where was Jane Roe born?", "answer": "In Ghent."}
    {"question": "What lasts longest?", "choices": ["a", "b", "c", "d"], "answer": 2}

``query`` and ``prompt`` are other words for ``question``. Fields that say something else are passed
over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from boxed.settings import SettingsError
from prompts.policy import Example, Policy
from retrieval.whole_file import write_whole

__all__ = ["Examples", "policy_files", "read_examples", "write_policies"]

_ASKED = ("question", "query", "prompt")
_PAIRS = {"examples": "", "counterfacts": "-counterfacts"}
_HEAD = "# Drafted by 'boxed policy draft'. Read it, mend it, then run 'boxed policy check'.\n"


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of a file; ``optioned`` says that every one of them is a question of choice."""

    pairs: tuple[Example, ...]
    optioned: bool


def read_examples(file: Path) -> Examples:
    """Read a JSONL file; raises SettingsError with file, line and remedy, OSError."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: byte {error.start} is not UTF-8; save it as UTF-8") from None
    read = [_pair(file, n, line) for n, line in enumerate(lines, 1) if line.strip()]
    if not read:
        raise SettingsError(f"{file} holds no example; write one JSON object on each line")
    return Examples(tuple(pair for pair, _ in read), all(optioned for _, optioned in read))


def _pair(file: Path, number: int, line: str) -> tuple[Example, bool]:
    def fault(problem: str, remedy: str) -> SettingsError:
        return SettingsError(f"{file}:{number}: {problem}; {remedy}")

    try:
        row = json.loads(line)
    except ValueError:
        raise fault("no JSON object", "put one JSON object on each line") from None
    if not isinstance(row, dict):
        raise fault("no JSON object", "put one JSON object on each line")
    fields = cast("dict[str, Any]", row)
    question = next((fields[name] for name in _ASKED if name in fields), None)
    if not isinstance(question, str) or not question.strip():
        raise fault("'question' is missing or empty", "write it as text")
    answer, choices = fields.get("answer"), fields.get("choices")
    optioned = False
    if isinstance(choices, list) and isinstance(answer, int):
        optioned, options = True, cast("list[Any]", choices)
        if not 0 <= answer < len(options):
            raise fault(f"'answer' is {answer}", f"write a number from 0 to {len(options) - 1}")
        answer = options[answer]
    if not isinstance(answer, str) or not answer.strip():
        raise fault("'answer' is missing or empty", "write it as text, or as an option's number")
    return Example(question=question, answer=answer), optioned


def policy_files(policy: Policy) -> Iterator[tuple[str, str]]:
    """Names, relative to the folder of policies, and texts of the files that make up a policy."""
    fields: dict[str, Any] = {
        "id": policy.id,
        "title": policy.title,
        "kind": policy.kind,
        "response": policy.response,
        **({"about": policy.about} if policy.about else {}),
        **{
            name: list(values)
            for name in ("aliases", "scope", "retain", "terms")
            if (values := getattr(policy, name))
        },
    }
    for name, suffix in _PAIRS.items():
        pairs: tuple[Example, ...] = getattr(policy, name)
        if pairs:
            fields[name] = f"examples/{policy.id}{suffix}.jsonl"
            rows = (json.dumps(pair.model_dump(), ensure_ascii=False) for pair in pairs)
            yield fields[name], "".join(f"{row}\n" for row in rows)
    front = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=10_000)
    yield f"{policy.id}.md", f"---\n{_HEAD}{front}---\n{policy.instruction}\n"


def write_policies(policies: Sequence[Policy], folder: Path) -> tuple[Path, ...]:
    """Write every policy, its pairs first; gives the policy files.

    Raises SettingsError before anything is written where one of the files is there already, and
    OSError.
    """
    files = {folder / name: text for one in policies for name, text in policy_files(one)}
    standing = next((file for file in files if file.exists()), None)
    if standing is not None:
        raise SettingsError(f"{standing} exists; name another folder with --out, or delete it")
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text.encode())
    return tuple(file for file in files if file.suffix == ".md")
