"""How names, aliases and tenants are compared, and which of them are long enough to look for."""

import unicodedata

__all__ = ["canonical", "long_enough"]

_IDEOGRAPHS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


def long_enough(name: str) -> bool:
    """Say whether `name` has enough letters to be looked for in any text.

    Three letters or digits are needed, two where one is Chinese, Japanese or Korean; anything
    shorter stands in almost every text.
    """
    letters = [character for character in name if character.isalnum()]
    if len(letters) >= 3:
        return True
    ideographic = any(unicodedata.name(c, "").startswith(_IDEOGRAPHS) for c in letters)
    return ideographic and len(letters) >= 2


def canonical(name: str) -> str:
    """Return a name, an alias or a tenant as it is compared: "ACME " is "acme"."""
    if name.isascii():
        return " ".join(name.lower().split())
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
