"""Names in other scripts: what a transliterated word keeps of the name it stands for.

    skeletons_of_name("stephen") & skeletons_written("Stiven", "cyrillic")      ->  {"STPN"}

A name is compared the other way round: a word of the text is put into Latin letters (`anyascii`),
and what is left of it without vowels, in classes of consonants that scripts do not keep apart, is
looked up among the names'. So no script needs a table of its own, and the price is that a word
alone says little: two of a name must stand together, and where the script writes vowels they must
be alike as well. Chinese writes names by sense and sound at once and is not read.
"""

import re
from itertools import product

from anyascii import anyascii
from rapidfuzz.distance import Indel

__all__ = ["alike", "romanised", "skeletons_of_name", "skeletons_written"]

_OPEN = ("a", "e", "i", "o", "u", "y", "h", "w", "'")
_FEWEST = 2  # consonants of a word that is looked up
_ALIKE = 0.55
_VOWELLESS = frozenset(["arabic", "hebrew"])
_MERGES_LIQUIDS = frozenset(["katakana", "hangul"])
_CLASSES = str.maketrans({
    "b": "P", "p": "P", "f": "P", "v": "P", "d": "T", "t": "T", "g": "K", "k": "K", "q": "K",
    "s": "S", "z": "S", "j": "S", "l": "L", "r": "R", "m": "M", "n": "N",
})  # fmt: skip
_REST = re.compile(r"[^A-Z]")
_DOUBLED = re.compile(r"(.)\1+")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HANGUL_ENDINGS = re.compile(r"(?<=.)(?:Eun|Neun|I|Ga|Eul|Reul|Ui|Wa|Gwa|Do|E|EGe|ESeo|Ro|EuRo)\Z")
_CASE_ENDINGS = re.compile(r"(?:om|em|ym|im|oi|oy|ei|oj|ej|ou|os|as|is|on)\Z")
# Letters of a Latin name that are heard in more ways than one: without the letter a rule changes
# nothing; what it finds; what that may become.
_HEARD: tuple[tuple[frozenset[str], re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (frozenset(letter), re.compile(pattern), heard)
    for letter, pattern, heard in (
        ("n", r"^(?:kn|gn)", ("n",)),
        ("h", r"tsch|tch|sch|sh|ch(?![rl])", ("s", "k")),
        ("c", r"ch|ck", ("k",)),
        ("h", r"ph", ("f",)),
        ("h", r"gh(?=t|$)", ("", "g")),
        ("h", r"th", ("t", "s")),
        ("x", r"x", ("ks",)),
        ("c", r"c(?=[eiy])", ("s",)),
        ("c", r"c", ("k",)),
        ("g", r"g(?=[eiy])", ("g", "j")),
        ("l", r"l(?=[kmf])", ("l", "")),
        ("r", r"(?<=[aeo])r(?![aeiouy])", ("r", "")),
        ("w", r"w", ("", "v")),
        ("j", r"^j", ("j", "")),
        ("h", r"^h", ("", "k")),
    )
)
_MOST = 16


def romanised(word: str) -> str:
    """A word of another script in small Latin letters; of Hangul each syllable has a capital."""
    latin = "".join(character for character in anyascii(word) if character.isalnum())
    return latin if _HANGUL.match(word) else latin.lower()


def skeletons_of_name(word: str) -> set[str]:
    """The skeletons of a folded Latin word of a name, as it may be heard."""
    spellings = [word]
    for letters, pattern, heard in _HEARD:
        if not letters.isdisjoint(word) and pattern.search(word):
            spellings = [pattern.sub(one, text) for text, one in product(spellings, heard)][:_MOST]
    found = {_skeleton(text) for text in spellings}
    return {key for one in found for key in (one, one.replace("L", "R").lower()) if _enough(key)}


def skeletons_written(word: str, script: str) -> set[str]:
    """The skeletons of a romanised word of `script`, with and without an ending of its grammar."""
    words = {word}
    if script == "hangul":
        words.add(_HANGUL_ENDINGS.sub("", word))
    elif script in ("cyrillic", "greek"):
        words.add(_CASE_ENDINGS.sub("", word.lower()))
    found: set[str] = set()
    for text in words:
        for heard in _variants(text.lower(), script):
            key = _skeleton(heard)
            found.add(key.replace("L", "R").lower() if script in _MERGES_LIQUIDS else key)
    return {key for key in found if _enough(key)}


def _variants(text: str, script: str) -> set[str]:
    text = text.replace("dzh", "j").replace("tsh", "s").replace("ts", "s").replace("tz", "s")
    text = text.replace("nt", "nd") if script == "greek" else text
    text = re.sub(r"m(?=[kgtds])", "n", text)
    text = re.sub(r"t(?=[kpst])", "", text) if script == "katakana" else text  # a doubled letter
    text = re.sub(r"sh|ch|zh", "s", text).replace("gh", "g").replace("th", "t").replace("ph", "f")
    found = {text.replace("kh", "k"), text.replace("kh", "")}
    if text.startswith("g"):
        found.add(text[1:])  # Russian writes an h so
    if script == "greek":
        found |= {one.replace("mp", "b").replace("gk", "g").replace("nd", "d") for one in found}
    if script in _VOWELLESS:
        # Whether a word begins with a vowel is not written, or with a letter of many uses.
        found |= {one.replace("w", "v") for one in found}
        found |= {
            f"a{one[one[:1] in 'vw' :]}" for one in found if one[:1] in "vw" or script == "hebrew"
        }
    return found


def alike(word: str, written: str, script: str) -> bool:
    """Do a name's word and a romanised one also agree in their vowels, where they are written?"""
    if script in _VOWELLESS:
        return True
    plain = _vowels_aside(written.lower())
    return Indel.normalized_similarity(_vowels_aside(word), plain) >= _ALIKE


def _vowels_aside(text: str) -> str:
    text = re.sub(r"ph|v|b|p", "f", text)
    text = re.sub(r"ck|c|q|g|kh", "k", text).replace("l", "r").replace("y", "i")
    return _DOUBLED.sub(r"\1", text.replace("sh", "s").replace("j", "s").replace("z", "s"))


def _skeleton(text: str) -> str:
    """Classes of consonants; a vowel or an h in front counts, doubled letters once."""
    single = _DOUBLED.sub(r"\1", text)
    opening = "A" if single[:1] in _OPEN else ""
    return opening + _REST.sub("", single.translate(_CLASSES))


def _enough(key: str) -> bool:
    return len(key) >= _FEWEST
