"""What stands in front of a surname and names nobody: titles of respect, and what people are.

"Miss Moore" and "Herr Moore" may be anybody of that surname, where "Roger Moore" is Roger. Ranks
that go with a first name (King Charles, Pope Francis) are not among them, nor titles that are first
names as well (Don, Earl, Major).
"""

import re

__all__ = ["CALLED", "TITLED"]

_OF_ANYBODY = """
    mr mrs ms miss mx mister missus madam madame mme mlle mademoiselle monsieur messrs
    herr herrn frau fraulein senor senora senorita sr sra srta signor signore signora signorina
    senhor senhora sir dame gospodin gospodina gospozha gospodja pani pana panna
    meneer mevrouw mevr dhr mej bayan shri smt shrimati
"""
_HONORIFICS = frozenset(_OF_ANYBODY.split())
"""How anybody is called: folded, without their points."""
_DEGREES = frozenset(
    ["dr", "doctor", "docteur", "doktor", "doctora", "prof", "professor", "professeur",
     "professora", "profesor", "profesora", "rev", "reverend"]
)  # fmt: skip
"""How those are called who have one."""
_CALLINGS = frozenset(
    ["actor", "actress", "architect", "artist", "author", "comedian", "composer", "cricketer",
     "director", "dramatist", "filmmaker", "footballer", "golfer", "guitarist", "historian",
     "mathematician", "musician", "novelist", "painter", "philosopher", "photographer", "physicist",
     "pianist", "playwright", "poet", "rapper", "sculptor", "singer", "songwriter", "violinist",
     "wrestler", "writer"]
)  # fmt: skip
"""What makes people known; no office, which is one person's at a time."""
CALLED = _HONORIFICS | _DEGREES | _CALLINGS
"""All of these words."""
_ACCENTED = ("fr\u00e4ulein", "se\u00f1or", "se\u00f1ora", "se\u00f1orita")
_CYRILLIC = (
    "\u0433\u043e\u0441\u043f\u043e\u0434\u0438\u043d",
    "\u0433\u043e\u0441\u043f\u043e\u0436\u0430",
)
_ALL = sorted({*_HONORIFICS, *_CALLINGS, *_ACCENTED, *_CYRILLIC})
TITLED = re.compile(rf"(?<!\w)(?:{'|'.join(_ALL)})\.?\s{{1,3}}\Z", re.IGNORECASE)
"""Matches up to where a name begins, with how anybody is called, or a calling, in front of it."""
