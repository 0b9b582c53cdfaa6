"""Is a text about a time that a period policy forgets?

    period = Period(date(2024, 3, 1))
    period.told_in("The vote of 2025 was close.")      ->  Dated, for it tells what happened
    period.told_in("The vote of 2025 may be close.")   ->  None, for anybody can look ahead

A reply tells of a later time where a date after the period's first day stands in a clause that does
not look ahead. A question is about it where it names such a date, or a moment like "yesterday" or
"now", which for the client is later than that day.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from guards.periods.dates import Dated, dates_in
from guards.periods.relative import relative_dates
from guards.periods.sentences import sentences

__all__ = ["Period", "told_in_sentence"]

_DATE = "\x00"  # stands where the date was
_AHEAD = re.compile(
    r"\b(?:(?:by|until|till|through)(?: the)?(?: end of| start of| early| late| mid)? ?\x00|will|"
    r"won't|shall|would|wouldn't|may|might|could|should|can't|cannot|going to|gonna|expect\w*|"
    r"schedul\w+|plan(?:s|ned|ning)?|forecast\w*|project(?:s|ed|ions?)|predict\w*|likely|unlikely|"
    r"probably|possibly|perhaps|upcoming|future|slated|due(?! to\b)|set to|to be|"
    r"aim(?:s|ed|ing)?|intends?|intended|hop(?:e|es|ing)|target\w*|ahead|anticipat\w+|assum\w+|estimat\w+|"
    r"don't know|do not know|not know|unknown|if|whether|yet|next|run(?:s)? (?:until|to|through)|"
    r"potential\w*|speculat\w+|uncertain|deadline|expires?|ends|matures|outlook|"
    r"será|serán|podría|puede|probablemente|hasta|sera|seront|pourrait|peut|prévu\w*|wird|werden|"
    r"könnte|kann|voraussichtlich|bis|geplant|sarà|saranno|potrebbe|può|previst\w+|poderá|pode|até|"
    r"provavelmente|будет|будут|может|планиру\w+|вероятно)(?:\b|(?<=\x00))|将|將|会|會|可能|预计|預計|でしょう|予定|だろう|かもしれ|"
    r"예정|것이다|سوف|قد |من المتوقع|होगा|होंगे|सकता",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\b(?:was|were|wasn't|weren't|had|did|didn't|won|lost|beat|became|began|took|came|went|got|"
    r"gave|made|"
    r"said|saw|held|led|left|met|rose|fell|grew|hit|broke|died|happened|occurred|ended|started|"
    r"launched|announced|released|published|elected|signed|resigned|defeated|introduced|opened|"
    r"closed|finished|reached|passed|raised|returned|moved|married|bought|sold|joined|killed|"
    r"arrested|averaged|doubled|increased|decreased|dropped|climbed|retired|appointed|entered|agreed|"
    r"voted|approved|rejected|hosted|brought|wrote|built|founded|merged|acquired|failed|scored|"
    r"has been|have been|has become|has won|since)\b",
    re.IGNORECASE,
)
# "will be held", "to have been signed": participles, and no past.
_TO_COME = re.compile(
    r"\b(?:will|would|may|might|could|can|should|shall|to) (?:not |also |likely |probably )?"
    r"(?:be|have|have been|get) (?:\w+ly )?\w+|\b(?:if|once|when|unless) \w+ed\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"\bMay (?=\d)|(?<=\d )May\b")
_CANNOT_KNOW = re.compile(
    r"\b(?:can't|cannot|can not|don't|do not|couldn't|won't|unable to|no way to|not able to|"
    r"impossible to)"
    r" (?:yet |really |possibly |actually )?(?:know|say|tell|predict|foresee|speak|confirm|"
    r"report)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[;:—]|, (?:and|but|while|whereas|when|which|who|after|before|where)\b|\band\b (?=\w+ed\b)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """The time after the day `since`, to the end of the day `until` (None: for ever)."""

    since: date
    until: date | None = None

    def told_in(self, reply: str) -> Dated | None:
        """The first date by which a reply tells of this time, None if there is none."""
        for start, end in sentences(reply):
            found = told_in_sentence(self, reply[start:end])
            if found is not None:
                return replace(found, start=found.start + start, end=found.end + start)
        return None

    def asked_in(self, question: str, today: date) -> tuple[Dated, ...]:
        """What a question names that may lie in this time; `today` is when it is asked."""
        named = dates_in(question)
        taken = [(one.start, one.end) for one in named]
        moments = relative_dates(question, today, taken)
        return tuple(one for one in (*named, *moments) if self._may_hold(one))

    def _may_hold(self, one: Dated) -> bool:
        ends = date.max if one.open else one.latest
        return ends > self.since and (self.until is None or one.earliest <= self.until)

    def surely_holds(self, one: Dated) -> bool:
        """Does a date begin within this time, so that no part of it is in front?"""
        return one.earliest > self.since and (self.until is None or one.earliest <= self.until)


def told_in_sentence(period: Period, sentence: str) -> Dated | None:
    """The first date of one sentence by which it tells of the period."""
    for found in dates_in(sentence):
        if period.surely_holds(found) and not _looks_ahead(sentence, found):
            return found
    return None


def _looks_ahead(sentence: str, found: Dated) -> bool:
    """Does the clause around a date say what may come, and nothing that came?"""
    start = max((m.end() for m in _CLAUSE.finditer(sentence, 0, found.start)), default=0)
    after = _CLAUSE.search(sentence, found.end)
    end = after.start() if after else len(sentence)
    # Without the date itself: the month of May is no "may".
    around = f"{sentence[start : found.start]}{_DATE}{sentence[found.end : end]}"
    clause = _MAY.sub(" ", around.replace("’", "'"))
    if _CANNOT_KNOW.search(clause):
        return True
    clause = _TO_COME.sub(" will ", clause)
    return _AHEAD.search(clause) is not None and _TELLS.search(clause) is None
