"""What every command shares: the console, and faults of input told without a traceback."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

from rich.console import Console
from rich.markup import escape

from boxed.commands.in_force import summary, warnings
from boxed.keys.errors import KeyStoreError
from boxed.models.protocol import UpstreamError
from boxed.settings import Settings, SettingsError
from prompts.book import PolicyBook
from prompts.errors import BookError, PromptError
from retrieval.erasing.fingerprints import FingerprintError
from retrieval.ledger.errors import LedgerError
from retrieval.store import StoreError

P = ParamSpec("P")
console = Console()
faults = Console(stderr=True)


def told(command: Callable[P, int]) -> Callable[P, int]:
    """Run a command; bad settings, files, a bad store or upstream are told and give status 2."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return command(*args, **kwargs)
        except (
            BookError, PromptError, SettingsError, StoreError, LedgerError, FingerprintError,
            KeyStoreError,
        ) as error:  # fmt: skip
            faults.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            faults.print(
                f"[red]{escape(place + (error.strerror or 'failed'))}[/red]", soft_wrap=True
            )
        except UpstreamError as error:
            said = error.body.get("error", {}).get("message", "no reason given")
            faults.print(f"[red]The product answered {error.status}: {escape(str(said))}[/red]")
        return 2

    return run


def tell_in_force(settings: Settings, book: PolicyBook) -> None:
    """Say on standard error what guards the answers that come."""
    faults.print(f"[dim]{escape(summary(settings, book))}[/dim]", soft_wrap=True, highlight=False)
    for warning in warnings(settings, book):
        faults.print(f"[yellow]beware: {escape(warning)}[/yellow]", soft_wrap=True)


def in_loop(work: Coroutine[Any, Any, int]) -> int:
    """Run a coroutine in an event loop of its own."""
    return asyncio.run(work)
