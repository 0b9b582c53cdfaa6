"""What a comparison shows while it runs, and how its faults are told: a sentence, no traceback."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from boxed.models.protocol import UpstreamError
from evals.data.jsonl import DataError
from evals.running.journal import JournalError
from prompts.errors import BookError

__all__ = ["FAULTS", "bars", "told"]

FAULTS = (ValueError, DataError, JournalError, BookError, UpstreamError, OSError)
"""What wrong options, data, records or an endpoint raise."""


@contextmanager
def bars() -> Generator[Callable[[str, int, int], None]]:
    """A progress bar for each system: call with its name, the items done, and all of them."""
    shown = Progress(
        TextColumn("{task.description:20}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(), console=Console(stderr=True),
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}

    def tell(name: str, done: int, of: int) -> None:
        if name not in tasks:
            tasks[name] = shown.add_task(name, total=of)
        shown.update(tasks[name], completed=done, total=of)

    with shown:
        yield tell


def told(error: BaseException) -> str:
    """The fault in words."""
    if isinstance(error, UpstreamError):
        detail = (error.body.get("error") or {}).get("message", "no reason given")
        return f"the endpoint answered {error.status}: {detail}"
    return str(error)
