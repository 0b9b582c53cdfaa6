"""Names in other scripts: what a transliterated word keeps of the name it stands for.

    skeletons_of_name("stephen") & skeletons_written("stiven", "cyrillic")      ->  {"STPN"}

A name is compared the other way round: a word of the text is put into Latin letters (`anyascii`),
and what may be heard of it without vowels is looked up among the names'. The price of rules that
fit every name is that a word alone says little: two of a name must stand together, and where the
script writes vowels they must be alike as well. Chinese is read where a point parts the names.
"""

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import Indel

from guards.names.heard import heard_elsewhere, heard_in_latin

__all__ = ["alike", "romanised", "skeletons_of_name", "skeletons_written"]

_ALIKE = {"arabic": 0.55, "hebrew": 0.55, "devanagari": 0.5, "katakana": 0.5, "hangul": 0.5,
          "han": 0.65}  # fmt: skip
_ALIKE_ELSEWHERE = 0.6
_MERGES_LIQUIDS = frozenset(["katakana", "hangul", "han"])
# An h that makes no digraph with an s before it, and the long a's that anyascii leaves out.
_OWN = {"\u062d": "\u0127", "\u0647": "\u0127", **dict.fromkeys("\u0627\u0649\u0629", "a")}
_NO_VOWELS = str.maketrans("", "", "aiu")
_FEWER_SOUNDS = str.maketrans("APTKSLRMN", "aptksrrnn")
_DOUBLED = re.compile(r"(.)\1+")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HANGUL_ENDINGS = re.compile(r"(?<=.)(?:Eun|Neun|I|Ga|Eul|Reul|Ui|Wa|Gwa|Do|E|EGe|ESeo|Ro|EuRo)\Z")
_CASE_ENDINGS = re.compile(r"(?:om|em|ym|im|oi|oy|ei|oj|ej|ou|os|as|is|on|a|u|e|y|i)\Z")
_HAN = re.compile("[\u3400-\u9fff]")
_SYLLABLE = re.compile("[A-Z][a-z]*")
_BESIDE = 4  # ways to cut a Chinese word: whole, and up to three characters shorter
_SHORT = 5  # letters of a written word whose single consonant may be enough


def romanised(word: str) -> str:
    """A word of another script in small Latin letters; Hangul and Chinese syllables have capitals.

    A mark that stands for another sound, as in Hebrew, is kept as an apostrophe.
    """
    latin = "".join(
        one
        for letter in word
        for one in _OWN.get(letter, anyascii(letter))
        if one.isalnum() or one == "'"
    )
    return latin if _HANGUL.match(word) or _HAN.match(word) else latin.lower()


@lru_cache(maxsize=16384)
def skeletons_of_name(word: str) -> frozenset[str]:
    """The skeletons of a folded Latin word of a name, as it may be heard."""
    short = len(word) < _SHORT
    found = {_skeleton(heard) for heard in heard_in_latin(word)}
    enough = {key for key in found if _says_enough(key, short)}
    return frozenset(enough | {_merged(key) for key in enough})


def skeletons_written(word: str, script: str) -> set[str]:
    """The skeletons of a romanised word of `script`, with and without an ending of its grammar."""
    found: set[str] = set()
    for text in _stems(word, script):
        for heard in heard_elsewhere(text, _script(script)):
            key = _skeleton(heard)
            if _says_enough(key, len(text) <= _SHORT):
                found.add(_merged(key) if _script(script) in _MERGES_LIQUIDS else key)
    return found


def alike(word: str, written: str, script: str, least: float = 0.0) -> bool:
    """Do a name's word and a romanised one also agree in their vowels, where they are written?

    By `least`, or what the script's own rules need.
    """
    least = max(least, _ALIKE.get(_script(script), _ALIKE_ELSEWHERE))
    if not least:
        return True
    merges = _script(script) in _MERGES_LIQUIDS
    heard = [_loose(one) if merges else one for one in heard_in_latin(word)]
    return any(
        Indel.normalized_similarity(one, _loose(other) if merges else other) >= least
        for text in _stems(written, script)
        for other in heard_elsewhere(text, _script(script))
        for one in heard
    )


def _script(script: str) -> str:
    return script.partition(" ")[0]


def _stems(word: str, script: str) -> set[str]:
    """The word, and what it may be without an ending, or without what stands around a name."""
    if script == "hangul":
        return {word, _HANGUL_ENDINGS.sub("", word)}
    if script in ("cyrillic", "greek"):
        return {word, _CASE_ENDINGS.sub("", word)}
    if script.startswith("han "):
        parts = _SYLLABLE.findall(word)
        if script == "han before":  # ... who is Stephen·
            return {"".join(parts[at:]) for at in range(min(_BESIDE, len(parts)))}
        return {"".join(parts[: len(parts) - at]) for at in range(min(_BESIDE, len(parts)))}
    return {word}


def _skeleton(heard: str) -> str:
    """The consonants; a vowel in front counts."""
    return ("A" if heard[:1].islower() else "") + heard.translate(_NO_VOWELS)


def _says_enough(key: str, short: bool) -> bool:
    return len(key) > 1 or (short and bool(key) and key != "A")


def _merged(key: str) -> str:
    """For scripts of syllables, which keep fewer sounds apart and repeat them."""
    return _DOUBLED.sub(r"\1", key.translate(_FEWER_SOUNDS))


def _loose(heard: str) -> str:
    return heard.replace("L", "R").replace("M", "N")
