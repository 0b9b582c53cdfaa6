"""An erasure job on disk: what was asked, how far it is, and what the scan will look for.

    jobs/3f2a….json   {"step": "deleted", "ids": [], "erased": 100, "commitments": ["5f0c…"], …}
    jobs/3f2a….npz    salted hashes of what is sought, and the trigrams of the erased texts

Ids and new texts stand in the job until the rows are deleted, and no longer; an old version of the
file is overwritten before it is let go. When the receipt is issued, both files are overwritten and
removed.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.erasing.scan import Patterns
from retrieval.store import LocalStore, StoreError
from retrieval.store_folder import disk_fault
from retrieval.whole_file import sync_folder

Step: TypeAlias = Literal["planned", "replaced", "deleted", "purged", "scanned"]
_PATTERNS, _TRIGRAMS = ".npz", ".trigrams"
_BLOCK = 1 << 20


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scanned(_Frozen):
    """One file that was scanned."""

    file: str
    bytes: int
    sha256: str
    hits: int


class Replacement(_Frozen):
    """The chunk that takes the place of a redacted one; its fields are those of `Chunk`."""

    id: str
    text: str
    document: str
    source: str
    offset: int
    sha256: str
    document_sha256: str
    holder: str
    licence: str
    subjects: tuple[str, ...]
    metadata: Mapping[str, bool | int | float | str]


class Job(_Frozen):
    """Everything that the next step needs, and after 'deleted' nothing of what was erased."""

    id: str
    step: Step = "planned"
    ids: tuple[str, ...]
    replacements: tuple[Replacement, ...]
    erased: int
    redacted: int
    commitments: tuple[str, ...]
    request_commitment: str
    before: dict[str, int]
    after: dict[str, int] = {}
    scan: tuple[Scanned, ...] = ()
    note: str = ""
    searched: tuple[str, ...] = ()
    undecided: int = 0
    index: tuple[str, ...] = ()
    server: str = ""  # the URL of the store, where it is none of ours


def new_id() -> str:
    """An opaque id for a job."""
    return secrets.token_hex(8)


class Jobs:
    """The folder of jobs beside a store's ledger. Its methods raise StoreError."""

    def __init__(self, place: LocalStore) -> None:
        """The folder is made at the first job."""
        self._place = place
        self._folder = place.jobs

    def unfinished(self) -> Iterator[Job]:
        """Every job that has no receipt yet."""
        self.tidy()
        for path in sorted(self._folder.glob("*.json")):
            yield self._read(path)

    def tidy(self) -> None:
        """Destroy what belongs to no job: of one that was killed before it began, or at its end."""
        kept = {path.stem for path in self._folder.glob("*.json")}
        for path in sorted(self._folder.glob("*")):
            if path.name.split(".")[0] not in kept or path.name.endswith(".new"):
                self._destroy(path)

    def secrets(self, job: Job) -> list[Path]:
        """The job's files that tell something of the erased texts."""
        return [self._path(job.id, ending) for ending in (_PATTERNS, _TRIGRAMS)]

    def start(self, job: Job, patterns: Patterns, trigrams: Sequence[str]) -> None:
        """Keep a new job; it exists once this returns, and not before."""
        try:
            self._folder.mkdir(exist_ok=True)
            with self._path(job.id, _PATTERNS).open("wb") as file:
                patterns.save(file)
                file.flush()
                os.fsync(file.fileno())
            with self._path(job.id, _TRIGRAMS).open("wb") as file:
                file.write("\n".join(trigrams).encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise disk_fault(self._place, error) from error
        self.put(job)

    def begin(self, job: Job) -> None:
        """Keep a new job on a server, where nothing will be scanned."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_fault(self._place, error) from error
        self.put(job)

    def put(self, job: Job) -> None:
        """Write a job over its earlier state, and that one's bytes over with zeros."""
        path = self._path(job.id, ".json")
        draft = path.with_name(path.name + ".new")
        try:
            with draft.open("wb") as file:
                file.write(job.model_dump_json().encode())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileNotFoundError), path.open("rb+") as old:
                draft.replace(path)
                _overwrite(old.fileno())
                return sync_folder(self._folder)
            draft.replace(path)
            sync_folder(self._folder)
        except OSError as error:
            raise disk_fault(self._place, error) from error

    def sought(self, job: Job) -> tuple[Patterns, list[str]]:
        """What the scan looks for: patterns and trigrams."""
        try:
            patterns = Patterns.load(self._path(job.id, _PATTERNS))
            trigrams = self._path(job.id, _TRIGRAMS).read_text(encoding="utf-8")
        except OSError as error:
            raise disk_fault(self._place, error) from error
        except (ValueError, KeyError) as error:
            raise self._damaged(job.id) from error
        return patterns, trigrams.split("\n") if trigrams else []

    def finish(self, job: Job) -> None:
        """Overwrite and remove everything that the job kept; its own file last."""
        for ending in (_PATTERNS, _TRIGRAMS, ".json"):
            self._destroy(self._path(job.id, ending))

    def _path(self, id: str, ending: str) -> Path:
        return self._folder / f"{id}{ending}"

    def _read(self, path: Path) -> Job:
        try:
            return Job.model_validate_json(path.read_bytes())
        except OSError as error:
            raise disk_fault(self._place, error) from error
        except ValidationError:
            raise self._damaged(path.stem) from None

    def _damaged(self, id: str) -> StoreError:
        return StoreError(
            self._place, f"erasure job {id} is damaged", "remove its files and ask for it again"
        )

    def _destroy(self, path: Path) -> None:
        try:
            with suppress(FileNotFoundError):
                # By another name first: a job half overwritten must not be taken for one.
                stray = path.with_name(path.name.removesuffix(".new") + ".new")
                path.replace(stray)
                with stray.open("rb+") as file:
                    _overwrite(file.fileno())
                stray.unlink()
        except OSError as error:
            raise disk_fault(self._place, error) from error


def trigrams_of(texts: Sequence[str]) -> list[str]:
    """The different trigrams of some texts, sorted; those with a line feed or zero are left out."""
    found = {text[at : at + 3] for text in texts for at in range(len(text) - 2)}
    return sorted(trigram for trigram in found if not {"\n", "\r", "\0"} & set(trigram))


def _overwrite(descriptor: int) -> None:
    left = os.fstat(descriptor).st_size
    os.lseek(descriptor, 0, os.SEEK_SET)
    while left > 0:
        left -= os.write(descriptor, bytes(min(left, _BLOCK)))
    os.fsync(descriptor)
