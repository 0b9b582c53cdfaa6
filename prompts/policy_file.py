"""Reads a policy file and says, for every fault, in which file and on which line it is.

    parse_policy(Path("policies/jane-doe.md")).response

Everything that is wrong with a file is collected, so that its author mends it in one go.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from prompts.errors import BookError, PromptError, shown
from prompts.files import Reading
from prompts.front_matter import FrontMatter, Location, Value, decode, split_front_matter
from prompts.known import NOT_KEPT, Known
from prompts.policy import CHANCES, DOUBTS, KINDS, RESPONSES, Policy

_BODY_FIELDS = frozenset({"instruction", "path"})
_FIELDS = tuple(name for name in Policy.model_fields if name not in _BODY_FIELDS)
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "response": RESPONSES,
    "doubt": DOUBTS,
    "by_chance": CHANCES,
}
_PAIR_FIELDS = ("question", "answer")
_PAIRS = ("examples", "counterfacts")
_LISTS = frozenset({"aliases", "sealed", "scope", "retain", "terms", "tenants", *_PAIRS})


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A policy file after parsing: `policy` is None exactly when there are `errors`.

    `id` is what the file says, right or wrong, so that a repeated id shows beside other faults.
    `digest` is that of the file if nothing else is part of the policy.
    """

    path: str
    policy: Policy | None
    id: str | None
    id_line: int
    errors: tuple[PromptError, ...]
    digest: bytes = NOT_KEPT


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each value of a policy was written: its file and line, in this file its line alone."""

    path: str
    lines: Mapping[Location, int]
    known: dict[Location, tuple[str, int]] = field(default_factory=dict[Location, tuple[str, int]])

    def of(self, location: Location) -> tuple[str, int]:
        for end in range(len(location), 0, -1):
            part = location[:end]
            if part in self.known:
                return self.known[part]
            if part in self.lines:
                return self.path, self.lines[part]
        return self.path, 1

    def hold(self, location: Location) -> bool:
        """Is it known where this very value was written?"""
        return location in self.known or location in self.lines


def parse_policy(path: Path, root: Path | None = None) -> Policy:
    """Read one policy file; raise BookError with every fault found in it.

    `root` is the folder that example files may not leave: by default the prompt folder, the one
    that holds `policies/`, or the file's own folder if it lies elsewhere.
    """
    if root is None:
        root = path.parent.parent if path.parent.name == "policies" else path.parent
    parsed = parse_policy_file(path, Reading(root))
    if parsed.policy is None:
        raise BookError(parsed.errors)
    return parsed.policy


def parse_policy_file(path: str | Path, reading: Reading, known: Known | None = None) -> ParsedFile:
    """Read one policy file and its example files through `reading`, collecting the faults.

    A policy that is `known` is not parsed: nobody looked on which line its id stands.
    """
    name = path if isinstance(path, str) and os.sep == "/" else Path(path).as_posix()
    try:
        data = reading.read(path, again=False)
        digest = reading.sum_of(path)
        policy = known(digest, name) if known is not None else None
        if policy is not None:
            return ParsedFile(name, policy, policy.id, 1, (), digest)
        front = split_front_matter(name, decode(name, data))
    except PromptError as error:
        return ParsedFile(name, None, None, 1, (error,))
    parsed = _FileParser(Path(path), reading, front).parse()
    apart = any(isinstance(front.values.get(key), str) for key in _PAIRS)
    return parsed if apart or parsed.errors else replace(parsed, digest=digest)


class _FileParser:
    """Turns the front matter of one file into a policy, keeping the place of every value."""

    def __init__(self, path: Path, reading: Reading, front: FrontMatter) -> None:
        self._path = path
        self._name = path.as_posix()
        self._reading = reading
        self._front = front
        self._errors = list(front.errors)
        self._places = _Places(self._name, front.lines)
        self._unread: set[str] = set()

    def parse(self) -> ParsedFile:
        fields: dict[str, Any] = {}
        for key, value in self._front.values.items():
            if key in _BODY_FIELDS:
                self._reserved(key)
            elif value is not None:
                fields[key] = self._pairs(key, value) if key in _PAIRS else value
        fields["instruction"] = self._reading.once(self._front.body, self._front.body)
        fields["path"] = self._name
        self._places.known[("instruction",)] = (self._name, self._front.body_line)
        if "response" in fields:
            self._lend_line_of_response()
        if "sealed" in fields and not self._places.hold(("sealed_with",)):
            self._places.known[("sealed_with",)] = self._places.of(("sealed",))
        policy: Policy | None = None
        try:
            policy = Policy.model_validate(fields)
            # Which fields were written, a set of a thousand bytes, is the same for most files.
            written = policy.model_fields_set
            shared = self._reading.once(frozenset(written), written)
            object.__setattr__(policy, "__pydantic_fields_set__", shared)
        except ValidationError as error:
            self._collect(error.errors(include_url=False))
        errors = tuple(self._errors)
        written = fields.get("id")
        id = written if isinstance(written, str) else None
        line = self._places.of(("id",))[1]
        return ParsedFile(self._name, None if errors else policy, id, line, errors)

    def _lend_line_of_response(self) -> None:
        # Missing examples have no line of their own; the response that needs them has.
        for key in _PAIRS:
            if not self._places.hold((key,)):
                self._places.known[(key,)] = self._places.of(("response",))

    def _reserved(self, key: str) -> None:
        remedy = (
            "write it below the front matter"
            if key == "instruction"
            else "delete it; it is the file's own name"
        )
        self._fault((key,), f"{key!r} is not a field", remedy)

    def _collect(self, details: Iterable[ErrorDetails]) -> None:
        for detail in details:
            location = detail["loc"]
            if len(location) == 1 and location[0] in self._unread:
                continue
            context = detail.get("ctx", {})
            if "items" in context:
                items = cast(dict[int, str], context["items"])
                for position, problem in items.items():
                    self._fault((*location, position), problem, str(context["remedy"]))
            elif "remedy" in context:
                self._fault(location, str(context["problem"]), str(context["remedy"]))
            elif detail["type"] == "missing" and self._places.hold(location):
                remedy = _remedy_of_missing(str(location[-1]), len(location) > 1)
                self._fault(location, f"{location[-1]} is empty", remedy)
            else:
                self._fault(location, *explain(detail))

    def _fault(self, location: Location, problem: str, remedy: str) -> None:
        path, line = self._places.of(location)
        self._errors.append(PromptError(path, line, problem, remedy))

    def _pairs(self, key: str, value: Value) -> Any:
        """Return the pairs of `key`, read from the file it names if it names one."""
        if not isinstance(value, str):
            return value
        try:
            path = self._inside(key, value)
            records = self._records(key, value, path)
        except PromptError as error:
            self._errors.append(error)
            self._unread.add(key)
            return []
        if not records and key not in self._unread:
            self._unread.add(key)
            self._fault(
                (key,),
                f"{key} file {shown(value)} holds no pair",
                'add a line such as {"question": "...", "answer": "..."}',
            )
        return records

    def _inside(self, key: str, name: str) -> Path:
        """Return the path of the file called `name`, which must lie in the prompt folder."""
        line = self._places.of((key,))[1]
        if not name.endswith(".jsonl"):
            raise PromptError(
                self._name,
                line,
                f"{key} {shown(name)} is neither a list nor the name of a .jsonl file",
                "list pairs of question and answer, or name a file such as jane-doe.jsonl",
            )
        windows = PureWindowsPath(name)
        joined = Path(os.path.normpath(self._path.parent / name))
        root = Path(os.path.normpath(self._reading.root))
        outside = windows.drive or windows.root or not joined.is_relative_to(root)
        if outside or "\\" in name or "\0" in name:
            raise PromptError(
                self._name,
                line,
                f"{key} file {shown(name)} leaves the prompt folder",
                "name a file inside it, relative to this one, with / between folders",
            )
        return joined

    def _records(self, key: str, written: str, path: Path) -> list[Any]:
        """Return the JSON objects of the example file `written` and note the line of each."""
        name = path.as_posix()
        try:
            data = self._reading.read(path)
        except PromptError as error:
            place, line = self._places.of((key,))
            raise PromptError(
                place, line, f"{key} file {shown(written)}: {error.problem}", error.remedy
            ) from None
        records: list[Any] = []
        for number, text in enumerate(decode(name, data).split("\n"), start=1):
            if not text.strip():
                continue
            try:
                record: object = json.loads(text)
            except (ValueError, RecursionError) as error:
                said = error.msg if isinstance(error, json.JSONDecodeError) else "unreadable"
                problem = f"the line is not JSON: {said}"
                remedy = 'write one object a line, such as {"question": "...", "answer": "..."}'
                self._errors.append(PromptError(name, number, problem, remedy))
                self._unread.add(key)
                continue
            self._places.known[(key, len(records))] = (name, number)
            records.append(record)
        return records


def explain(detail: ErrorDetails) -> tuple[str, str]:
    """Return the problem and the remedy of one of pydantic's own faults."""
    location = detail["loc"]
    name = str(location[-1]) if location else "the policy"
    label = _label(location)
    in_pair = len(location) == 3 and location[0] in _PAIRS
    value = cast(object, detail["input"])
    match detail["type"]:
        case "extra_forbidden":
            known = _PAIR_FIELDS if in_pair else _FIELDS
            said = f"unknown field {shown(name)}", _did_you_mean(name, known)
        case "missing":
            said = f"field {name!r} is missing", _remedy_of_missing(name, in_pair)
        case "literal_error":
            allowed = _CHOICES[name]
            problem = f"{name} {shown(value)} is not one of {', '.join(allowed)}"
            said = problem, _did_you_mean(str(value), allowed)
        case "tuple_type":
            remedy = f"write '{name}:' and below it one item a line, each after '- '"
            said = f"{name} {shown(value)} is not a list", remedy
        case "string_type" if value is None:
            said = f"{label} is empty", "write it, or delete the line"
        case "string_type":
            said = f"{label} {shown(value)} is not text", "put it in quotes"
        case "model_type" | "model_attributes_type":
            problem = f"{label} {shown(value)} is not a pair"
            said = problem, "write 'question: ...' and 'answer: ...'"
        case _:
            said = f"{label} {shown(value)}: {detail['msg']}", "correct the value"
    return said


def _label(location: Location) -> str:
    match location:
        case (str(name),):
            return name
        case (str(name), int()) if name in _PAIRS:
            return f"an item of {name}"
        case (name, int(position)):
            return f"item {position + 1} of {name}"
        case (name, int(), str(part)):
            return f"the {part} of an item of {name}"
        case _:
            return "the policy"


def _did_you_mean(name: str, allowed: Iterable[str]) -> str:
    choices = tuple(allowed)
    close = difflib.get_close_matches(name.lower(), choices, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"write one of {', '.join(choices)}"


def _remedy_of_missing(name: str, in_pair: bool) -> str:
    if in_pair:
        return f"every pair has a question and an answer; add the {name}"
    match name:
        case "kind":
            return f"add 'kind:' with one of {', '.join(KINDS)}"
        case "response":
            return f"add 'response:' with one of {', '.join(RESPONSES)}"
        case _ if name in _LISTS:
            return f"add '{name}:' and below it at least one item, each after '- '"
        case _:
            return f"add a line '{name}: ...' to the front matter"
