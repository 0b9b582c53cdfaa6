"""YAML front matter in which every key and list item knows its line.

    ---
    id: jane-doe
    aliases:
      - Doe, Jane
    ---
    Answer as someone who has never met her.

Scalars stay the text that their author wrote: a work titled `1984` and an alias `No` are words
here, not a number and a boolean. The YAML is read as events rather than composed, because the
composer of PyYAML's C extension recurses without a limit and kills the process on deep nesting.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import yaml

from prompts.errors import PromptError, shown
from prompts.plain_fields import Location, Value, plain_fields

__all__ = [
    "FrontMatter",
    "Location",
    "Value",
    "decode",
    "split_front_matter",
    "without_comment",
]

_DEEPEST = 4
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_LEADING_COMMENT = re.compile(r"\A\s*<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields and the body of one file.

    `lines` maps the location of every value, such as `("aliases", 0)`, to its line in the file.
    `body_line` is the line of the fence above the body if that is empty.
    `errors` holds what is wrong but does not stop the reading (a field written twice).
    """

    values: Mapping[str, Value]
    lines: Mapping[Location, int]
    body: str
    body_line: int
    errors: tuple[PromptError, ...]


def decode(path: str, data: bytes) -> str:
    """Return the text of a prompt file with Unix line ends; raise PromptError if not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise PromptError(
            path, line, f"byte 0x{byte:02x} is not UTF-8", "save the file in the UTF-8 encoding"
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_comment(text: str) -> tuple[str, int]:
    """Drop a leading HTML comment, which speaks to the editor of a file and not to the model.

    Returns the stripped rest and how many lines of `text` precede it.
    """
    match = _LEADING_COMMENT.match(text)
    start = match.end() if match else 0
    rest = text[start:]
    start += len(rest) - len(rest.lstrip())
    return rest.strip(), text.count("\n", 0, start)


def split_front_matter(path: str, text: str) -> FrontMatter:
    """Parse `text` (Unix line ends); raise PromptError if it has no readable front matter."""
    opening = _FENCE.match(text)
    if opening is None:
        raise PromptError(
            path,
            1,
            "the file has no front matter",
            "begin the first line with '---', then the fields, then a second line '---'",
        )
    closing = _FENCE.search(text, opening.end())
    if closing is None:
        raise PromptError(
            path,
            1,
            "the front matter that begins here never ends",
            "write a line '---' between the fields and the instruction",
        )
    source = text[opening.end() : closing.start()]
    errors: list[PromptError] = []
    plain = plain_fields(source)
    if plain is None:
        reader = _Reader(path, source)
        values, lines, errors = reader.read(), reader.lines, reader.errors
    else:
        values, lines = plain
    body, skipped = without_comment(text[closing.end() :])
    fence_line = text.count("\n", 0, closing.end()) + 1
    body_line = fence_line + skipped if body else fence_line
    return FrontMatter(values, lines, body, body_line, tuple(errors))


class _Reader:
    """Builds plain values from the YAML events of one front matter."""

    def __init__(self, path: str, source: str) -> None:
        self._path = path
        self._source = source
        self._breaks = [i for i, character in enumerate(source) if character == "\n"]
        self.lines: dict[Location, int] = {}
        self.errors: list[PromptError] = []

    def read(self) -> dict[str, Value]:
        try:
            loader = yaml.CSafeLoader(self._source)
        except UnicodeEncodeError as error:
            raise self._fault(
                error.start, "a lone surrogate is no character", "delete it"
            ) from None
        self._loader = loader
        try:
            return self._document()
        except yaml.YAMLError as error:
            raise self._syntax(error) from None
        finally:
            loader.dispose()

    def _document(self) -> dict[str, Value]:
        self._next()  # the start of the stream
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return {}
        event = self._next()
        if isinstance(event, yaml.ScalarEvent) and _is_null(event):
            values: Value = {}
        else:
            values = self._value(event, ())
        if not isinstance(values, dict):
            raise self._fault(
                _index(event),
                "the front matter is not a list of fields",
                "write one 'field: value' a line, such as 'kind: person'",
            )
        self._next()  # the end of the document
        rest = self._next()
        if not isinstance(rest, yaml.StreamEndEvent):
            raise self._fault(
                _index(rest),
                "the front matter holds a second YAML document",
                "keep one list of fields between the two '---' lines",
            )
        return values

    def _value(self, event: yaml.Event, location: Location) -> Value:
        if location not in self.lines:
            self.lines[location] = self._line(_index(event))
        if isinstance(event, yaml.ScalarEvent):
            return None if _is_null(event) else str(event.value)
        if isinstance(event, yaml.AliasEvent) or _has_anchor(event):
            raise self._fault(
                _index(event),
                "YAML anchors and aliases (& and *) are not read here",
                "write the value out, or put it in quotes if it begins with & or *",
            )
        if len(location) >= _DEEPEST:
            raise self._fault(
                _index(event),
                f"values are nested more than {_DEEPEST} deep",
                "put the value in quotes if it begins with [ or {",
            )
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(location)
        return self._mapping(location)

    def _sequence(self, location: Location) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._value(event, (*location, len(items))))
        return items

    def _mapping(self, location: Location) -> dict[str, Value]:
        items: dict[str, Value] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            index = _index(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise self._fault(
                    index,
                    "a field's name is not plain text",
                    "write 'field: value', and quote a value that begins with [, {, * or &",
                )
            key = str(event.value)
            here = (*location, key)
            if key in items:
                self.errors.append(
                    self._fault(
                        index,
                        f"field {shown(key)} is written twice (first on line {self.lines[here]})",
                        "keep one of the two",
                    )
                )
                self._value(self._next(), here)
                continue
            self.lines[here] = self._line(index)
            items[key] = self._value(self._next(), here)
        return items

    def _next(self) -> yaml.Event:
        # A stream always has a next event until its end, behind which nothing here reads.
        return cast(yaml.Event, self._loader.get_event())

    def _line(self, index: int) -> int:
        # The source begins at the end of the opening fence, which is on line 1.
        return bisect_right(self._breaks, index - 1) + 1

    def _fault(self, index: int, problem: str, remedy: str) -> PromptError:
        return PromptError(self._path, self._line(index), problem, remedy)

    def _syntax(self, error: yaml.YAMLError) -> PromptError:
        if isinstance(error, yaml.MarkedYAMLError):
            mark = error.problem_mark or error.context_mark
            said = error.problem or error.context or "unreadable"
            index = mark.index if mark is not None else 0
        else:
            # The C reader names a byte of the UTF-8 text where the scanner names a character.
            said = str(getattr(error, "reason", "unreadable"))
            position = int(getattr(error, "position", 0))
            index = len(self._source.encode()[:position].decode(errors="ignore"))
        return self._fault(
            index,
            f"the YAML cannot be read: {said}",
            "check indentation and colons here and on the line above, and put text that holds "
            "': ' or begins with a special character in quotes",
        )


def _index(event: yaml.Event) -> int:
    return 0 if event.start_mark is None else event.start_mark.index


def _has_anchor(event: yaml.Event) -> bool:
    return isinstance(event, yaml.NodeEvent) and event.anchor is not None


def _is_null(event: yaml.ScalarEvent) -> bool:
    # Only plain text can be null: a quoted empty string is an empty string.
    return bool(event.implicit[0]) and event.value in ("", "~", "null")
