"""Whose a name is, as far as the words and marks around it say.

"Thomas S. King" is no "S. King", "Roger Moore" no Moore of another given name, and "King Stephen"
is a king. These are rules of writing; they know nothing of any subject.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from guards.names.common_words import is_foreign, is_given, is_ordinary, is_usual_given, rarity_in
from guards.names.forms import PersonName
from guards.names.near import Likeness
from guards.names.scripts import alike, skeletons_of_name, skeletons_written
from guards.names.titles import CALLED
from guards.names.tokens import Token
from guards.reading.canonical import fold, squash
from guards.reading.wording import STOPWORDS

__all__ = [
    "DETERMINERS",
    "LONGEST_MIDDLE",
    "asks_or_orders",
    "borne_by_another",
    "fillers_fit",
    "initial_counts",
    "is_exempt",
    "marked",
    "may_be_middle",
    "stands_first",
    "told_by_script",
]

# Scripts whose languages put a foreign surname first, as in a list; elsewhere a comma must say so.
_TURNED_ROUND = frozenset(["cyrillic", "greek", "arabic", "hebrew", "devanagari"])
_EVERYWHERE, _USUAL = 360, 500  # how rare a word of a language is that is no name, or may be one
_SURELY = 0.7
_IN_SMALL = 12
_ORDINARY = 7  # romanised letters from which two words say a name
_CASED = frozenset(["cyrillic", "greek"])
LONGEST_MIDDLE = 16
"""Letters of a middle name that a policy does not tell."""
_MOST_UNKNOWN = 2  # middle names that a policy does not tell
_OPENERS = frozenset(["will", "may", "sue"])  # first names that are also how a sentence begins
_EDGE = 8  # characters in front of a word that say whether a sentence begins with it
_CONTEXT = 24  # letters of a word in front that is looked at
# Surnames that are also what people are called by: "King Stephen" is a king.
_RANKS = frozenset(
    ["king", "prince", "pope", "duke", "bishop", "abbot", "judge", "major", "page", "knight",
     "dean", "squire", "earl", "baron", "marshal", "marshall", "sergeant", "lord", "queen", "rex",
     "general", "captain", "brother", "sister", "father", "saint", "deacon", "chancellor"]
)  # fmt: skip
DETERMINERS = frozenset(
    [
        "the",
        "a",
        "an",
        "my",
        "our",
        "his",
        "her",
        "their",
        "your",
        "this",
        "that",
        "new",
        "old",
        "every",
    ]
)


def borne_by_another(raw: str, tokens: Sequence[Token], at: int, own: Sequence[str]) -> bool:
    """Is word number `at` somebody else's, because another name or initial stands before it?"""
    if not at:
        return False
    before, token = tokens[at - 1], tokens[at]
    gap = raw[before.end : token.start]
    if not before.capital or before.script or len(before.text) > _CONTEXT:
        return False
    if len(before.text) == 1:
        return (
            gap in (". ", ".", " ")
            and before.text not in own
            and (before.text not in STOPWORDS or gap != " ")
        )
    if gap != " " or before.text in STOPWORDS or before.text in own:
        return False
    if before.text in CALLED:
        return False
    return (
        is_given(before.text) or not is_ordinary(before.text) or is_foreign(before.text)
    )  # "Elle King"


def initial_counts(raw: str, tokens: Sequence[Token], at: int, to: int, tail: Likeness) -> bool:
    """Is the single letter `at` an initial, for all that the letters and points around it say?"""
    letter, family = tokens[at], tokens[to]
    pointed = raw[letter.end : letter.end + 1] == "."
    if letter.script and letter.script not in _CASED:
        return pointed
    if letter.capital:
        return pointed or (family.capital and letter.text not in "aio")
    return pointed and letter.text not in "aio" and not is_ordinary(family.text)


def stands_first(tokens: Sequence[Token], at: int, tail: Likeness, comma: bool) -> bool:
    """May the surname that is word `at` stand in front of the given name here?"""
    family, given = tokens[at], tokens[at + 1]
    if family.script:
        return comma or family.script in _TURNED_ROUND
    if not family.capital and (given.capital or (is_ordinary(family.text) and not comma)):
        return False
    if comma:
        return not at or tokens[at - 1].text not in DETERMINERS  # "the king, Stephen"
    return family.text not in _RANKS and not tail.cost


