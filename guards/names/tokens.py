"""The words of a raw text with their places, as names are compared with them.

words_of("by S. King", fold("by S. King"))
->  [Token("by", 0, 2, False, ""), Token("s", 3, 4, True, ""), Token("king", 6, 10, True, "")]
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from guards.names.scripts import romanised
from guards.reading.canonical import Folded, fold

__all__ = ["Token", "gap_between", "is_latin", "words_of"]

_WORD = re.compile(r"[^ .]+")
_SCRIPTS = {
    "cyrillic": "\u0400-\u052f",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "arabic": "\u0620-\u065f\u066e-\u06d3\u0750-\u077f",
    "hebrew": "\u0591-\u05f2",
    "devanagari": "\u0900-\u0963\u0970-\u097f",
    "katakana": "\u30a1-\u30fa\u30fc\u31f0-\u31ff\uff66-\uff9f",
    "hangul": "\uac00-\ud7a3",
}
# Chinese writes no blanks: a name is where a point parts its words, up to a word of the grammar.
_POINT_BETWEEN = "[\u00b7\u30fb\u2022\u2027]"
_HAN = (
    "(?:(?![我你喜欢的是在有和与了写说出为曾被从对将也都就而及或这那哪谁吗呢吧年月岁演导获奖电影歌曲作品书由给跟她他们个部第上下中小人何几么怎样问與歡爲當後])"
    "[\u3400-\u9fff])"
)
_OTHER = re.compile(
    "|".join(f"(?P<{name}>[{range_}]+)" for name, range_ in _SCRIPTS.items())
    + f"|(?P<han_before>{_HAN}{{1,8}}(?={_POINT_BETWEEN}))"
    + f"|(?P<han_behind>(?<={_POINT_BETWEEN}){_HAN}{{1,8}})"
)
# What may make other words of a text than those of its folded letters.
_NOT_LATIN = re.compile("[#@\u0370-\u1dff\u1f00-\u1fff\u2c00-\U0010ffff]")
# Of a handle, written as U for a capital, l for a small letter, d for a digit.
_HUMP = re.compile("Ul+|U+(?!l)|d+|(?<=d)l+")
_GERESH = "'\u2019\u05f3"
_SPACE = re.compile(r"[\s/|\-\u2010-\u2015'\u2019*_~`\u00b7\u30fb\u2027]{1,4}")
_COMMA = re.compile(r"\s?,\s{0,3}")
_POINT = re.compile(r"\.\s{0,3}")


class Token(NamedTuple):
    """A word: folded if it is Latin, `romanised` of another `script`; raw offsets; its capital."""

    text: str
    start: int
    end: int
    capital: bool
    script: str


def words_of(raw: str, folded: Folded) -> Sequence[Token]:
    """The words of `raw`, whose folded text is `folded`, in order.

    Those of the last few texts are remembered: every kind of name asks for them.
    """
    return _words_again(raw, folded)


@lru_cache(maxsize=8)
def _words_again(raw: str, folded: Folded) -> Sequence[Token]:
    if folded.offsets is None and raw.isascii():
        token = partial(tuple[str | int | bool].__new__, Token)
        words = [
            token((match[0], at := match.start(), match.end(), raw[at].isupper(), ""))
            for match in _WORD.finditer(folded.text)
        ]
        if "#" not in raw and "@" not in raw:
            return words
        return [part for word in words for part in _parted(raw, word)]
    found: list[Token] = []
    for match in _WORD.finditer(folded.text):
        start, end = folded.start(match.start()), folded.end(match.end())
        written = raw[start:end]
        others = () if written.isascii() else tuple(_OTHER.finditer(raw, start, end + 1))
        if others and not _dressed(match.group(), written, others):
            for one in others:
                script = (one.lastgroup or "").replace("_", " ")
                at = one.start()
                capital = raw[at] == raw[at].upper()  # also where there are no small letters
                found.append(Token(romanised(one.group()), at, one.end(), capital, script))
                if script == "hebrew":
                    _join_geresh(raw, found)
        else:
            found += _parted(raw, Token(match.group(), start, end, raw[start].isupper(), ""))
    return found


def is_latin(raw: str) -> bool:
    """Are the words of `raw` those of its folded text, with no handle and no other script in it?"""
    if raw.isascii():
        return "#" not in raw and "@" not in raw
    return _NOT_LATIN.search(raw) is None


def _parted(raw: str, word: Token) -> Sequence[Token]:
    """The word, or those of a handle or hashtag each for itself: #VincentWillemVanGogh.

    What follows what can be parted is one word more, so that a stream finds in the beginning of a
    handle what it finds in all of it.
    """
    if word.start == 0 or raw[word.start - 1] not in "#@":
        return (word,)
    written = raw[word.start : word.end]
    borders = [0, *_humps(written)]
    if len(borders) == 1:
        return (word,)
    if borders[-1] < len(written):
        borders.append(len(written))
    return [
        Token(text, word.start + first, word.start + last, written[first].isupper(), "")
        for first, last in pairwise(borders)
        if (text := fold(written[first:last]).text)
    ]


def _humps(written: str) -> Iterator[int]:
    """Where the parts of a handle end, up to the first sign that is neither letter nor digit."""
    cases = "".join(map(_case, written))
    at = 0
    while found := _HUMP.match(cases, at):
        if written.startswith("Mc", at) and cases[found.end() : found.end() + 1] == "U":
            found = _HUMP.match(cases, found.end()) or found
        at = found.end()
        yield at


def _case(character: str) -> str:
    if character.isdigit():
        return "d"
    return "U" if character.isupper() else "l" if character.islower() else " "


def _join_geresh(raw: str, found: list[Token]) -> None:
    """Let a Hebrew word take in the marks that change its letters, and what stands behind them."""
    last = found.pop()
    before = found[-1] if found else None
    if before and before.end == last.start and raw[before.end - 1] in _GERESH:
        last = last._replace(start=found.pop().start)
    end = last.end + (raw[last.end : last.end + 1] in _GERESH and last.end < len(raw))
    found.append(last._replace(text=romanised(raw[last.start : end]), end=end))


def _dressed(folded: str, written: str, others: Sequence[re.Match[str]]) -> bool:
    """Is it a Latin word of which some letters were swapped for others that look like them?"""
    if not (folded.isascii() and folded.isalpha()):
        return False
    scripts = {one.lastgroup for one in others}
    read = sum(one.end() - one.start() for one in others)
    return len(scripts) > 1 or read < sum(character.isalpha() for character in written)


def gap_between(raw: str, first: Token, second: Token) -> str:
    """What stands between two words: "space", "comma", "point", or "" where it is anything else.

    A hyphen, an apostrophe and marks of emphasis count as space.
    """
    gap = raw[first.end : second.start]
    if gap == " " or (not gap and not second.script):
        return "space"
    if not gap.isascii():
        gap = "".join(character for character in gap if fold(character).text)
    if _SPACE.fullmatch(gap):
        return "space"
    if _COMMA.fullmatch(gap):
        return "comma"
    return "point" if _POINT.fullmatch(gap) else ""
