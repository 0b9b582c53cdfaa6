"""A day or a moment as a field of a policy: of a day, the hours of a time are dropped."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

from prompts.errors import shown
from prompts.faults import fault

__all__ = ["Day", "Instant"]


def _day(value: object) -> date | None:
    """Read a day; the hours of a time are dropped."""
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        with suppress(ValueError):  # reported below, with the value as it was written
            return datetime.fromisoformat(value.strip()).date()
    raise fault(f"{shown(value)} is not a date", "write it as 2027-01-31")


Day: TypeAlias = Annotated[date | None, BeforeValidator(_day)]


def _instant(value: object) -> datetime | None:
    """Read a date or a time; midnight and UTC are taken where none is written."""
    read = value
    if isinstance(read, str):
        with suppress(ValueError):  # reported below, with the value as it was written
            read = datetime.fromisoformat(read.strip())
    elif isinstance(read, date) and not isinstance(read, datetime):
        read = datetime.combine(read, time())
    if read is None:
        return None
    if not isinstance(read, datetime):
        raise fault(
            f"{shown(value)} is not a date",
            "write it as 2027-01-31 or 2027-01-31T18:00:00+01:00",
        )
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


Instant: TypeAlias = Annotated[datetime | None, BeforeValidator(_instant)]
