"""How a word sounds, roughly: words that are spelt differently and heard alike have one key.

    sound("stephen") == sound("steven") == sound("stefan")      sound("king") != sound("kong")

The rules are those of names in Latin letters, from everywhere: letters that are heard alike become
one, doubled and silent letters go, and so do the differences between the vowels of endings that
nobody stresses (Allen, Allan). Vowels are otherwise kept, by where in the mouth they are made.
"""

import re
from functools import lru_cache

__all__ = ["sound", "sounded"]

_ALWAYS = (
    ("tsch", "C"), ("tch", "C"), ("sch", "S"), ("sh", "S"), ("ph", "f"), ("v", "f"), ("ck", "k"),
    ("cq", "k"), ("q", "k"), ("th", "t"), ("dg", "j"), ("dj", "j"), ("wh", "w"), ("x", "ks"),
    ("z", "s"),
)  # fmt: skip
# (letter without which the rule changes nothing, what it finds, what stands for it)
_AROUND = tuple(
    (letter, re.compile(pattern).sub, replacement)
    for letter, pattern, replacement in (
        ("n", r"^[kg]n(?=[aeiouy])", "n"),
        ("w", r"^wr", "r"),
        ("g", r"^ge(?=o)", "je"),
        ("h", r"gh(?=[tn]|$)", ""),
        ("h", r"gh", "g"),
        ("c", r"ch(?=[rl])", "k"),
        ("c", r"ch", "C"),
        ("c", r"c(?=[eiy])", "s"),
        ("c", r"c", "k"),
        ("g", r"g(?=[eiy][^n])", "j"),
        ("h", r"(?<=[aeiou])h(?![aeiouy])|(?<=[^aeiou])h", ""),
    )
)
_DOUBLED = re.compile(r"(.)\1+")
_LAST_I = re.compile(r"(?:ey|ie|ee|ea|y)$")
_LAST_E = re.compile(r"(?<=[^aeiou])e$")
_UNSTRESSED = re.compile(
    r"(?<=[aeiou][^aeiou])[aeiouy]+(?=[nlrm]$)|(?<=[aeiou][^aeiou]{2})[aeiouy]+(?=[nlrm]$)"
)
_VOWELS = re.compile(r"[aeiouyw]*[aeiouy][aeiouyw]*")


def _vowel(run: re.Match[str]) -> str:
    letters = run.group()
    if letters in ("ai", "ay", "ei", "ey", "ae"):
        return "e"
    if letters[0] == "w":
        return "w" + ("u" if letters[1] in "ou" else "i" if letters[1] in "eiy" else letters[1])
    if letters[0] in "ou" or letters[-1] in "uw":
        return "u"
    return "a" if letters[0] == "a" else "i"


def sounded(word: str) -> str:
    """The key of a folded word of Latin letters; the word itself where it is none."""
    if not (word.isascii() and word.isalpha()):
        return word
    key = word
    for letters, heard in _ALWAYS:
        key = key.replace(letters, heard)
    for letter, changed, heard in _AROUND:
        if letter in key:
            key = changed(heard, key)
    key = _DOUBLED.sub(r"\1", key)
    key = _LAST_E.sub("", _LAST_I.sub("i", key))
    key = _UNSTRESSED.sub("@", key)
    return _VOWELS.sub(_vowel, key) or word


@lru_cache(maxsize=16384)
def sound(word: str) -> str:
    """``sounded``, for words of texts, which come again."""
    return sounded(word)
