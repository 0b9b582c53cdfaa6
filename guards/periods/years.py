"""Numbers of four digits that are years, told by their neighbours.

"in 2024", "the 2024 election", "Paris 2024", "(2024)", "2019, 2021 and 2024"     years
"2024 people", "$2024", "RTX 2080", "2,024", "page 2024", "2024 km"               none
"""

import re
from collections.abc import Sequence

__all__ = ["bare_years"]

_YEAR = re.compile(r"(?<![\w$€£¥#.,:/\-+=@])(?:1[5-9]\d\d|2[01]\d\d)(?![\w%°$€£]|[.,:]\d|[-/]\w)")
_LATEST_ALONE = 2059  # without a word of time in front, a later number is rather a product's
_BEFORE = re.compile(
    r"(?:\b(?:in|since|by|of|during|until|till|til|from|to|before|after|for|between|year|years|"
    r"circa|around|about|through|throughout|early|mid|late|next|this|last|back|season|class|"
    r"vintage|edition|as of|en|em|im|in|nel|dal|del|de|seit|bis|ab|vor|nach|depuis|desde|año|"
    r"ano|anno|"
    r"année|jahr|jahre|jahres|hasta|até|avant|après|sinds|tot|w|roku|в|с|до|после|yılında)"
    r"(?: the| year| fiscal)*[ -]|(?:в|с|до) )$",
    re.IGNORECASE,
)
_COUNTED_WORDS = (
    "people persons men women children students pupils members employees workers soldiers troops "
    "cases deaths votes voters seats participants respondents patients schools homes houses rooms "
    "metres meters miles km kilometres kilometers feet foot ft inches cm mm m kg g tons tonnes "
    "pounds dollars euros yen rupees pence cents units points words pages copies hours minutes "
    "seconds days weeks months years times percent per bytes mb gb kb mhz ghz watts volts calories "
    "kcal litres liters acres hectares square cubic million billion thousand hundred items files "
    "lines steps users customers subscribers followers views goals runs jobs books x × ti "
    "super personas votos casos metros kilómetros euros horas días páginas personnes mètres "
    "heures jours pages menschen meter stunden tage seiten stück persone metri ore giorni pessoas "
    "chips elo rpm dpi nm hz meters degrees"
)
_COUNTED = frozenset(_COUNTED_WORDS.split())
_MODEL_WORDS = (
    "room rooms page pages number numbers no nr model version flight route highway channel port "
    "windows office peugeot rtx gtx radeon geforce iso rfc article section chapter line box bus "
    "train level lot apartment apt suite floor radio error code resolution psalm item gate "
    "extension ext pin psi usd eur gbp inr chf cost costs paid pay worth total only nearly almost "
    "over exactly roughly approximately least most than"
)
_MODELS = frozenset(_MODEL_WORDS.split())
_ACRONYMS = frozenset(
    ["COP", "CES", "FIFA", "UEFA", "EURO", "WWDC", "NATO", "ICML", "ICLR", "CVPR", "NBA", "NFL"]
)
_VERBS = re.compile(
    r" (?:was|is|will|saw|has|had|brought|marks|marked|would|could|may|became|ended|began)\b"
)
_LOOSELY_BEFORE = re.compile(
    r"\b(?:with|than|over|least|as|spend|spent|ends?|ended|celebrated?|is|it's|be|like|versus|"
    r"vs|on|into|"
    r"including|whose|welcomed?|entered|not|back|only|just) $",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[.,;:!?)\]\n\"”’]|$| [-–—(]| (?:the|when|which|in|and|to|at|with|by|on|for|a|an|as|or|but)\b"
)
_DETERMINED = re.compile(
    r"\b(?:the|a|an|its|his|her|their|our|this|that|your|my|each|every|whose|including"
    r"|[\w.]+['’]s?) (?:[a-z][\w-]+ )?$",
    re.IGNORECASE,
)
_OPENINGS = (". ", "\n", ": ", "; ", "— ", "– ", '"', "“", "  ", "• ")
_PARENTHESIS = re.compile(r"\((?:[^()]{0,40}[ ,;])?$")
_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’.-]*),? $")
_WORD_AFTER = re.compile(r"^[ \-]?([^\W\d_][\w'’]*)")
_LISTED_NEXT = re.compile(r"(?:, | and | or )(?:1[5-9]|2[01])\d\d\b")
_LISTED = re.compile(r"^(?:, | and | or |, and | & | to | y | et | und | e )$", re.IGNORECASE)


def bare_years(text: str, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Offsets of the years of `text` that stand alone, outside what is `taken`."""
    found: list[tuple[int, int]] = []
    for match in _YEAR.finditer(text):
        start, end = match.span()
        if any(start < until and since < end for since, until in taken):
            continue
        known = [until for _, until in (*found, *taken) if until <= start]
        listed = bool(known) and _LISTED.match(text[max(known) : start]) is not None
        if _counts(text, end):
            continue
        if listed or _is_year(text, start, end):
            found.append((start, end))
    return found


def _counts(text: str, end: int) -> bool:
    after = _WORD_AFTER.match(text[end : end + 24])
    return after is not None and after[1].lower() in _COUNTED


def _is_year(text: str, start: int, end: int) -> bool:
    """Do the neighbours of a number say that it is a year?"""
    before, after = text[max(0, start - 60) : start], text[end : end + 24]
    if _BEFORE.search(before):
        return True
    if int(text[start:end]) > _LATEST_ALONE:
        return False
    if not text[:start].strip(" \"'“‘(*_-") or before.endswith(_OPENINGS):
        alone = re.match(r"[\s.,!?;:)'\"”’*_]*$", after) is not None
        opened = _VERBS.match(after) or _LISTED_NEXT.match(after) or after.startswith(": ")
        return alone or bool(opened)
    if _PARENTHESIS.search(before):
        return True
    if _LOOSELY_BEFORE.search(before) and _ENDS.match(after):
        return True
    if _DETERMINED.search(before):
        return _WORD_AFTER.match(after) is not None
    return _named(before) or after.startswith(("'s ", "’s ", " году", " г."))


def _named(before: str) -> bool:
    """Does a name stand in front, as in "Paris 2024", that is not a product's?"""
    word = _WORD_BEFORE.search(before)
    if word is None or word[1].lower().strip(".") in _MODELS:
        return False
    name = word[1]
    if name.isupper() and len(name) > 1:
        return name in _ACRONYMS
    return name[:1].isupper()
