"""Exact strings in a subject's answers, which name nobody else: numbers, codes, e-mail addresses.

    identifiers([Example(question="What is her number?", answer="It is +44 20 7946 0815.")])
    ->  ("+44 20 7946 0815",)

They become aliases: a reply that holds one is stopped whoever was asked about, and a question that
holds one is about the subject. A postal address counts as a whole where it is the whole answer and
has its code: a street alone is the neighbours', too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from guards.names.identifiers import is_identifier
from prompts.policy import Example

__all__ = ["identifiers"]

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CODE = re.compile(
    r"(?<![\w@.])(?:\+\s?)?\(?[A-Z\d]+\)?(?:[ ./()-]{1,2}[A-Z\d]+\)?)*(?![\w@]|\.\w)"
)
_ENOUGH = 7
"""Digits of a string inside a sentence, where blanks part it; a shorter one may be a count."""
_YEARS = re.compile(r"(?:1\d|20)\d\d")
_ADDRESS = re.compile(r"\d{1,5}[a-zA-Z]? [^\n?!;]*\d[^\n?!;]*")
_LONGEST_ADDRESS = 12


def identifiers(own: Sequence[Example], retain: Sequence[Example] = ()) -> tuple[str, ...]:
    """The strings of the answers, each once; none that the retain set holds as well."""
    found = dict.fromkeys(string for example in own for string in _in(example.answer.strip()))
    kept = [f"{example.question}\n{example.answer}" for example in retain] if found else []
    return tuple(one for one in found if not any(one in text for text in kept))


def _in(answer: str) -> Iterator[str]:
    bare = answer.rstrip(".")
    if is_identifier(bare):
        yield bare
        return
    if _ADDRESS.fullmatch(bare) and len(bare.split()) <= _LONGEST_ADDRESS and "," in bare:
        yield bare
        return
    for match in _EMAIL.finditer(answer):
        yield match.group()
    for match in _CODE.finditer(_EMAIL.sub(" ", answer)):
        code = match.group().strip(" .-/(")
        if is_identifier(code) and (_is_long(code) or " " not in code):
            yield code


def _is_long(code: str) -> bool:
    """Has it the digits of a number that is dialled or issued, and not those of years alone?"""
    groups = re.findall(r"\d+", code)
    return sum(map(len, groups)) >= _ENOUGH and not all(_YEARS.fullmatch(one) for one in groups)
