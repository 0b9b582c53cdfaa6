"""Which files of a folder belong to a book, and what was read from them.

A book is read through one `Reading`, so that its digest covers exactly the bytes that were parsed
even while an editor is writing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import TypeVar, cast

from prompts.errors import PromptError

_SCRATCH_ENDINGS = ("~", ".swp", ".swo", ".swx", ".tmp", ".bak", ".part", ".crswap")
_Value = TypeVar("_Value")
_SCRATCH_STARTS = (".", "~$", "#", "__pycache__")


def is_scratch(name: str) -> bool:
    """Say whether `name` is a hidden file or one that an editor keeps while it works."""
    return name.startswith(_SCRATCH_STARTS) or name.lower().endswith(_SCRATCH_ENDINGS)


def walk(folder: Path) -> Iterator[str]:
    """Yield the paths of files below `folder` in a stable order, without hidden and scratch files.

    Linked folders are gone into, as Kubernetes links them, but none within itself. Raises OSError
    if any part of it cannot be listed.
    """
    for parent, folders, names in os.walk(folder, onerror=_fail, followlinks=True):
        within = Path(parent).resolve()
        folders[:] = sorted(
            name
            for name in folders
            if not is_scratch(name)
            and not (os.path.islink(Path(parent, name)) and _encloses(Path(parent, name), within))
        )
        for name in sorted(names):
            if not is_scratch(name):
                yield os.path.join(parent, name)


def listed(folder: Path) -> tuple[list[str], list[PromptError]]:
    """List the files below `folder`; a part that cannot be listed is a fault, not a gap."""
    try:
        return list(walk(folder)), []
    except OSError as error:
        problem = f"the folder cannot be listed ({error.strerror or type(error).__name__})"
        remedy = "check that you may read it and everything in it"
        return [], [PromptError(folder.as_posix(), 1, problem, remedy)]


def _encloses(link: Path, within: Path) -> bool:
    """Does a link lead to the folder that it stands in, or to one around it?"""
    return within.is_relative_to(link.resolve())


def _fail(error: OSError) -> None:
    raise error


class Reading:
    """The files read for one book, each once, by their posix names relative to `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._above = f"{root}{os.sep}"
        self._bytes: dict[str, bytes] = {}
        self._sums: dict[str, bytes] = {}
        self._known: dict[object, object] = {}

    def read(self, path: str | Path, *, again: bool = True) -> bytes:
        """Return the bytes of `path`, a file below `root`; raise PromptError if it has none.

        They are kept unless no file but this one is read from them, and so not `again`.
        """
        name = self.name_of(path)
        data = self._bytes.get(name)
        if data is None:
            try:
                with FileIO(path) as file:
                    data = file.readall()
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise PromptError(
                    Path(path).as_posix(),
                    1,
                    f"the file cannot be read ({reason})",
                    "check that it exists and that you may read it",
                ) from None
            self._sums[name] = hashlib.sha256(data).digest()
            if again:
                self._bytes[name] = data
        return data

    def sum_of(self, path: str | Path) -> bytes:
        """Return the SHA-256 of what was read from `path`."""
        return self._sums[self.name_of(path)]

    def name_of(self, path: str | Path) -> str:
        """Return the name of `path` relative to `root`, with `/` on every platform."""
        text = str(path)
        if text.startswith(self._above) and os.sep == "/" and ".." not in text:
            return text[len(self._above) :]  # as below, in a tenth of the time
        return Path(os.path.relpath(path, self.root)).as_posix()

    def once(self, key: object, value: _Value) -> _Value:
        """Return the first value that was given with this key: one object for all files."""
        return cast(_Value, self._known.setdefault(key, value))

    def add(self, name: str, data: bytes) -> None:
        """Count `data` as read under `name` (a shipped template, which lies elsewhere)."""
        self._bytes.setdefault(name, data)
        self._sums.setdefault(name, hashlib.sha256(data).digest())

    def digest(self) -> str:
        """Return the SHA-256, in hexadecimal, over the names and bytes of all that was read."""
        return _digest_of(self._sums)


def digest_of(contents: dict[str, bytes]) -> str:
    """Return the SHA-256 of named contents; lengths go in, so that no two sets coincide."""
    return _digest_of({name: hashlib.sha256(data).digest() for name, data in contents.items()})


def _digest_of(sums: dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(sums):
        encoded = name.encode("utf-8", "surrogateescape")
        total.update(b"%d\n" % len(encoded))
        total.update(encoded)
        total.update(sums[name])
    return total.hexdigest()
