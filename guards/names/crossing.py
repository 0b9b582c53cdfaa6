"""Names over the border of two texts, told at a glance for most: what stands there is nobody's.

    may_cross(index, "Who is Ste", "phen King?")      ->  True
    may_cross(index, "How old is it?", "And then?")   ->  False

A name that runs from one text into the other has letters on both sides, as many together as the
longest name. So only the letters around the border are looked at, and the few words there. Where
anything else may be read in the texts, the answer is that a name may cross.
"""

from guards.names.acrostics import edges, spells
from guards.names.coded_words import WINDOW
from guards.names.letter_readings import LEET_HINT
from guards.names.mentions import MentionIndex
from guards.reading.canonical import fold, fold_leet, small_words, squash
from guards.reading.escapes import has_escapes

__all__ = ["may_cross"]

_WORDS = WINDOW + 3  # on each side: two of a name, and one that says what the second may be
_IN_WORDS = "_'-"
_LINES = 3  # line feeds up to which the first letters of lines spell nothing


def may_cross(index: MentionIndex, before: str, after: str) -> bool:
    """May a name run from `before` into `after`, with a blank between them or without?

    False only where `MentionIndex.find` has no mention over the border either way.
    """
    apart, joined = f"{before} {after}", before + after
    if index.more is not None or not joined.isascii() or "@" in joined or "#" in joined:
        return True
    if joined.count("\n") > _LINES or has_escapes(apart) or has_escapes(joined):
        return True
    left, right = fold(before).text, fold(after).text
    if _in_letters(index, squash(left), squash(right)):
        return True
    if LEET_HINT.search(joined) and _in_letters(
        index, squash(fold_leet(before)), squash(fold_leet(after))
    ):
        return True
    if _in_words(index, left, right):
        return True
    names = index.coded
    if names.may_cross(left, right):
        return True
    if names.may_be_played(apart, f"{left} {right}") or names.may_be_played(joined, left + right):
        return True
    both = edges(apart)
    if _within_a_word(before[-1:], after[:1]):
        both = (*both, *edges(joined))
    return spells(names, "?".join(both))


def _within_a_word(last: str, first: str) -> bool:
    """May one word go on from the one character to the other?"""
    return all(one.isalnum() or one in _IN_WORDS for one in (last, first) if one)


def _in_letters(index: MentionIndex, left: str, right: str) -> bool:
    """Does a key stand in the letters around the border?"""
    longest = index.longest
    return longest > 0 and index.holds_key(left[-longest:] + right[:longest])


def _in_words(index: MentionIndex, left: str, right: str) -> bool:
    if index.words is None:
        return False
    before, after = small_words(left)[-_WORDS:], small_words(right)[:_WORDS]
    if index.words.may_name((*before, *after)):
        return True
    if not before or not after or left[-1] in " ." or right[0] in " .":
        return False
    return index.words.may_name((*before[:-1], before[-1] + after[0], *after[1:]))
