r"""Front matter that is as plain as most is, read line by line: far quicker than a YAML parser.

    plain_fields("\nid: jane-doe\naliases:\n  - Doe, Jane\n")
    ->  ({"id": "jane-doe", "aliases": ["Doe, Jane"]}, {(): 2, ("id",): 2, ("aliases",): 3, ...})

Only what YAML reads in one way is taken: fields with one scalar or a list of scalars, each on a
line of its own, plain without a colon or a number sign in it, or in quotes without an escape. Of
anything else nothing is read here, and `front_matter` asks the parser.
"""

import re
from typing import TypeAlias

__all__ = ["Location", "Value", "plain_fields"]

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Location: TypeAlias = tuple[str | int, ...]

_SCALAR = r"""(?:"([^"\\]*)"|'([^']*)'|(?!null\Z)([^\W_](?:[^:#]*[^:# ])?))"""
_FIELD = re.compile(rf"([a-z_]+):(?: +{_SCALAR})?")
_ITEM = re.compile(rf"( *)- +{_SCALAR}")
_Values = dict[str, Value]
_Lines = dict[Location, int]


def plain_fields(source: str) -> tuple[_Values, _Lines] | None:
    """The fields of `source` and the line of each, as its parser has them; None if it is not plain.

    `source` begins with the line break behind the opening fence, which is line 1.
    """
    first, *rows = source.split("\n")
    if first or not rows or rows.pop() or not "".join(rows).isprintable():
        return None
    values: _Values = {}
    lines: _Lines = {(): 2}
    key, indent = "", ""
    items: list[Value] | None = None
    for line, row in enumerate(rows, 2):
        if field := _FIELD.fullmatch(row):
            key, scalar = field[1], _scalar(field)
            if key in values or items == []:
                return None
            items = [] if scalar is None else None
            values[key] = items if scalar is None else scalar
            lines[(key,)] = line
        elif items is not None and (item := _ITEM.fullmatch(row)):
            if items and item[1] != indent:
                return None
            indent = item[1]
            lines[key, len(items)] = line
            items.append(_scalar(item))
        else:
            return None
    return (values, lines) if values and items != [] else None


def _scalar(match: re.Match[str]) -> str | None:
    return next((text for text in match.groups()[1:] if text is not None), None)
