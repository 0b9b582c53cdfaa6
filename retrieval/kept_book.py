"""A book's policies and name tables kept in a file, so that a later start need not make them.

    kept = KeptBook(Path("compiled.bin"))
    book = load_book(folder, known=kept.known())           # parses the files that changed
    compile_book(book, embed, key, indexed=kept.indexes)   # maps the tables in, or makes them

Policies go by the digests of their files' bytes, tables by the digest of what they are made from,
and all of it by the code that made it: what does not fit is made anew. The file holds what the
policies hold, names included, of the book that was compiled last and of no other: it is for its
owner alone, and what is taken out of the policies is gone from it once the book without it is
compiled.
"""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import unicodedata
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import orjson

import guards
import prompts
from guards.indexes import GROUPS, NameIndexes, index_names, made_from
from guards.parts import Part, Parts, joined, numbers, within
from prompts.book import PolicyBook
from prompts.known import DIGEST, NOT_KEPT, Known, fields_of, policy_of
from prompts.policy import Policy
from retrieval.parts_file import read_parts, write_parts
from retrieval.whole_file import draft_of

__all__ = ["APART", "FEWEST", "OTHER", "KeptBook", "code"]

FEWEST = 500
"""Policies from which on a book is kept: one with fewer is made in half a second."""
APART = 5_000
"""Policies from which on tables are made in a process of their own, so that requests go on."""

OTHER = 3
"""What the process that makes tables ends with where another book lies in the folder."""

_ROOT = Path(__file__).resolve().parents[1]
_PROGRAM = "retrieval.kept_book_process"
_LOG = logging.getLogger("boxed.policies")
_BLOCK = 512  # policies that are written and read together
_LISTS = ("wordfreq", "names", "anyascii", "confusable-homoglyphs", "pydantic", "numpy")
_Row: TypeAlias = tuple[str, dict[str, Any]]


class KeptBook:
    """What the file at ``path`` holds. Of any thread, and of several processes."""

    def __init__(self, path: Path, *, fewest: int = FEWEST, apart: int = APART) -> None:
        self._path = path
        self._fewest = fewest
        self._apart = apart

    def known(self) -> Known:
        """The policies of the file by the digests of theirs; none where it is no good."""
        found = self._read()
        policies = {} if found is None else dict(_policies(within(found[1], "policies")))

        def known(digest: bytes, path: str) -> Policy | None:
            policy = policies.pop(digest, None)
            if policy is not None:
                vars(policy)["path"] = path  # nobody else has it yet
            return policy

        return known

    def indexes(self, book: PolicyBook) -> NameIndexes:
        """Those of this very book, from the file; otherwise made, and kept for the next start.

        Of several processes that want the same, one makes it. A file that cannot be written costs
        time and is logged.
        """
        if len(book.policies) < self._fewest:
            self._forget()
            return index_names(book.policies)
        try:
            with self._alone():
                found = self._of(book)
                if found is None:
                    self._make(book)
                    found = self._of(book)
        except OSError as error:
            _LOG.warning("policies not kept: %s", error.strerror)
            self._forget()
            found = None
        return index_names(book.policies) if found is None else found

    def _make(self, book: PolicyBook) -> None:
        made = made_from(book.policies)
        kept = self._still_right(made)
        if book.sums and len(book.policies) >= self._apart and not _whole(kept):
            self._write(book, "", made, kept)  # so that the other process need not parse again
            if self._made_apart(book):
                return
        self._finish(book, made, kept)

    def write(self, book: PolicyBook) -> None:
        """Make the tables and write the file, whoever else may do the same. Raises OSError."""
        made = made_from(book.policies)
        self._finish(book, made, self._still_right(made))

    def _finish(self, book: PolicyBook, made: Mapping[str, str], kept: Parts) -> None:
        tables = kept if _whole(kept) else index_names(book.policies, kept).parts()
        self._write(book, book.digest, made, tables)

    def _still_right(self, made: Mapping[str, str]) -> Parts:
        """The parts of all groups in the file that are made from the same."""
        told, parts = self._read() or ({}, {})
        parts = within(parts, "indexes")
        return joined(
            **{
                name: within(parts, name)
                for group, names in GROUPS.items()
                for name in names
                if told.get(group) == made[group]
            }
        )

    def _made_apart(self, book: PolicyBook) -> bool:
        """Have another process make the tables and write the file: is that done?

        It reads the folder itself. A book that is not what lies there is none of its.
        """
        folder, path = book.directory.resolve(), self._path.resolve()
        done = subprocess.run(  # noqa: S603 - this package's own program
            [sys.executable, "-m", _PROGRAM, str(folder), str(path), book.digest],
            cwd=_ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode not in (0, OTHER):  # what it printed may hold names
            _LOG.warning("policies compiled here: the process for it ended %d", done.returncode)
        return done.returncode == 0

    def _of(self, book: PolicyBook) -> NameIndexes | None:
        found = self._read()
        if found is None or found[0].get("book") != book.digest:
            return None
        return index_names(book.policies, within(found[1], "indexes"))

    def _read(self) -> tuple[dict[str, str], dict[str, Part]] | None:
        found = read_parts(self._path)
        return found if found is not None and found[0].get("code") == code() else None

    def _write(self, book: PolicyBook, digest: str, made: Mapping[str, str], tables: Parts) -> None:
        told = {"code": code(), "book": digest, **made}
        write_parts(self._path, told, joined(indexes=tables, policies=_blocks(book)))

    def _forget(self) -> None:
        """Leave nothing of an earlier book."""
        try:
            self._path.unlink(missing_ok=True)
            draft_of(self._path).unlink(missing_ok=True)
        except OSError as error:
            _LOG.error("kept policies not deleted: %s; delete their file", error.strerror)

    @contextmanager
    def _alone(self) -> Generator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = self._path.with_name(f".{self._path.name}.lock")
        with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)) as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


