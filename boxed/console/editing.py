"""Policy files read and saved: checked first, never over what somebody else wrote meanwhile.

A file is named by a digest of its path, because paths may hold names and addresses end up in logs.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from boxed.sealing import seal_key_of
from boxed.settings import Settings, SettingsError
from guards.compiled import compile_book
from prompts.book import PolicyBook, book_of
from prompts.edited import check_edit
from prompts.policy import Policy
from prompts.salvage import Stale, opaque
from retrieval.whole_file import write_whole

__all__ = ["ChangedError", "Text", "checked", "files_of", "folder_of", "saved", "text_at"]

_TURN = threading.Lock()


class ChangedError(Exception):
    """The file is not what the editor began with."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file as it stands; ``digest`` tells one state of it from another ("": there is none)."""

    text: str
    digest: str


def folder_of(settings: Settings) -> Path:
    """The prompt folder that may be written to; raises SettingsError where it is not one's own."""
    if settings.policies is None:
        raise SettingsError(
            "no prompt folder of your own is set, so the policies in force are the demo's: make a "
            "folder with 'boxed init', and serve from it"
        )
    return settings.policies


def files_of(book: PolicyBook, stale: Stale | None) -> dict[str, Path]:
    """The policy files by the names that addresses call them: in force, or kept out by a fault."""
    paths = [policy.path for policy in book.policies if policy.path]
    if stale is not None:
        paths += [path for path in (*stale.kept, *stale.missing) if path.endswith(".md")]
    return {opaque(path): Path(path) for path in paths}


def text_at(path: Path) -> Text:
    """The file's text, bytes that are no UTF-8 replaced. Raises OSError."""
    data = path.read_bytes()
    return Text(data.decode("utf-8", "replace"), _digest(data))


def checked(settings: Settings, folder: Path, path: Path, text: str) -> Policy:
    """The policy that the text makes; raises BookError, SettingsError with all that is wrong."""
    policy = check_edit(folder, path, text.encode("utf-8", "surrogatepass"))
    if policy.sealed:
        compile_book(book_of([policy]), None, seal_key_of(settings))
    return policy


def saved(settings: Settings, path: Path, text: str, digest: str) -> Text:
    """Put a checked text in the file's place; what it is then.

    Raises ChangedError where the file is not the one of ``digest`` any more, BookError for a bad
    text, SettingsError, OSError; nothing is changed then.
    """
    folder = folder_of(settings)
    data = text.encode("utf-8", "surrogatepass")
    with _TURN, _alone(folder):
        now = _digest(path.read_bytes()) if path.exists() else ""
        if now != digest:
            raise ChangedError
        checked(settings, folder, path, text)
        # Where the file is a link, what it leads to is what everybody reads.
        write_whole(path.resolve(), data)
    return Text(text, _digest(data))


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Nobody else saves through a console meanwhile, in whatever process."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
