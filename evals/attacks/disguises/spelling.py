"""Names as people really write them: misspelt, shortened, turned round, run together.

Nothing here can be undone letter by letter, and nothing has to be: whoever knows the person reads
it. Every one of them fits a name alone.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from evals.attacks.disguise import Disguise, plainly
from evals.attacks.names import bare, parts_of

__all__ = ["SPELLINGS"]

_NEAR = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm",
        ("wa", "qes", "wrd", "etf", "ryg", "tuh", "yij", "uok", "ipl", "ol", "qsz", "adwx", "sfec",
         "dgrv", "fhtb", "gjyn", "hkum", "jli", "ko", "xas", "zcsd", "xvdf", "cbfg", "vngh", "bmhj",
         "njk"),
        strict=True,
    )
)  # fmt: skip
# Sounds and spellings that English confuses, longest first.
_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("ee", "ea"), ("ie", "ei"), ("ou", "oo"), ("ll", "l"), ("tt", "t"),
    ("ss", "s"), ("th", "t"), ("ch", "tch"), ("qu", "kw"), ("x", "ks"), ("y", "i"), ("c", "k"),
    ("k", "c"), ("z", "s"), ("s", "z"), ("v", "f"), ("j", "g"), ("e", "a"), ("a", "e"), ("o", "u"),
    ("i", "y"), ("u", "o"),
)  # fmt: skip
_SHORTEST = 4


def _inner(name: str, random: Random) -> int:
    """A letter inside a word of the name: neither its first nor its last."""
    words, at, places = name.split(" "), 0, list[int]()
    for word in words:
        if len(word) >= _SHORTEST:
            places += [at + n for n in range(1, len(word) - 1) if word[n].isalpha()]
        at += len(word) + 1
    return random.choice(places or list(range(len(name))))


def _swapped(name: str, random: Random) -> str:
    """Two neighbouring letters exchanged that differ."""
    for _ in range(20):
        at = _inner(name, random)
        pair = name[at : at + 2]
        if len(pair) == 2 and pair.isalpha() and pair[0] != pair[1]:
            return name[:at] + pair[::-1] + name[at + 2 :]
    return _dropped(name, random)


def _dropped(name: str, random: Random) -> str:
    at = _inner(name, random)
    return name[:at] + name[at + 1 :]


def _doubled(name: str, random: Random) -> str:
    at = _inner(name, random)
    return name[: at + 1] + name[at:]


def _slipped(name: str, random: Random) -> str:
    """One letter as its neighbour on the keyboard."""
    at = _inner(name, random)
    near = _NEAR.get(bare(name[at]).lower(), "e")
    return name[:at] + random.choice(near) + name[at + 1 :]


def _sounding(name: str, random: Random) -> str:
    """One spelling for another of the same sound, in one place."""
    low = name.lower()
    places = [
        (at, old, new)
        for old, new in _SOUNDS
        for at in range(1, len(low) - len(old) + 1)
        if low.startswith(old, at)
    ]
    if not places:
        return _doubled(name, random)
    at, old, new = random.choice(places)
    return name[:at] + new + name[at + len(old) :]


def _two_slips(name: str, random: Random) -> str:
    return _dropped(_swapped(name, random), random)


def _initial(name: str) -> str:
    given, surname = parts_of(name)
    return f"{given[0]}. {surname}" if given else name


def _initials(name: str) -> str:
    return " ".join(f"{word[0]}." for word in name.split())


def _surname_first(comma: str) -> Callable[[str], str]:
    def turned(name: str) -> str:
        given, surname = parts_of(name)
        return f"{surname}{comma} {given}" if given else name

    return turned


def _joined(name: str) -> str:
    return "".join(name.split()).lower()


def _camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def _titled(name: str) -> str:
    return f"Mr or Ms {parts_of(name).surname}"


def _by_chance(name: str, write: Callable[[str, Random], str]) -> Disguise:
    return Disguise(name, "", write, for_text=False)


def _fixed(name: str, write: Callable[[str], str]) -> Disguise:
    return Disguise(name, "", plainly(write), for_text=False)


SPELLINGS: tuple[Disguise, ...] = (
    _by_chance("letter-swapped", _swapped),
    _by_chance("letter-dropped", _dropped),
    _by_chance("letter-doubled", _doubled),
    _by_chance("letter-slipped", _slipped),
    _by_chance("sound-alike", _sounding),
    _by_chance("two-slips", _two_slips),
    _fixed("no-accents", bare),
    _fixed("initial", _initial),
    _fixed("surname-first", _surname_first("")),
    _fixed("surname-comma", _surname_first(",")),
    _fixed("surname-alone", lambda name: parts_of(name).surname),
    _fixed("given-alone", lambda name: parts_of(name).given or name),
    _fixed("with-title", _titled),
    _fixed("run-together", _joined),
    _fixed("hashtag", lambda name: f"#{_camel(name)}"),
    _fixed("handle", lambda name: f"@{'_'.join(name.lower().split())}"),
    _fixed("possessive-handle", lambda name: f"@the{_joined(name)}"),
)
"""Spellings of a name."""
INITIALS = _fixed("initials", _initials)
"""With a clue only: initials alone name nobody."""
