"""A policy of a period, for the tests of what it forgets."""

from datetime import date
from typing import Any

from prompts.policy import Policy

SINCE = date(2024, 3, 1)


def backtest(**more: Any) -> Policy:
    fields: dict[str, Any] = {
        "id": "backtest",
        "title": "Backtest",
        "kind": "period",
        "since": SINCE,
        "response": "pretend",
        "instruction": "Give your best forecast.",
        **more,
    }
    return Policy(**fields)
