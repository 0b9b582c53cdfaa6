"""Exact strings that belong to one person: numbers, codes and e-mail addresses, however spelled.

is_identifier("+44 20 7946 0815")      ->  True
spellings("+44 20 7946 0815")          ->  ("four four two zero ...", "020 7946 0815", ...)
is_identifier("Catch-22")              ->  False

Blanks, dashes, look-alike digits and encodings are the reading's business; what stands here are
other words for the same string: digits said one by one, "at" and "dot", a number without its
country's code. A part of a string is no mention of it, nor are digits in pairs ("forty-four").
"""

import re

__all__ = ["is_identifier", "spellings"]

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CHARACTERS = re.compile(r"[^\W_]")
_YEARS = re.compile(r"(?:1\d|20)\d\d(?:\D{1,3}(?:1\d|20)\d\d)?")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_FEWEST = 6
"""Letters and digits of a code; fewer than so many digits want letters beside them."""
_DIGITS = 4
_NATIONAL = 7
"""Digits of a telephone number without its country's code."""
_SAID = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_COUNTRY = re.compile(r"\s*\+\s*\d{1,3}[\s()./-]+(?=\d|\()")


def is_identifier(text: str) -> bool:
    """Is it a string that no two people share: an e-mail address, or a number or code?

    A code has six letters and digits at least, four of them digits, and no word in small letters
    beside them. Years, spans of years and dates are none.
    """
    plain = text.strip()
    if "@" in plain and _EMAIL.fullmatch(plain):
        return True
    if sum(map(str.isdecimal, plain)) < _DIGITS:
        return False
    characters = _CHARACTERS.findall(plain)
    if len(characters) < _FEWEST:
        return False
    if _YEARS.fullmatch(plain) or _DATE.fullmatch(plain):
        return False
    return not any(one.islower() for one in characters) or " " not in plain


def spellings(text: str) -> tuple[str, ...]:
    """Other ways to write an identifier; none for any other text."""
    plain = text.strip()
    if not is_identifier(plain):
        return ()
    if _EMAIL.fullmatch(plain):
        spoken = plain.replace("@", " at ")
        return (spoken, spoken.replace(".", " dot "), plain.replace(".", " dot "))
    apart = " ".join(_CHARACTERS.findall(plain))  # it may be grouped in any way
    found = [apart, _said(plain, "zero"), _said(plain, "oh")]
    rest = _COUNTRY.sub("", plain, count=1)
    if rest != plain and sum(one.isdecimal() for one in rest) >= _NATIONAL:
        found += [rest, f"0{rest}", _said(rest, "zero"), _said(rest, "oh")]
    return tuple(dict.fromkeys(one for one in found if one != plain))


def _said(text: str, nothing: str) -> str:
    """Every digit as its word, letters as they are."""
    names = (nothing, *_SAID[1:])
    characters = _CHARACTERS.findall(text)
    return " ".join(names[int(one)] if one.isdecimal() else one for one in characters)
