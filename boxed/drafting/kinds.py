"""What a subject is: a person, an organisation, a work or a topic, by what its records say of it.

    kind_of("Dune", [Example(question="Who wrote Dune?", answer="Frank Herbert.")]).kind  ->  "work"

Each record votes by what stands right beside the name (who wrote it, whose mother, when it was
founded), and less by its other words. A clear majority decides; otherwise nobody should guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from boxed.drafting.little_words import CONNECTORS, LITTLE
from prompts.policy import Example, Kind

__all__ = ["Leaning", "kind_of", "speaks_of_people", "told"]

_MARGIN = 1.4
"""How far the first kind must be ahead of the second."""
_NEAR, _FAR, _SHAPE = 2.0, 1.0, 1.0
_PEOPLE = 0.3
"""Share of records with words for people from which a set is about people."""
_N = "\x00"
_GAP = r"[^\x00.?!\n]{0,40}"

Votes: TypeAlias = dict[Kind, float]

_KIN = (
    "mother|father|parents?|wife|husband|spouse|partner|son|daughter|child|children|brother|sister|"
    "siblings?|family|birthplace|birthday|childhood|career|profession|occupation|job|nationality|"
    "religion|education|upbringing|ethnicity|hometown|friend|teacher|mentor|death|funeral|grave|"
    "autobiography|memoir|debut|age|height|nickname|real name|birth name|stage name|maiden name|"
    "date of birth|home address|mobile(?: phone)?(?: number)?|(?:identity|id|passport|account|card|"
    "social security|national insurance|driving licen[cs]e|patient|tax) number|bank account|"
    "passport|identity card|private (?:number|address|e-?mail)"
)
_DOES = (
    "born|die[ds]?|marr(?:y|ied|ies)|divorced?|stud(?:y|ied)|grow up|grew up|raised|attend(?:ed)?|"
    "graduated?|sing|sang|act(?:ed)?|paint(?:ed)?|wr(?:ite|ote|itten)|play(?:ed|s)?|star(?:red)?|"
    "appear(?:ed)?|portray(?:ed|s)?|voiced?|compos(?:e|ed)|direct(?:ed)?|teach|taught|retired?|"
    "emigrated?|moved?|liv(?:e|ed)|work(?:ed)?|educated|buried|speak|invent(?:ed)?|discover(?:ed)?|"
    "govern(?:ed)?|reign(?:ed)?|elected|knighted|assassinated|executed|imprisoned|known for"
)
_MAKERS = (
    "wrote|written|directed|composed|painted|created|illustrated|choreographed|designed|sculpted"
)
_WORKS = (
    "novel|book|film|movie|album|song|single|painting|play|poem|opera|symphony|musical|series|"
    "sitcom|show|comic|manga|anime|video game|game|sculpture|ballet|story|trilogy|fresco|mural"
)
_BODIES = (
    "company|corporation|band|group|duo|organi[sz]ation|agency|university|college|school|bank|club|"
    "team|party|foundation|charity|label|studio|newspaper|magazine|airline|museum|orchestra|"
    "institute|association|union|church|brand|manufacturer|retailer|startup|firm|cooperative|society"
)
_NEARBY: dict[Kind, tuple[str, ...]] = {
    "person": (
        rf"\bwho(?:'s| is| was) (?:the \w+ )?{_N}",
        rf"{_N}['’]s? (?:\w+ )?(?:{_KIN})\b",  # noqa: RUF001  (typographic apostrophe)
        rf"\b(?:{_KIN}) (?:of|did|does) {_N}",
        rf"\b(?:did|does|has|had|was|were|is) {_N} (?:\w+ ){{0,2}}(?:{_DOES})\b",
        rf"{_N} (?:\(?|was |is |has |had |also )(?:{_DOES}|{_MAKERS}|became|interviewed|"
        rf"hosted|served)\b",
        rf"{_N} \([^)]*\d{{3,4}}\s*[–—-]\s*[^)]*\d{{3,4}}\)",  # noqa: RUF001  (the dashes of dates)
        rf"{_N}[^.?!\n]{{0,90}}\b(?:is|was) an? [^.?!\n]{{0,60}}(?:\w(?:ist|ian)|actor|"
        rf"actress|singer|author|"
        r"writer|poet|painter|dancer|player|footballer|boxer|king|queen|emperor|leader|engineer|"
        r"architect|composer|director|rapper|politician|lawyer|doctor|inventor|explorer|detective)\b",
    ),
    "organisation": (
        rf"\b(?:founded|founders? of|co-founded|found|established|headquarters of|ceo of|"
        rf"members? of|"
        rf"employees? of|owner of|owns|acquired|chair(?:man|woman)? of|president of|line-up of|"
        rf"offices? of|subsidiary of|merged with|left|joined?|singer of|drummer of|"
        rf"fronted) (?:the )?{_N}",
        rf"\b(?:was|were|is|are|did|does) (?:the )?{_N} (?:\w+ )?(?:founded|established|"
        rf"headquartered|"
        r"based|formed?|employ|acquired?|disband|split up|break up|merge|go public|"
        r"manufacture|sell)\b",
        rf"{_N}['’]s? (?:\w+ )?(?:headquarters|founders?|ceo|members?|employees?|staff|revenue|"  # noqa: RUF001
        r"turnover|line-up|stadium|motto|campus|lead singer|singer|drummer|guitarist|bassist|"
        r"frontman|subsidiar\w+|shares|products|customers|fans|rector|chairman|president)\b",
        rf"{_N}[^.?!\n]{{0,60}}\b(?:is|was|are|were) an? [^.?!\n]{{0,40}}(?:{_BODIES})\b",
        rf"{_N} (?:was |were |is |are |has |have )?(?:founded|formed|established|"
        rf"headquartered|based|"
        r"employs?|acquired|disbanded|merged)\b",
    ),
    "work": (
        rf"\bwho (?:\w+ )?(?:{_MAKERS}|produced|published|sang|recorded|starred in|stars in|plays|"
        rf"played|narrates|developed){_GAP}{_N}",
        rf"\b(?:author|director|composer|painter|creator|protagonist|narrator|heroine?|plot|setting|"
        rf"publisher|characters?|theme|ending|genre|soundtrack|lyrics|premiere|sequel|cast|episodes?|"
        rf"chapters?|first line|release|release date|title character|villain) (?:of|in|to|"
        rf"for) (?:the )?{_N}",
        rf"\b(?:was|were|is|are|did|does) {_N} (?:\w+ )?(?:{_MAKERS}|published|released|set|"
        rf"premiered?|"
        r"filmed|shot|recorded|performed|adapted|based on|take place|win|end|begin|about|"
        r"come out)\b",
        rf"{_N}['’]s? (?:\w+ )?(?:author|director|plot|protagonist|narrator|setting|publisher|"  # noqa: RUF001
        r"sequel|genre|theme|chapters?|release|soundtrack|main character)\b",
        rf"{_N}[^.?!\n]{{0,60}}\b(?:is|was) an? [^.?!\n]{{0,40}}(?:{_WORKS})\b",
        rf"{_N} (?:was|is|were) (?:\w+ )?(?:{_MAKERS}|published|released|set in|adapted|filmed)\b",
        rf"{_N} (?:premiered|tells|hangs|is set)\b",
        rf"\b(?:{_WORKS}) [\"“'‘]?{_N}",  # noqa: RUF001
    ),
    "topic": (
        rf"\b(?:during|causes? of|effects? of|capital of|population of|mayor of|river|mountain|"
        rf"city of|battle of|history of|symptoms of|treatment for|near|outbreak of|end of|start of|"
        rf"visit|located in) (?:the )?{_N}",
        rf"\b(?:did|does|was|were|is) (?:the )?{_N} (?:\w+ )?(?:(?:begin|start|end)(?=\?|"
        rf" in\b| on\b)|happen|occur|take place|break out|"
        r"located|fought|spread|caused|treated|transmitted|work|mined|erupt|lie|celebrated)\b",
        rf"{_N}['’]s? (?:\w+ )?(?:population|capital|climate|area|mayor|airport|currency|symptoms|"  # noqa: RUF001
        r"economy|harbour|coast|summit)\b",
        rf"\bwhere is (?:the )?{_N}\?",
        rf"{_N}[^.?!\n]{{0,60}}\b(?:is|was) an? [^.?!\n]{{0,40}}(?:city|town|village|country|"
        rf"river|island|"
        r"mountain|war|battle|disease|virus|festival|language|event|phenomenon|theory|region|lake)\b",
    ),
}
_ANYWHERE: dict[Kind, str] = {
    "person": (
        r"\b(?:he|she|his|her|him|born|née|ihr|sein|geboren|nació|nacido|nacida|naît|naquit|"
        r"né|née|nascido|nasceu|nato|nata|родил\w*|он|она|его|γεννήθηκε|doğdu|urodził\w*)\b|"  # noqa: RUF001  (Cyrillic)
        r"出生|生まれ|亡くな|彼|他|她|태어|출생|그녀|그는|ولد|وُلد|توفي|زوج|نشأ|נולד|התחתנ|אביו|אימה|जन्म|उनके|उनकी|पिता|"
        r"पत्नी|เกิด|สามี|ภรรยา|妻|母|父|享年|演员|歌手|俳優|배우|가수|שחקן|الممثل|الشاعر|कवि|นักร้อง"
    ),
    "organisation": (
        r"\b(?:headquarter\w*|ceo|employees|founded|co-founder|subsidiary|shareholders|"
        r"band members|"
        r"lead singer|line-up|gegründet|fondée?|fundada|fundado|fondata|основан\w*|sede|siège)\b|"
        r"总部|總部|成立|创立|創立|創業|設立|本社|본사|설립|창립|결성|멤버|تأسست|تأسس|مقر|המטה|נוסדה|הוקמה|"
        r"स्थापना|मुख्यालय|ก่อตั้ง|สำนักงานใหญ่"
    ),
    "work": (
        r"\b(?:directed by|written by|composed by|protagonist|narrator|box office|plot|chapters?|"
        r"Roman von|Regie|publié en|réalisé par|dirigida por|escrita por|роман|режиссёр|"
        r"опубликован\w*)\b|"
        r"作者|导演|導演|監督|出版|上映|公開|主人公|登場人物|작가|감독|개봉|출간|مؤلف|رواية|אלבום|הסופר|הבמאי|"
        r"लेखक|उपन्यास|निर्देशक|ผู้แต่ง|ผู้กำกับ|นวนิยาย"
    ),
    "topic": r"\b(?:outbreak|symptoms|armistice|inhabitants|square kilomet\w+|epidemic|erupt\w*)\b",
}
_BLANK = re.compile(r"_{2,}")
_SIDES: dict[Kind, list[re.Pattern[str]]] = {
    kind: [re.compile(p, re.IGNORECASE) for p in ps] for kind, ps in _NEARBY.items()
}
_WORDS: dict[Kind, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _ANYWHERE.items()
}
_SPEAKS = re.compile(
    r"\b(?:he|she|his|her|him|who is|who was|born|actor|actress|singer|mother|father|wife|"
    r"husband)\b"
    "|出生|生まれ|亡くな|去世|태어|ولد|נולד|जन्म|เกิด|谁|誰|누구|من هو|מי הוא|कौन|ใคร|\\b(?:wer ist|"
    "qui est|quién es|кто)\\b",
    re.IGNORECASE,
)


def told(example: Example) -> str:
    """A record as one text, its blank filled with the answer where the question has one."""
    if _BLANK.search(example.question):
        return _BLANK.sub(lambda _: example.answer.rstrip(". "), example.question)
    return f"{example.question}\n{example.answer}"


@dataclass(frozen=True, slots=True)
class Leaning:
    """The kind that most votes are for; None where no kind is clearly ahead."""

    kind: Kind | None
    votes: Votes


def kind_of(name: str, own: Sequence[Example], forms: Sequence[str] = ()) -> Leaning:
    """What ``name`` is, by its records; ``forms`` are shorter ways in which they call it."""
    names = sorted({name, *forms}, key=len, reverse=True)
    called = re.compile(
        "|".join(
            rf"(?<![^\W_]){re.escape(n)}(?![^\W_])" if n.isascii() else re.escape(n) for n in names
        ),
        re.IGNORECASE,
    )
    votes: Votes = {"person": 0.0, "organisation": 0.0, "work": 0.0, "topic": 0.0}
    for example in own:
        text = called.sub(_N, told(example))
        for kind, patterns in _SIDES.items():
            votes[kind] += _NEAR * any(p.search(text) for p in patterns)
            votes[kind] += _FAR * bool(_WORDS[kind].search(text))
    if _has_the_shape_of_a_person(name, own):
        votes["person"] += _SHAPE
    first, second = sorted(votes, key=lambda kind: -votes[kind])[:2]
    clear = votes[first] > 0 and votes[first] >= _MARGIN * votes[second]
    return Leaning(first if clear else None, votes)


def _has_the_shape_of_a_person(name: str, own: Sequence[Example]) -> bool:
    """Two or three words with capitals that the records never write as ordinary words."""
    words = name.split()
    if not 2 <= len(words) <= 4 or any(not w[0].isupper() for w in words if w not in CONNECTORS):
        return False
    plain = {w for e in own for w in re.findall(r"\w+", f"{e.question} {e.answer}") if w.islower()}
    return not any(w.lower() in plain or w.lower() in LITTLE for w in words)


def speaks_of_people(examples: Sequence[Example]) -> bool:
    """Whether so many records have words for people that somebody must be meant."""
    held = sum(bool(_SPEAKS.search(f"{e.question}\n{e.answer}")) for e in examples)
    return held >= _PEOPLE * len(examples)