def fillers_fit(read: PersonName, between: Sequence[Token], *, written_out_in: str = "") -> bool:
    """May these words stand between given name and surname?

    With `written_out_in`, the raw text, also middle names that the policy does not know, or only by
    an initial:
    whoever is Stephen King in full is Stephen Edwin King.
    """
    middles = {word for words in read.middle for word in words}
    initials = {word[0] for word in middles}
    unknown = 0
    for token in between:
        text = token.text.lower()
        if text in read.particles or text in middles:
            continue
        if token.script and any(
            _skeletons_meet(word, token) for word in (*read.particles, *middles)
        ):
            continue
        if len(token.text) == 1 and token.capital and (not middles or token.text in initials):
            continue
        if not (written_out_in and may_be_middle(token)) or _is_a_word(written_out_in, token):
            return False
        if middles and not (token.script or text in middles or _abbreviates(middles, text)):
            return False
        unknown += 1
    return unknown <= _MOST_UNKNOWN


def _is_a_word(raw: str, token: Token) -> bool:
    """Is it one of another script's language? Points and capitals show that it is a name."""
    named = token.script.startswith("han ") or (token.script in _CASED and token.capital)
    return bool(token.script) and not named and _is_ordinary_there(raw, token)


def _abbreviates(middles: Iterable[str], text: str) -> bool:
    """Is one of these middle names known by the initial of `text` alone?"""
    return any(len(word) == 1 and text.startswith(word) for word in middles)


def may_be_middle(token: Token) -> bool:
    """May the word be a middle name that nobody told of: in capitals, or a known first name?"""
    text = token.text
    if token.end - token.start > LONGEST_MIDDLE:
        return False
    if token.script:
        return token.script not in _CASED or token.capital
    if not (text.isascii() and text.isalpha()):
        return False
    return is_usual_given(text) or (token.capital and len(text) > 1 and text not in STOPWORDS)


def marked(
    likes: tuple[Likeness, ...], words: Sequence[str], raw: str, token: Token
) -> tuple[Likeness, ...]:
    """The likenesses of a word, of another script as ordinary ones where it is such a word there.

    Such a word must have the name's vowels, as far as they are written, or a capital.
    """
    if not (likes and token.script) or not _is_ordinary_there(raw, token):
        return likes
    as_a_name = token.script in _CASED and token.capital
    if not as_a_name and _rarity(raw, token) < _EVERYWHERE:
        return ()  # no name is written as often as "and"
    least = 0.0 if as_a_name else _SURELY
    return tuple(
        replace(like, ordinary=True)
        for like in likes
        if alike(words[like.word], token.text, token.script, least)
    )


def _is_ordinary_there(raw: str, token: Token) -> bool:
    """Is a word of another script an ordinary one of its languages?"""
    return _rarity(raw, token) < _USUAL


def _rarity(raw: str, token: Token) -> int:
    return rarity_in(squash(fold(raw[token.start : token.end]).text), token.script)


def told_by_script(parts: Sequence[tuple[Token, Likeness]]) -> bool:
    """Do words of another script say a name, rather than two words of its language?

    The more of them are ordinary words there, the longer they must be; where the script has
    capitals they must stand, or the words be long.
    """
    foreign = [(token, like) for token, like in parts if token.script]
    ordinary = [(token, like) for token, like in foreign if like.ordinary]
    if not ordinary:
        return True
    letters = sum(len(token.text) for token, _ in parts)
    if foreign[0][0].script in _CASED:
        return letters >= _IN_SMALL or all(token.capital for token, _ in foreign)
    return letters >= _ORDINARY


def asks_or_orders(raw: str, token: Token) -> bool:
    """Does a sentence begin with this word, which is no name there ("Will Adam Smith come?")?"""
    if token.text not in _OPENERS:
        return False
    before = raw[max(0, token.start - _EDGE) : token.start].rstrip(" \t\"'\u201c\u2018(")
    return not before or before[-1] in ".!?:;\n"


def _skeletons_meet(word: str, token: Token) -> bool:
    found = skeletons_written(token.text, token.script)
    return not found.isdisjoint(skeletons_of_name(word)) or token.text.lower() == word


def is_exempt(key: str, exempt: frozenset[str]) -> bool:
    """May a name with this key be said to whoever said those in `exempt`?

    Who said "Stephen King" may also hear "S. King".
    """
    if not exempt or key in exempt:
        return key in exempt
    initial, point, surname = key.partition(".")
    if not point:
        return False
    return any(said.startswith(initial) and said.endswith(surname) for said in exempt)
