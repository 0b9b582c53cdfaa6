"""Moments that a question names by how far they are from the day on which it is asked.

relative_dates("What happened two years ago?", date(2026, 5, 1))  ->  the whole of 2024
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from guards.periods.dates import Dated
from guards.periods.words import NUMBERS, either

__all__ = ["relative_dates"]

# In days, rather too long than too short.
_UNITS = {
    "day": 1, "night": 1, "week": 7, "weekend": 7, "month": 31, "season": 92, "quarter": 92,
    "year": 366, "decade": 3653, "spring": 366, "summer": 366, "autumn": 366, "fall": 366,
    "winter": 366, "morning": 1, "evening": 1, "afternoon": 1, "term": 366, "century": 36525,
}  # fmt: skip
_UNIT = rf"(?P<unit>{either(_UNITS)})s?\b"
_NOT_OF = r"(?! of (?!the ))"  # "the last months of their lives" are nobody's moment
_COUNT = rf"(?P<count>\d{{1,3}}|an?|few|several|couple of|{either(NUMBERS)})"
_AGO = re.compile(
    rf"\b{_COUNT} {_UNIT} ago\b|"
    rf"\b(?:in|over|during|for) the (?:last|past) (?:(?P<many>\d{{1,3}}|few|several|couple of|"
    rf"{either(NUMBERS)}) )?(?P<each>{either(_UNITS)})s?\b{_NOT_OF}"
)
_BESIDE = re.compile(rf"\b(?P<which>last|past|previous|this|current|coming|next) {_UNIT}{_NOT_OF}")
_NOW = re.compile(
    r"\b(?:today|todays|today's|tonight|now|nowadays|currently|current|latest|recent|recently|"
    r"most recent|"
    r"at present|at the moment|right now|so far|to date|these days|as of today|incumbent|newest|"
    r"lately|"
    r"hoy|ahora|actual|actualmente|reciente|recientemente|último|última|aujourd'hui|maintenant|"
    r"actuel|actuelle|"
    r"actuellement|récent|récemment|dernier|dernière|heute|jetzt|aktuell|aktuelle|aktueller|"
    r"aktuellen|"
    r"derzeit|kürzlich|neueste|oggi|adesso|attuale|attualmente|recente|recentemente|hoje|agora|"
    r"atual|"
    r"atualmente|сегодня|сейчас|недавно|нынешний|нынешняя|последний)\b|今天|现在|現在|目前|最近|今日|最新|오늘|"
    r"지금|현재|최근|اليوم|الآن|حاليا|आज|अभी|वर्तमान"
)
_YESTERDAY = re.compile(
    r"\b(?:yesterday|ayer|hier soir|gestern|ieri|ontem|вчера)\b|昨天|昨日|어제|أمس"
)
_TOMORROW = re.compile(
    r"\b(?:tomorrow|mañana|demain|morgen|domani|amanhã|завтра)\b|明天|明日|내일|غدا"
)
_FEW = {"a": 1, "an": 1, "few": 5, "several": 9, "couple of": 2}
_RECENT = timedelta(days=60)


def relative_dates(
    question: str, today: date, taken: Sequence[tuple[int, int]] = ()
) -> tuple[Dated, ...]:
    """The moments that `question`, asked on the day `today`, names without a date."""
    text = "".join(low if len(low := c.lower()) == 1 else c for c in question.replace("’", "'"))
    found: list[Dated] = []
    for match in _AGO.finditer(text):
        found.append(_stretch(match, *_ago(match, today)))
    for match in _BESIDE.finditer(text):
        found.append(_stretch(match, *_beside(match, today)))
    for pattern, first, last in (
        (_NOW, today - _RECENT, today),
        (_YESTERDAY, today - timedelta(days=1), today - timedelta(days=1)),
        (_TOMORROW, today + timedelta(days=1), today + timedelta(days=1)),
    ):
        found += [_stretch(match, first, last) for match in pattern.finditer(text)]
    return tuple(
        one
        for one in sorted(found, key=lambda one: one.start)
        # "The Last Summer" is a title: within a sentence nobody else writes it so.
        if not (one.start and question[one.start].isupper())
        and not any(one.start < end and start < one.end for start, end in taken)
    )


def _stretch(match: re.Match[str], first: date, last: date) -> Dated:
    return Dated(match.start(), match.end(), first, last)


def _number(written: str | None) -> int:
    if written is None:
        return 1
    return int(written) if written.isdigit() else _FEW.get(written) or NUMBERS.get(written, 1)


def _ago(match: re.Match[str], today: date) -> tuple[date, date]:
    unit = match["unit"] or match["each"]
    length = _UNITS[unit]
    count = _number(match["count"] if match["unit"] else match["many"])
    first = _before(today, length * count)
    if not match["unit"]:
        return first, today
    return _before(today, length * count + length // 2), _before(today, length * (count - 1))


def _beside(match: re.Match[str], today: date) -> tuple[date, date]:
    length, which = _UNITS[match["unit"]], match["which"]
    if which in ("last", "past", "previous"):
        return _before(today, 2 * length), _before(today, 0)
    if which in ("this", "current"):
        return _before(today, length), today + timedelta(days=length)
    return today, today + timedelta(days=2 * length)


def _before(today: date, days: int) -> date:
    return date.fromordinal(max(1, today.toordinal() - days))
