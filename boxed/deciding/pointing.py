r"""Whether a question that does not name a subject is about it all the same.

    beside = Surroundings.of("I have three cats.\nJane Roe gave me two more.", [(19, 27)])
    beside.points("How many cats do I have now?")     ->  False
    beside.points("Where was she born?")              ->  True

A question points at whom the message names by a pronoun, by a word for somebody ("the guest of
honour"), by asking who did what that sentence tells, or by leaving its subject out. In doubt it
points: then nothing is told.
"""

# ruff: noqa: RUF001 - marks and letters of other scripts
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from boxed.deciding.caseless import is_caseless, says_its_subject
from boxed.deciding.given import Span
from boxed.deciding.split import CLAUSES
from guards.meaning.descriptions import descriptions
from guards.reading.wording import content_words, distinctive, folded_words, full_names

__all__ = ["LONGEST", "Surroundings", "asks_who"]

_ONE = re.compile(
    r"\b(?:he|him|his|she|her|hers|himself|herself)(?:'\w+)?\b"
    r"|\b(?:he|she)/(?:she|he)\b"
    r"|(?<!\w)(?:él|ella|suy[oa]s?|elle|lui|leur|celle-ci|celui-ci|ihn|ihm|ihre?[mnrs]?|sie|lei|"
    r"egli|esso|essa|ele|ela|dele|dela|hij|zij|haar|hem|zijn|ona|jego|jej|niej|nim|onun|ondan|"
    r"он|она|его|её|ее|ему|ей|него|неё|нее|нём|ней|він|вона|його|її|йому|їй|उस\w*|वह)(?!\w)"
    r"|[他她]|彼女?|그녀|그는|그의|그가|(?<!ما )(?<!من )(?<!أين )ه[وي](?!\w)|ه[وي](?=\s*[؟?])",
    re.IGNORECASE,
)
_THEY = re.compile(r"\b(?:they|them|their|theirs|themselves|themself)(?:'\w+)?\b", re.IGNORECASE)
_AND = re.compile(r"\A\W*(?:and|also|but|then)\b[\s,]*", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|its|itself)(?:'\w+)?\b", re.IGNORECASE)
_THAT_ONE = re.compile(
    r"\b(?:this|that|said|such|the same|the above) (?:\w+ )?(?:person|individual|man|woman|one|guy|"
    r"lady|girl|boy|somebody|someone|name|figure|character|author|artist)\b"
    r"|\bthe (?:former|latter|first one|second one|last one|other one)\b"
    r"|\bwho(?:'s| is| was)? (?:this|that|it)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:the|this|that|our|my|your|their)\s+(?:[\w'-]+\s+){0,3}?"
    r"(?P<noun>person|people|man|woman|lady|gentleman|boy|girl|guest|chair|head|boss|ceo|cfo|cto|"
    r"king|queen|prince|princess|bride|groom|host|guy|figure|individual|character|celebrity|star|chief|"
    r"champion|model|coach|nurse|judge|cook|chef|spouse|wife|husband|friend|neighbou?r|sister|"
    r"brother|mother|father|son|daughter|aunt|uncle|cousin|niece|nephew|colleague|heir|thief|"
    r"poet|athlete|hero|heroine|name|\w{2,}(?:er|or|ist|ian|ant|ee|man|woman|ess|eur|ate|yst))\b",
    re.IGNORECASE,
)
_THING_WORDS = """
    access accurate address after agree another answer appropriate assist banner better border
    buffer business calculator center certificate chapter cheaper checklist chocolate climate
    coffee color colour committee compiler computer congress consist constant constructor
    container controller copper corner corporate counter cover darkness date debate december
    degree dinner distant docker door dress easier either elephant error estate ever exist
    express factor faster fee filter floor flower folder footer former gate generator german
    giant grant guarantee guess header helper higher human illness important instant integer
    iterator ladder larger late later latter layer leather ledger less letter list loader longer
    loss lower manner matter mess meter mirror monitor motor neither never newer newsletter
    november number october offer older order other over paper paragraph parser plant plate
    pointer poster powder power press printer private process progress proper quadrant quarter
    rate register relevant resist restaurant river roman scanner sector semester sensor separate
    september server shorter shower significant silver slider smaller spider state stress
    success summer supper template tensor theater theatre three tiger timer tower tree trimester
    twist ultimate under unless update variant vector water weather whether wilderness winter
    wrapper year
"""
_THINGS = frozenset(_THING_WORDS.split())
"""Words that end like roles and are none."""
_WHO = re.compile(
    r"\b(?:who|whom|whose|which (?:person|man|woman|author|artist|writer|actor|actress|player|"
    r"member|employee|guest|one))\b|\b(?:what|which)\b.{0,20}\bname\b|\bby whom\b"
    r"|(?<!\w)(?:quién(?:es)?|qui|wer|wen|wem|wessen|chi|quem|"
    r"wie (?:is|was|zijn|waren|heeft|hebben|had|werd|schreef|kwam)|kto|kim|кто|кого|кому|хто)(?!\w)"
    r"|谁|誰|누구|누가",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"\b(?!this\b|does\b|was\b|is\b|has\b|his\b|its\b)\w{2,}s\b|\b(?:people|children|men|women|and)\b",
    re.IGNORECASE,
)
_ANY_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = re.compile(
    r"\b(?:the|is|are|was|were|do|does|did|what|when|where|which|why|how|who|of|in|to|can|have|has|"
    r"i|my|me|you|if|please|will|should|would|could)\b",
    re.IGNORECASE,
)
# Who asks about themselves, in languages that leave the subject out.
_MYSELF = re.compile(
    r"(?<!\w)(?:yo|tengo|tenemos|me|mis?|nos|je|j'ai|mon|mes|ma|nous|avons|ich|wir|mein\w*|io|ho|"
    r"abbiamo|mi\w|eu|tenho|temos|meus?|minhas?|ik|mijn|wij|we|mam|mamy|mój|moje|benim|ben|"
    r"\w{2,}[ıiuü]m(?= var| yok)|я|мне|"
    r"меня|мой|моя|мои|у нас|мы|мені|мене|"
    r"मेर[ाीे]|मुझे|मैं|لدي|عندي|أنا)(?!\w)|我|私|僕|俺|내가|나는|저는|우리",
    re.IGNORECASE,
)
# A name with its ending behind an apostrophe, as Turkish writes it.
_TURKISH_NAME = re.compile(
    r"\b(?!(?:[Dd]|[Nn]|[Ss]u)?[AaEeUu]l?l['’]|[Qq]uell['’])[A-ZÇĞİÖŞÜ]\w{2,}['’](?:[nysd]?[ıiuüae]n?|"
    r"[dt][ae]n?|[yl][ıiuüae]\w?|n[ıiuü]n)\b"
)
_LINE = re.compile(r"\n+")
_PART = re.compile(rf"[.?!;。？！؟]\s+|[。？！]|\n+|{CLAUSES}", re.IGNORECASE)
Stretch = tuple[frozenset[str], bool]
"""The folded words of a stretch of a message, and whether it names a subject."""
LONGEST = 2000
"""Characters of a question that is judged; a longer one points at whoever is named."""
_FEWEST = 3  # words of a question that has a subject of its own


@dataclass(frozen=True)
class Surroundings:
    """What a question stands beside: stretches that name a subject, and those that do not.

    Lines tell whom a role means, for a name and its role may stand in two sentences; sentences
    tell who did what. ``thing`` says that a subject is something rather than somebody, so that
    "it" may be it.
    """

    lines: tuple[Stretch, ...]
    parts: tuple[Stretch, ...]
    thing: bool = False

    @classmethod
    def of(cls, text: str, hits: Sequence[Span], thing: bool = False) -> Surroundings:
        """Those of a message, with the places of its subjects' names."""
        lines = _stretches(text, _LINE, hits)
        return cls(lines, _stretches(text, _PART, hits), thing)

    def points(self, question: str, work: bool = False, titled: str = "") -> bool:
        """Is the question about whom the message names?

        ``work`` is an instruction on a text: in it "they" and "it" are the text. ``titled`` is the
        question with its titles in quotation marks, where it has such: they tell whom a role means.
        """
        if len(question) > LONGEST:
            return True
        if _by_pronoun(question) or _THAT_ONE.search(question) is not None:
            return True
        if work:
            return False
        if self._by_many(question):
            return True
        return (
            self._by_role(titled or question) or self._by_who(question) or _lacks_subject(question)
        )

    def _by_many(self, question: str) -> bool:
        """By a pronoun that may mean several, or something."""
        question = _AND.sub("", question)
        they = _THEY.search(question)
        if they is not None and _PLURAL.search(question, 0, they.start()) is None:
            return True
        it = _IT.search(question) if self.thing else None
        return it is not None and not full_names(question[: it.start()])

    def _by_role(self, question: str) -> bool:
        """A word for somebody that no name or place of its own makes somebody else."""
        told = [question[start:end] for start, end in descriptions(question)]
        for match in _PERSON.finditer(question):
            noun = match["noun"].lower()
            own = distinctive(question[match.start() :])
            if noun in _THINGS or (own and not self._tells(f"{noun} {' '.join(own)}")):
                continue
            here = any(noun in words for words, names in self.lines if names)
            if here or not any(noun in words for words, names in self.lines if not names):
                return True
        return any(self._tells(one) for one in told)

    def _by_who(self, question: str) -> bool:
        return _WHO.search(question) is not None and self._tells(question)

    def _tells(self, question: str) -> bool:
        """Has a sentence that names a subject as many of the question's words as any other?"""
        words = content_words(question)
        here = max((len(words & own) for own, names in self.parts if names), default=0)
        there = max((len(words & own) for own, names in self.parts if not names), default=0)
        return here > 0 and here >= there


def _by_pronoun(question: str) -> bool:
    """Is there a "she" with nobody's name before it?"""
    she = _ONE.search(question)
    return she is not None and not full_names(question[: she.start()])


def asks_who(question: str) -> bool:
    """Would a name be an answer?"""
    return _WHO.search(question) is not None


def _stretches(text: str, border: re.Pattern[str], hits: Sequence[Span]) -> tuple[Stretch, ...]:
    """The folded words of each stretch between two borders, and whether it holds a hit."""
    places = sorted(start for start, _ in hits)
    found: list[Stretch] = []
    start = 0
    for end in (*(match.end() for match in border.finditer(text)), len(text)):
        if text[start:end].strip():
            number = bisect_left(places, start)
            names = number < len(places) and places[number] < end
            found.append((frozenset(folded_words(text[start:end])), names))
        start = end
    return tuple(found)


def _lacks_subject(question: str) -> bool:
    """Is so little said that the subject must stand elsewhere?"""
    question = question.strip(" \n¿¡")
    if is_caseless(question):
        return _MYSELF.search(question) is None and not says_its_subject(question)
    if _TURKISH_NAME.search(question) is not None:
        return False
    if distinctive(question) or any(map(str.isdigit, question)):
        return False
    if _ENGLISH.search(question) is None:
        return _MYSELF.search(question) is None
    return len(_ANY_WORD.findall(question)) <= _FEWEST
