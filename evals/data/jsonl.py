"""One JSON object a line, checked as it is read.

    tofu/forget10.jsonl:7: 'answer' is 7: input should be a valid string; correct the line

An error says in which file and line the fault is, what the value was, and what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

_R = TypeVar("_R", bound=BaseModel)


class DataError(Exception):
    """A benchmark file that cannot be read: where, what, and the remedy."""


def folder_of(folder: Path, name: str) -> Path:
    """``folder/name`` where there is such a folder, else ``folder`` itself.

    Raises DataError if ``folder`` does not exist.
    """
    if not folder.is_dir():
        raise DataError(
            f"{folder} is not a folder; give a folder of benchmark data, such as one that "
            "'boxed-evals nano build --out DIR' writes"
        )
    inner = folder / name
    return inner if inner.is_dir() else folder


def read_text(file: Path) -> str:
    """The file's text; DataError if it is missing or not UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        beside = sorted(p.name for p in file.parent.glob("*.*") if p.is_file())
        raise DataError(
            f"{file} is missing; the folder holds {', '.join(beside) or 'no files'}: give another "
            "folder, or write one with 'boxed-evals nano build --out DIR'"
        ) from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from None
    except OSError as error:
        raise DataError(
            f"{file}: {error.strerror or 'unreadable'}; make it a readable file"
        ) from None


def read_records(
    file: Path, model: type[_R], lacking: Callable[[_R], str | None] | None = None
) -> tuple[_R, ...]:
    """The file's records, in order; blank lines are passed over.

    ``lacking`` names the field that a record would need in addition to the model's own, if any.
    Raises DataError with the line of the first fault, and for a file without records.
    """
    records: list[_R] = []
    for number, line in enumerate(read_text(file).split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = model.model_validate_json(line)
        except ValidationError as error:
            raise DataError(f"{file}:{number}: {_fault(error, model)}") from None
        missing = lacking(record) if lacking else None
        if missing:
            raise DataError(f"{file}:{number}: '{missing}' is missing; this set needs it")
        records.append(record)
    if not records:
        raise DataError(f"{file} holds no record; download or build it again")
    return tuple(records)


def _fault(error: ValidationError, model: type[BaseModel]) -> str:
    """The first fault of a line, with its value and the remedy."""
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    fields = ", ".join(model.model_fields)
    if first["type"] == "json_invalid":
        return f"no JSON object: {_short(first['input'])}; put one JSON object on each line"
    if first["type"] == "missing":
        return f"'{field}' is missing; a record has {fields}"
    if first["type"] == "extra_forbidden":
        return f"'{field}' is no field of this set; a record has {fields}"
    place = f"'{field}' is {_short(first['input'])}" if field else _short(first["input"])
    return f"{place}: {first['msg'][0].lower()}{first['msg'][1:]}; correct the line"


def _short(value: Any) -> str:
    """A value as it is quoted in an error."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
