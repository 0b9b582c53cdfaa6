"""The words that dates are written with, in a few languages: months, seasons, numbers."""

import re
from collections.abc import Iterable, Mapping

__all__ = ["CENTURIES", "MONTHS", "MONTH_NAMES", "NUMBERS", "SEASONS", "either"]

_MONTHS = (
    "january jan enero janvier januar jänner gennaio janeiro januari января январь stycznia",
    "february feb febrero février fevrier februar febbraio "
    "fevereiro februari февраля февраль lutego",
    "march mar marzo mars märz março maart марта март marca",
    "april apr abril avril aprile апреля апрель kwietnia",
    "may mayo mai maggio maio mei мая май maja",
    "june jun junio juin juni giugno junho июня июнь czerwca",
    "july jul julio juillet juli luglio julho июля июль lipca",
    "august aug agosto août aout augustus августа август sierpnia",
    "september sep sept septiembre setiembre septembre settembre "
    "setembro сентября сентябрь września",
    "october oct octubre octobre oktober ottobre outubro okt октября октябрь października",
    "november nov noviembre novembre novembro ноября ноябрь listopada",
    "december dec diciembre décembre decembre dezember dicembre "
    "dezembro декабря декабрь grudnia dez",
)
MONTHS: Mapping[str, int] = {
    name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()
}
SEASONS: Mapping[str, tuple[int, int]] = {
    "spring": (3, 6), "summer": (6, 9), "autumn": (9, 12), "fall": (9, 12), "winter": (11, 12),
}  # fmt: skip
"""Season -> first and last month, generously; winter begins in the year that it is named by."""
_COUNTING = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
NUMBERS: Mapping[str, int] = {word: number for number, word in enumerate(_COUNTING.split())}
CENTURIES: Mapping[str, int] = {
    "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21, "twenty-second": 22,
}  # fmt: skip


def either(words: Iterable[str]) -> str:
    """A pattern for any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


MONTH_NAMES = rf"(?:{either(MONTHS)})\b\.?"
