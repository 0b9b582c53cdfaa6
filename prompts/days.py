"""A day as a field of a policy: written as a date, and the hours of a time are dropped."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

from prompts.errors import shown
from prompts.faults import fault

__all__ = ["Day"]


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