def _whole(kept: Parts) -> bool:
    """Are the parts of all groups there?"""
    return all(within(kept, names[0]) for names in GROUPS.values())


@cache
def code() -> str:
    """A digest of all that policies are read and compiled by: code, lists of words, Unicode."""
    total = sha256()
    for room in (guards, prompts):
        folder = Path(str(room.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            total.update(path.relative_to(folder).as_posix().encode() + b"\0")
            total.update(sha256(path.read_bytes()).digest())
    versions = [f"{name} {version(name)}" for name in _LISTS]
    told = (*versions, sys.version, sys.byteorder, unicodedata.unidata_version)
    total.update("\n".join(told).encode())
    return total.hexdigest()


def _blocks(book: PolicyBook) -> dict[str, Part]:
    """The policies that are known by their file's digest, as JSON."""
    sums = (book.sums[at : at + DIGEST] for at in range(0, len(book.sums), DIGEST))
    known = (
        (digest.hex(), fields)
        for digest, policy in zip(sums, book.policies, strict=False)
        if digest != NOT_KEPT and (fields := fields_of(policy)) is not None
    )
    blocks: dict[str, Part] = {}
    while rows := list(islice(known, _BLOCK)):
        blocks[str(len(blocks))] = np.frombuffer(orjson.dumps(rows), dtype=np.uint8)
    return blocks


def _policies(blocks: Parts) -> Iterator[tuple[bytes, Policy]]:
    """The policies by their file's digest; what many say in the same words is kept once."""
    once: dict[object, Any] = {}
    for block in blocks.values():
        rows: Sequence[_Row] = orjson.loads(numbers(block))
        for digest, fields in rows:
            for name in ("instruction", "kind", "response"):
                if name in fields:
                    fields[name] = once.setdefault(fields[name], fields[name])
            written = frozenset((*fields, "path"))
            yield bytes.fromhex(digest), policy_of(fields, "", once.setdefault(written, written))
