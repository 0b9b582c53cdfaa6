"""A book out of a folder that is good in part: each good file, and of a bad one what held before.

    salvaged = load_good(folder, last=book_in_force)
    salvaged.book      every good file, and the last good version of every bad one
    salvaged.stale     None, or which files are not in force as they stand

A bad file that never was good can put nothing in force: it is `missing`, and whoever serves the
book must not pass over that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from prompts.book import FolderContents, PolicyBook, read_folder
from prompts.errors import BookError, PromptError
from prompts.files import digest_of
from prompts.known import NOT_KEPT
from prompts.languages import file_of
from prompts.policy import Policy
from prompts.policy_file import ParsedFile
from prompts.template import Template

__all__ = ["Salvaged", "Stale", "load_good", "opaque"]


@dataclass(frozen=True, slots=True)
class Stale:
    """What of a folder is not in force as it stands.

    `error` holds every fault. `kept` are the files whose last good version stays in force,
    `missing` those that have none. `whole` says that nothing was taken from the folder.
    """

    error: BookError
    kept: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The book that can be put in force, and what it lacks (None: nothing)."""

    book: PolicyBook
    stale: Stale | None


def opaque(path: str) -> str:
    """Return a file's path in words for anybody: it may hold a name, this only tells it apart."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def load_good(
    directory: Path,
    last: PolicyBook,
    *,
    rejected: Iterable[PromptError] = (),
    allow_empty: bool = False,
) -> Salvaged:
    """Read a folder; of a file that is bad, or `rejected`, take what `last` holds of it.

    Raises BookError where the folder is not there, not to be listed, or empty though it must not
    be: then nothing tells a file that was deleted from one that is out of sight.
    """
    found = read_folder(directory, allow_empty=allow_empty, known=last.known())
    if found.lost:
        raise BookError(found.errors)
    faults = (*found.errors, *rejected)
    bad = frozenset(fault.path for fault in faults)
    policies, kept, missing = _policies(found.parsed, bad, last)
    templates = {**last.templates, **found.templates}
    translations = _translations(found, bad, last)
    digest = found.digest
    if kept or templates.keys() != found.templates.keys() or translations != found.translations:
        held = {f"kept {one.id}": one.model_dump_json().encode() for one in policies.values()}
        digest = digest_of({**held, "files": digest.encode(), "last": last.digest.encode()})
    sums = {id(one.policy): one.digest for one in found.parsed}
    book = PolicyBook(
        tuple(policies[name] for name in sorted(policies)),
        MappingProxyType(templates),
        digest,
        directory,
        translations,
        found.seen,
        b"".join(sums.get(id(policies[name]), NOT_KEPT) for name in sorted(policies)),
    )
    if not faults:
        return Salvaged(book, None)
    if _says(book) == _says(last):
        book = last  # a bad newcomer changes nothing
    others = bad - {one.path for one in found.parsed}
    passed_over = {path for path in others if not _held_before(path, found)}
    stale = Stale(
        BookError(faults),
        tuple(sorted({*kept, *(others - passed_over)})),
        tuple(sorted({*missing, *passed_over})),
    )
    return Salvaged(book, stale)


def _says(book: PolicyBook) -> tuple[object, ...]:
    """What a book answers with, whatever files it was read from."""
    templates = {name: template.text for name, template in book.templates.items()}
    translations = {key: template.text for key, template in book.translations.items()}
    return book.policies, templates, translations


def _held_before(path: str, found: FolderContents) -> bool:
    """Is this no policy's own file, so that nothing that it says of a policy is missing?

    A file of examples stands with the policy that names it, a prompt with its last version. A
    policy under a name that is passed over (`jane.yaml`) guards nobody.
    """
    folder = found.directory if found.own is None else found.own / "policies"
    return not Path(path).is_relative_to(folder) or path.endswith(".jsonl")


def _policies(
    parsed: Iterable[ParsedFile], bad: frozenset[str], last: PolicyBook
) -> tuple[dict[str, Policy], list[str], list[str]]:
    """The policies by id; the files whose last version was kept; those that put nothing in force.

    What was in force comes first: a newcomer with the id of a kept policy has to wait.
    """
    files = list(parsed)
    before = {policy.path: policy for policy in last.policies}
    gone = before.keys() - {one.path for one in files}
    renamed = {before[path].id: before[path] for path in gone}
    policies: dict[str, Policy] = {}
    kept: list[str] = []
    missing: list[str] = []
    for one in files:
        known = before.get(one.path) or renamed.get(one.id or "")
        if (one.policy is None or one.path in bad) and known is not None:
            policies[known.id] = known.model_copy(update={"path": one.path})
            kept.append(one.path)
    waiting = [one for one in files if one.path not in kept]
    for one in sorted(waiting, key=lambda one: one.path not in before):
        usable = one.policy is not None and (one.path not in bad or _is_only_a_twin(one, files))
        if one.policy is not None and usable and one.policy.id not in policies:
            policies[one.policy.id] = one.policy
        else:
            missing.append(one.path)
    return policies, kept, missing


def _is_only_a_twin(one: ParsedFile, files: Iterable[ParsedFile]) -> bool:
    """Is a good file called bad because another has its id?"""
    return not one.errors and any(o.id == one.id and o.path != one.path for o in files)


def _translations(
    found: FolderContents, bad: frozenset[str], last: PolicyBook
) -> Mapping[tuple[str, str], Template]:
    if found.own is None:
        return found.translations
    kept = {
        key: template
        for key, template in last.translations.items()
        if (found.own / file_of(*key)).as_posix() in bad
    }
    return MappingProxyType({**found.translations, **kept}) if kept else found.translations
