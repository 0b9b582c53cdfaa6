"""Dates in a text: from when to when each of them may be.

    [found] = dates_in("It closed on 5 May 2024.")
    found.earliest, found.latest  ->  date(2024, 5, 5), date(2024, 5, 5)

A year, a season or a decade is a stretch of days; "05/06/2024" is two days, and the stretch between
them is given. A number of four digits is a year only where its neighbours say so: "2024 people",
"$2024" and "RTX 2080" are none. Whole dates are looked for first, and what they cover is not
looked at again. Months are known in English, Spanish, French, German, Italian, Portuguese, Dutch,
Russian and Polish, years also in Chinese, Japanese and Korean.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from guards.periods.words import CENTURIES, MONTH_NAMES, MONTHS, NUMBERS, SEASONS, either
from guards.periods.years import bare_years

__all__ = ["Dated", "dates_in"]


@dataclass(frozen=True, slots=True)
class Dated:
    """A date at the offsets `start` to `end`: no day before `earliest`, none after `latest`.

    `open` says that it begins a stretch without an end, as "since 2023" does.
    """

    start: int
    end: int
    earliest: date
    latest: date
    open: bool = False


_Stretch = tuple[date, date]
_Read = Callable[[re.Match[str]], _Stretch | None]

_YEAR = r"(?P<year>1[5-9]\d\d|2[01]\d\d)(?!\d)"
_YEAR_TOO = r"(?:(?P<year>1[5-9]\d\d|2[01]\d\d)(?!\d)|['’](?P<short>\d\d)(?!\d))"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_LAST = r"(?:st|nd|rd|th|er|º|ª|\.)?"
_OF = r"(?:,? (?:of|de|del|di|d')? ?|,? ?|-|/)"
_MONTH = rf"(?P<month>{MONTH_NAMES})"
_PARTS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_ABOUT = {
    "early": (1, 6),
    "mid": (4, 9),
    "late": (7, 12),
    "end of": (9, 12),
    "beginning of": (1, 4),
}


def dates_in(text: str) -> list[Dated]:
    """Every date in `text`, in order; none of them overlap."""
    if not _MAYBE.search(text):
        return []
    free = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    found: list[Dated] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(free):
            stretch = read(match)
            if stretch is not None:
                found.append(_dated(text, match.start(), match.end(), stretch))
                free = _blanked(free, match.start(), match.end())
    taken = [(one.start, one.end) for one in found]
    for start, end in bare_years(text, taken):
        year = int(text[start:end])
        found.append(_dated(text, start, end, _months(year, 1, 12)))
    return sorted(found, key=lambda one: one.start)


# What every date holds.
_MAYBE = re.compile(r"\d\d|\bcentury\b|\btwenty\b|\bthousand\b", re.IGNORECASE)
_SINCE = re.compile(
    r"\b(?:since|after|from|following|desde|depuis|seit|dal|a partir de|à partir de|ab|с)"
    r"(?: the)?(?: (?:start|beginning|end) of)? $",
    re.IGNORECASE,
)


def _dated(text: str, start: int, end: int, stretch: _Stretch) -> Dated:
    opened = _SINCE.search(text, max(0, start - 40), start) is not None
    return Dated(start, end, stretch[0], stretch[1], opened)


def _blanked(text: str, start: int, end: int) -> str:
    """The text with a mark that no pattern takes in the place of what was read."""
    return text[:start] + "\x00" * (end - start) + text[end:]


def _months(year: int, first: int, last: int) -> _Stretch:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _year_of(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    return _century_of(int(groups["short"]))


def _century_of(short: int) -> int:
    return 2000 + short if short < 60 else 1900 + short


def _one_day(year: int, month: int, day: int) -> _Stretch | None:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day), date(year, month, day)


def _read_iso(match: re.Match[str]) -> _Stretch | None:
    return _one_day(int(match["year"]), int(match["m"]), int(match["d"]))


def _read_iso_month(match: re.Match[str]) -> _Stretch | None:
    return _months(int(match["year"]), int(match["m"]), int(match["m"]))


def _month_of(match: re.Match[str]) -> int:
    return MONTHS[match["month"].rstrip(".")]


def _read_day(match: re.Match[str]) -> _Stretch | None:
    return _one_day(_year_of(match), _month_of(match), int(match["day"]))


def _read_month(match: re.Match[str]) -> _Stretch | None:
    return _months(_year_of(match), _month_of(match), _month_of(match))


def _read_numeric(match: re.Match[str]) -> _Stretch | None:
    """Day first or month first: both readings that there can be."""
    written = match["year"]
    year = int(written) if len(written) == 4 else _century_of(int(written))
    one, two = int(match["one"]), int(match["two"])
    days = [day for day in (_one_day(year, two, one), _one_day(year, one, two)) if day]
    return (min(days)[0], max(days)[1]) if days else None


def _read_quarter(match: re.Match[str]) -> _Stretch | None:
    groups = match.groupdict()
    number = int(groups["number"] or 0) or _PARTS[groups["word"]]
    length = 6 if (groups["unit"] or "").startswith("h") else 3
    if number * length > 12:
        return None
    return _months(_year_of(match), (number - 1) * length + 1, number * length)


def _read_season(match: re.Match[str]) -> _Stretch | None:
    first, last = SEASONS[match["season"]]
    year = _year_of(match)
    if match["season"] != "winter":
        return _months(year, first, last)
    return date(year, 1, 1), date(year + 1, 3, 31)


def _read_about(match: re.Match[str]) -> _Stretch | None:
    first, last = _ABOUT[match["about"].rstrip("-")]
    return _months(_year_of(match), first, last)


def _read_years(match: re.Match[str]) -> _Stretch | None:
    """A season or a fiscal year: 2024-25, 2024/25; and from one year to another."""
    first, written = int(match["year"]), match["to"]
    last = int(written) if len(written) == 4 else first - first % 100 + int(written)
    if last < first:
        return None
    return date(first, 1, 1), date(last, 12, 31)


def _read_decade(match: re.Match[str]) -> _Stretch | None:
    written = match["decade"]
    first = int(written) if len(written) == 4 else _century_of(int(written))
    about = (match["about"] or "").strip(" -")
    start, end = {"early": (0, 4), "mid": (3, 7), "late": (5, 9)}.get(about, (0, 9))
    return date(first + start, 1, 1), date(first + end, 12, 31)


def _read_century(match: re.Match[str]) -> _Stretch | None:
    number = int(match["number"]) if match["number"] else CENTURIES[match["word"].replace(" ", "-")]
    if not 16 <= number <= 22:
        return None
    return date(100 * number - 99, 1, 1), date(100 * number, 12, 31)


def _read_spoken(match: re.Match[str]) -> _Stretch | None:
    """Twenty twenty-four, two thousand and five."""
    rest = NUMBERS.get(match["one"] or "", 0)
    low = _TENS.get(match["tens"] or "", 0) + rest if match["tens"] else NUMBERS[match["one"]]
    return _months(2000 + low, 1, 12)


def _read_cjk(match: re.Match[str]) -> _Stretch | None:
    year, month = int(match["year"]), int(match["m"] or 0)
    if not month:
        return _months(year, 1, 12)
    if not 1 <= month <= 12:
        return None
    return _one_day(year, month, int(match["d"])) if match["d"] else _months(year, month, month)


def _form(pattern: str, read: _Read) -> tuple[re.Pattern[str], _Read]:
    return re.compile(pattern), read


_FORMS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    _form(
        rf"(?<!\d){_YEAR}([-/.])(?P<m>0?[1-9]|1[0-2])\2(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)",
        _read_iso,
    ),
    _form(rf"(?<![\w.]){_DAY}{_LAST}{_OF}{_MONTH}{_OF}{_YEAR_TOO}", _read_day),
    _form(
        rf"\b{_MONTH} ?{_DAY}{_LAST}(?: ?[-–] ?\d{{1,2}}{_LAST})?(?:,? "
        rf"(?:in )?|,){_YEAR_TOO}",
        _read_day,
    ),
    _form(rf"\b{_YEAR},? {_MONTH} {_DAY}(?!\d)", _read_day),
    _form(rf"\b{_MONTH}{_OF}{_YEAR_TOO}", _read_month),
    _form(
        r"(?<![\d./-])(?P<one>\d{1,2})([./-])(?P<two>\d{1,2})\2(?P<year>"
        r"(?:1[5-9]|2[01])\d\d|\d\d)(?!\d|[./-]\d)",
        _read_numeric,
    ),
    _form(rf"(?<![\d./-])(?P<m>0?[1-9]|1[0-2])/{_YEAR}(?![\d/])", _read_iso_month),
    _form(rf"\b{_YEAR}-(?P<m>0[1-9]|1[0-2])(?![\d-])(?= *$|[ ,.;)])", _read_iso_month),
    _form(
        r"(?P<year>\d{4}) ?年(?: ?(?P<m>\d{1,2}) ?月(?: ?(?P<d>\d{1,2}) ?[日号號])?)?", _read_cjk
    ),
    _form(r"(?P<year>\d{4}) ?년(?: ?(?P<m>\d{1,2}) ?월(?: ?(?P<d>\d{1,2}) ?일)?)?", _read_cjk),
    _form(
        rf"\b(?P<unit>[qh])(?P<number>[1-4])(?P<word>)[ -]?(?:of )?(?:fy ?)?{_YEAR_TOO}",
        _read_quarter,
    ),
    _form(rf"\b{_YEAR}[ -]?(?P<unit>[qh])(?P<number>[1-4])(?P<word>)\b", _read_quarter),
    _form(
        rf"\b(?P<number>)(?P<word>{either(_PARTS)}) (?:quarter|(?P<unit>half)),? (?:of )?"
        rf"(?:the year )?{_YEAR}",
        _read_quarter,
    ),
    _form(
        rf"\b(?P<season>{either(SEASONS)})(?: of)?,? {_YEAR_TOO}(?!s\b)(?:[-/–]\d\d(?!\d))?",
        _read_season,
    ),
    _form(
        r"(?<![\w-])(?P<year>1[5-9]\d\d|2[01]\d\d) ?(?:[-–—/]|to|until|through) ?(?P<to>"
        r"(?:1[5-9]|2[01])\d\d|\d\d)(?![\d%]|-\d)",
        _read_years,
    ),
    _form(
        r"(?<!\w)(?:(?P<about>early|mid|late)[ -](?:the )?)?(?P<decade>"
        r"(?:1[5-9]|2[01])\d0)['’]?s\b",
        _read_decade,
    ),
    _form(r"(?<!\w)(?P<about>early |mid-|late )?['’](?P<decade>\d0)s\b", _read_decade),
    _form(rf"\b(?P<about>early|mid|late|end of|beginning of)[ -]{_YEAR}", _read_about),
    _form(
        r"\b(?:(?P<number>1[6-9]|2[0-2])(?:st|nd|th)|"
        rf"(?P<word>{either(CENTURIES)}|twenty first))[ -]century\b",
        _read_century,
    ),
    _form(
        rf"\b(?:twenty|two thousand(?: and)?)[ -](?:(?P<tens>{either(_TENS)})(?:[ -]"
        rf"(?P<one>{either(list(NUMBERS)[1:10])}))?)\b",
        _read_spoken,
    ),
    _form(
        rf"\btwo thousand(?: and)? (?P<tens>)(?P<one>{either(list(NUMBERS)[1:20])})\b",
        _read_spoken,
    ),
    _form(
        r"(?<![\w’'])['’](?P<short>\d\d)(?![\w’'])",
        lambda match: _months(_year_of(match), 1, 12),
    ),
)
