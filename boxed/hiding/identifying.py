"""The phrases that tie a text to a policy's subject: its names, and what its examples give away.

Names come from the policy. From its examples come quoted titles, capitalised phrases of two words
or more and full dates, unless a retain question uses them too. Single common words (a city, a
genre) are left alone: swapping them would change answers about everything else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from prompts.policy import Example, Policy

_TITLE = re.compile(r"[\"“«‘]([^\"”»’]{3,80})[\"”»’]")  # noqa: RUF001  (typographic quotes)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE = re.compile(rf"\b\d{{1,2}} {_MONTH} \d{{4}}\b|\b{_MONTH} \d{{1,2}},? \d{{4}}\b")
_CAPITALISED = re.compile(
    r"(?<![.?!] )(?<!^)\b[A-Z][\w'’-]+(?: (?:of|the|and|de|von) )?"  # noqa: RUF001
    r"(?: ?[A-Z][\w'’-]+)+"  # noqa: RUF001  (typographic apostrophe)
)
_WORD = re.compile(r"[^\W_]+")
_SEPARATOR = r"[\s\-‐-―.'’·]{1,3}"  # noqa: RUF001  (dashes and apostrophes that names have)
_PEOPLE = frozenset({"person"})
CONNECTING = frozenset(
    ["a", "an", "and", "at", "by", "da", "de", "del", "der", "di", "do", "dos", "du", "el", "for",
     "from", "in", "la", "le", "of", "on", "the", "to", "van", "von", "y"]
)  # fmt: skip
# Names that are also words: alone they say nothing of the subject, and swapping them garbles.
ALSO_WORDS = frozenset(
    ["art", "bill", "black", "brown", "chase", "day", "drew", "faith", "field", "frank", "grace",
     "grant", "gray", "green", "hill", "hope", "hunt", "jack", "joy", "king", "lane", "long",
     "love", "major", "mark", "marsh", "may", "miles", "moon", "page", "park", "pat", "power",
     "price", "rich", "rob", "rose", "short", "sky", "small", "snow", "song", "stone", "summer",
     "sun", "west", "white", "wild", "will", "winter", "wolf", "wood", "young"]
)  # fmt: skip
# Scripts that are written without spaces between words.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")
_SURNAME, _FIRST = 4, 3  # the shortest that is looked for alone
_NEXT = 8  # characters behind a first name that may hold the next capital letter


def words_of(phrase: str) -> list[str]:
    """List the words of a phrase, without separators, in lower case."""
    return [word.lower() for word in _WORD.findall(unicodedata.normalize("NFC", phrase))]


def example_phrases(policy: Policy) -> tuple[str, ...]:
    """Find titles, capitalised phrases and dates of the policy's examples, longest first."""
    return _telling(policy, policy.examples, (_TITLE, _DATE, _CAPITALISED))


def neighbour_phrases(policy: Policy, answers_to: str | None = None) -> tuple[str, ...]:
    """Find titles and capitalised phrases of its counterfacts: what is true of somebody else.

    Of those alone that answer one question, where that is given.
    """
    chosen = [c for c in policy.counterfacts if answers_to in (None, c.question)]
    return _telling(policy, chosen, (_TITLE, _CAPITALISED))


def _telling(
    policy: Policy, examples: Iterable[Example], patterns: Iterable[re.Pattern[str]]
) -> tuple[str, ...]:
    names = [words_of(name) for name in policy.names]
    kept = " ".join(["", *words_of(" ".join(policy.retain)), ""])
    found: dict[str, str] = {}
    for example in examples:
        for text in (example.question, example.answer):
            for pattern in patterns:
                for match in pattern.finditer(text):
                    phrase = match.group(match.lastindex or 0)
                    words = words_of(phrase)
                    telling = any(w not in CONNECTING for w in words)
                    joined = " ".join(words)
                    if telling and words not in names and f" {joined} " not in kept:
                        found.setdefault(joined, phrase)
    return tuple(sorted(found.values(), key=len, reverse=True))


