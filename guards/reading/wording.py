"""Words as the guards compare them: content words, and the words that set one text apart.

distinctive('Who wrote "Dunes" in Taipei in 1991?')  ->  {"dunes", "taipei", "1991"}
"""

import re

from guards.reading.canonical import folded

__all__ = [
    "KINDS",
    "STOPWORDS",
    "asks_for_facts",
    "content_words",
    "distinctive",
    "folded_words",
    "full_names",
    "key_phrases",
    "quoted_spans",
    "sentences_from",
    "sentences_in",
]

_STOPWORDS = """
    a about above after again against all also although always am among an and another any are
    aren as at away be because been before being below between both but by can cannot could did do
    does doing done don down during each either else even ever every few for from further get gets
    give given gives had has have having he her here hers herself him himself his how however i if
    in including indeed into is isn it its itself just kind know known last least less let like
    likely ll made mainly make makes many may me might more most much must my myself name named
    never no nor not now of off often on once one only onto or other others ought our ours out over
    own particular particularly perhaps please primarily quite rather re really s same say says
    see seem seems several shall she should since so some someone something such sure t take tell
    than that the their theirs them themselves then there therefore these they thing this those
    though through thus to too toward towards typically under until up upon us use used usually ve
    very was way we well were what whatever when where whether which while who whom whose why will
    with within without would yes yet you your yours author book books writer written wrote write
    writes writing novel novels work works question answer full person people
"""
STOPWORDS = frozenset(_STOPWORDS.split())

_KINDS = """
    academy album association award awards bowl church city club college company county cup
    district doctorate emmy festival film franchise globe golden grammy hall high hospital
    island league magazine medal museum national network oscar park prize records river school
    series show state states street studio television theater theatre tour united university
    walk war york
"""
KINDS = frozenset(_KINDS.split())
"""Words of names that thousands have to do with: each such clue counts half."""

_WORD = re.compile(r"[^ .]+")
_QUOTED = re.compile(
    r"\"([^\"\n]{2,120})\"|“([^”\n]{2,120})”|«([^»\n]{2,120})»|"
    r"(?<!\w)['\u2018]((?:[^'\u2019\n]|(?<=\w)['\u2019](?=\w)){2,120})['\u2019](?!\w)"
)
_MARKS = frozenset("\"\u201c\u00ab'\u2018")
_FIGURE = re.compile(r"\d")
_DATED = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Z][a-z]{2,8},? \d{3,4}\b"
    r"|\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b"
    r"|\b[A-Z][a-z]{2,8} \d{1,2}(?:st|nd|rd|th)?,? \d{3,4}\b"
)
_NUMBER = re.compile(r"\d[\d,.]*\d{2}|\d{3,}")
_CAPITALISED = r"[^\W\d_a-z][\w\u2019'-]*"
_NAME_RUN = re.compile(
    rf"(?<!\w){_CAPITALISED}(?:[ ,]{{1,2}}(?:(?:of|the|and|de|van|der|la|al|for|in|du|von)\s+)"
    rf"{{0,2}}{_CAPITALISED})*"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]['\"”\u2019)]*\s+|\n)\s*\Z")


_ASKING = re.compile(
    r"\b(?:can|could|would|will|do|may) you\b|\b(?:tell|give|inform|show|remind|help) (?:me|us)\b"
    r"|\b(?:assum\w+|pretend\w*|imagin\w+|suppos\w+|as if|if) (?:that )?you(?:'re| are| were)?\b"
    r"|\bi(?:'m| am)? (?:a (?:big |huge )?fan|curious|interested|find|love|like|enjoy)\b"
    r"|\bi (?:recently |just )?(?:watched|read|saw|heard)\b"
    r"|\b(?:can|could|may) i (?:ask|know)\b|\bi (?:wonder|want to know|would like to know)\b",
    re.IGNORECASE,
)
_OF_ONES_OWN = re.compile(
    r"(?<!\.)\b(?:i|me|my|mine|we|us|our|ours|you|your|yours)\b", re.IGNORECASE
)
_QUESTION = re.compile(r"[?\uff1f\u061f]|_{2,}")
_ORDERED = re.compile(
    r"(?:\A|[.?!:\n]\s*)(?:(?:please|now),? )?(?:name|list|identify|state|specify|describe|"
    r"tell (?:me|us)|give (?:me|us)|complete|fill in)\b",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 500  # characters


def asks_for_facts(text: str) -> bool:
    """Is it a question to somebody who knows things, and not about what client and reader share?"""
    if len(text) > _LONGEST_QUESTION:
        return False
    if not (_QUESTION.search(text) or _ORDERED.search(text)):
        return False
    return not _OF_ONES_OWN.search(_ASKING.sub(" ", _QUOTED.sub(" ", text)))


_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!:])(?<!\b[A-Z]\.)\s+|\n+")


def sentences_from(text: str, at: int) -> str:
    """The text from the beginning of the sentence on that holds the offset `at`."""
    starts = [match.end() for match in _BETWEEN_SENTENCES.finditer(text, 0, at)]
    return text[starts[-1] if starts else 0 :]


def sentences_in(text: str) -> list[str]:
    """The sentences of `text`, in order; a line is one at least."""
    return [one for one in _BETWEEN_SENTENCES.split(text) if one.strip()]


def folded_words(text: str) -> list[str]:
    """Return the words of `text` in canonical form, in order."""
    return _WORD.findall(folded(text))


def content_words(text: str) -> set[str]:
    """Words of three letters or more that are not stopwords."""
    return {w for w in folded_words(text) if len(w) >= 3 and w not in STOPWORDS}


def _names(text: str) -> list[str]:
    """Capitalised runs; a lone capitalised word at a sentence's start is none."""
    found: list[str] = []
    for match in _NAME_RUN.finditer(text):
        run = match.group()
        words = run.split()
        while words and folded(words[0]).strip(". ") in STOPWORDS:
            words.pop(0)
        if not words:
            continue
        opens = len(words) == len(run.split()) and _SENTENCE_START.search(text, 0, match.start())
        if not (opens and len(words) == 1):
            found.append(" ".join(words))
    return found


def full_names(text: str) -> list[list[str]]:
    """Capitalised runs of two words or more, each as its words in canonical form."""
    return [words for run in _names(text) if len(words := folded_words(run)) > 1]


def quoted(text: str) -> list[str]:
    """What stands in quotation marks in `text`, in order."""
    if _MARKS.isdisjoint(text):  # as below, in a fraction of the time
        return []
    return [next(filter(None, match.groups())) for match in _QUOTED.finditer(text)]


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Where something stands in quotation marks, the marks included: (start, end), in order."""
    return [match.span() for match in _QUOTED.finditer(text)]


def key_phrases(text: str) -> list[str]:
    """Names, dates, numbers of three digits or more and quoted titles, as written in `text`."""
    figures = _FIGURE.search(text) is not None  # most texts hold none, and no date without one
    return [
        *quoted(text),
        *(match.group() for match in (_DATED.finditer(text) if figures else ())),
        *(match.group() for match in (_NUMBER.finditer(text) if figures else ())),
        *_names(text),
    ]


def distinctive(text: str) -> frozenset[str]:
    """Folded words that tell this text from others of its kind: of names, titles and numbers."""
    words: set[str] = set()
    for phrase in key_phrases(text):
        words.update(w for w in folded_words(phrase) if w not in STOPWORDS and len(w) > 2)
    return frozenset(words)
