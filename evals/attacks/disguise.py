"""What a disguise is: a way to write text, and the reader that undoes it.

    BASE64 = Disguise("base64", "in base64", encode, decode)
    BASE64.read(BASE64.write("Stephen King", random))   ->  "Stephen King"

One disguise serves three attacks: it hides a name inside a question, the whole question, and, where
the reply is demanded in it, the answer. ``read`` never raises: what it cannot read it gives back as
it is, for it is put to every reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from evals.attacks.names import bare

__all__ = ["Disguise", "letters_of", "plainly", "survives", "unread"]

_LETTERS = re.compile(r"[^\W_]+")

Write = Callable[[str, Random], str]
Read = Callable[[str], str]


def unread(text: str) -> str:
    """The reader of a disguise that nobody needs to undo."""
    return text


@dataclass(frozen=True, slots=True)
class Disguise:
    """A way to write. ``told`` completes "written ..." for the product, empty if it needs no word.

    ``letters_only`` says that blanks and punctuation are lost on the way. ``for_text`` False is
    for disguises that fit a name alone.
    """

    name: str
    told: str
    write: Write
    read: Read = unread
    letters_only: bool = False
    for_text: bool = True


def plainly(change: Callable[[str], str]) -> Write:
    """A writer that draws nothing by chance."""
    return lambda text, random: change(text)


def letters_of(text: str) -> str:
    """Letters and figures alone, without case and accents."""
    return "".join(_LETTERS.findall(bare(text).casefold()))


def survives(disguise: Disguise, plain: str, written: str) -> bool:
    """Can the text still be read in its disguise, or were letters lost that the code lacks?

    A disguise of names alone is read by whoever knows the person.
    """
    if not disguise.for_text:
        return True
    shown = letters_of(disguise.read(written))
    return shown in (letters_of(plain), letters_of(disguise.read(plain)))