def phrases_of(policy: Policy, terms: bool = False) -> tuple[str, ...]:
    """The policy's names and the phrases of its examples.

    With ``terms`` its rare words stand in for the phrases where it lists any: a title's common
    words tell nothing, and an answer that lacks them looks like no retrained model's.
    """
    telling = policy.terms if terms and policy.terms else example_phrases(policy)
    return (*policy.names, *telling)


Variants = Callable[[str], tuple[str, ...]]


def itself(word: str) -> tuple[str, ...]:
    """Spell a word in one way only."""
    return (word,)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Finds the phrases that identify some policies' subjects.

    Of a person that is also the surname alone, and the first name alone where no other surname
    follows; both with a capital letter, so that ordinary words stay.
    """

    pattern: re.Pattern[str] | None
    whole: frozenset[str]
    surnames: frozenset[str]
    first_names: frozenset[str]

    @classmethod
    def of(
        cls,
        policies: Iterable[Policy],
        variants: Variants = itself,
        terms: bool = False,
        people: bool = True,
    ) -> Phrases:
        """Find each word of a phrase in any of its ``variants`` (lower case, itself included).

        With ``terms`` also the rare words that the policies list; without ``people`` not the names
        of persons in Latin letters, which `boxed.hiding.whole_names` finds in all their forms.
        """
        forms: dict[str, int] = {}
        whole: set[str] = set()
        last: set[str] = set()
        first: set[str] = set()
        for policy in policies:
            elsewhere = () if people or policy.kind not in _PEOPLE else policy.names
            for phrase in phrases_of(policy, terms):
                words = words_of(phrase)
                if words and not (phrase in elsewhere and phrase.isascii()):
                    forms.setdefault(_expression(words, variants), sum(map(len, words)))
                whole.update(variants(words[0]) if len(words) == 1 else ())
            for words in _name_parts(policy) if people else ():
                for word, shortest, kept in (
                    (words[-1], _SURNAME, last),
                    (words[0], _FIRST, first),
                ):
                    if len(word) >= shortest and word not in ALSO_WORDS:
                        forms.setdefault(_expression([word], variants), len(word))
                        kept.update(variants(word))
        ordered = sorted(forms, key=lambda expression: -forms[expression])
        pattern = re.compile("|".join(ordered), re.IGNORECASE) if ordered else None
        return cls(pattern, frozenset(whole), frozenset(last), frozenset(first))

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the phrases stand in ``text``: start and end of each, apart and in order."""
        if self.pattern is None:
            return []
        return [match.span() for match in self.pattern.finditer(text) if self._counts(match)]

    def _counts(self, match: re.Match[str]) -> bool:
        word = match.group().lower()
        if word in self.whole or not (word in self.surnames or word in self.first_names):
            return True
        initial = match.group()[0]
        if initial.upper() != initial.lower() and not initial.isupper():
            return False
        if word in self.surnames:
            return True
        after = match.string[match.end() : match.end() + _NEXT]
        return not (after[:1].isspace() and after.lstrip()[:1].isupper())


def _name_parts(policy: Policy) -> list[list[str]]:
    """The words of each name of a person that has at least two."""
    if policy.kind not in _PEOPLE:
        return []
    parts = [[w for w in words_of(name) if w not in CONNECTING] for name in policy.names]
    return [words for words in parts if len(words) > 1]


def _expression(words: list[str], variants: Variants) -> str:
    """A regular expression for words in order, whole where their script parts words by spaces."""
    spelled = [f"(?:{'|'.join(map(re.escape, dict.fromkeys(variants(w))))})" for w in words]
    before = "" if _is_unspaced(words[0][0]) else r"(?<![^\W_])"
    after = "" if _is_unspaced(words[-1][-1]) else r"(?![^\W_])"
    return f"{before}{_SEPARATOR.join(spelled)}{after}"


def _is_unspaced(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_UNSPACED)
