"""What a stream has left behind: the last visible character in front of what is held."""

from typing import NamedTuple

from guards.reading.canonical import fold, fold_leet

__all__ = ["Left", "last_visible"]


class Left(NamedTuple):
    """The last visible character in front of the held text, as each reading sees it."""

    plain: str = ""
    leet: str = ""
    shown: str = ""
    shown_leet: str = ""


def last_visible(text: str) -> tuple[str, str]:
    """Return the last visible character of `text`, folded plainly and as leetspeak."""
    for character in reversed(text):
        if plain := fold(character).text:
            return plain[-1], fold_leet(character)[-1]
    return "", ""
