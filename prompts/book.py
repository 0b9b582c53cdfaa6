"""A folder of prompt files, read and checked as one immutable book.

    my-prompts/
      policies/jane-doe.md    what to forget (and jane-doe.jsonl, if it names one)
      workers/pretend.md      a prompt of your own; every file that is not there is the shipped one
      workers/refuse.es.md    the same fixed reply for clients who write Spanish
      router.md, doubt.md, composer.md, judge.md

A book is whole or it is not there: one bad file, and `load_book` raises every fault that it found.
What a running product does with a folder that is good in part is `prompts.salvage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from os.path import basename, splitext
from pathlib import Path

from prompts.errors import BookError, PromptError, shown
from prompts.files import Reading, digest_of, listed
from prompts.known import DIGEST, Known, known_of
from prompts.languages import ENGLISH
from prompts.look import Look, looked
from prompts.policy import Policy
from prompts.policy_file import ParsedFile, parse_policy_file
from prompts.template import Template
from prompts.templates import (
    TEMPLATE_NAMES,
    read_templates,
    read_translations,
    shipped_directory,
    strangers,
)

_MISNAMED = frozenset({".markdown", ".mdown", ".mkd", ".yaml", ".yml"})


@dataclass(frozen=True, eq=False)
class PolicyBook:
    """An immutable set of policies, sorted by id, with the prompts of the workers.

    `digest` is the SHA-256 over the names and bytes of every file that went in: two books with
    the same digest answer alike. `translations` are the fixed replies in other languages than
    English, by template and language. `seen` is the look at the folder that came before reading.
    `sums` are the digests of the policies' files, one behind the other: see `prompts.known`.
    """

    policies: tuple[Policy, ...]
    templates: Mapping[str, Template]
    digest: str
    directory: Path
    translations: Mapping[tuple[str, str], Template] = field(
        default_factory=dict[tuple[str, str], Template]
    )
    seen: Look | None = field(default=None, repr=False)
    sums: bytes = field(default=b"", repr=False)

    @cached_property
    def _by_id(self) -> dict[str, Policy]:
        return {policy.id: policy for policy in self.policies}

    @cached_property
    def tenant_keys(self) -> frozenset[str]:
        """Every tenant that a policy names, as tenants are compared."""
        return frozenset(key for policy in self.policies for key in policy.tenant_keys)

    def get(self, id: str) -> Policy:
        """Return the policy with this id; raise KeyError if there is none."""
        try:
            return self._by_id[id]
        except KeyError:
            raise KeyError(f"no policy has the id {id!r} in {self.directory}") from None

    def known(self) -> Known:
        """These policies, for whoever reads the folder again."""
        sums = self.sums
        digests = [sums[at : at + DIGEST] for at in range(0, len(sums), DIGEST)]
        return known_of(self.policies, digests)

    def languages(self, name: str) -> frozenset[str]:
        """Return the languages that the template has a text in, English among them."""
        return frozenset({ENGLISH, *(code for one, code in self.translations if one == name)})

    def template_in(self, name: str, language: str) -> Template:
        """Return the template in this language, in English where it has no such text."""
        return self.translations.get((name, language), self.templates[name])


@dataclass(frozen=True, slots=True)
class FolderContents:
    """What a prompt folder holds, good and bad.

    `digest` is over all bytes that were read, those of bad files too. `lost` says that the folder
    or a part of it could not be listed or is empty: then no file that is missing was deleted.
    `seen` is the look that came before reading.
    """

    directory: Path
    own: Path | None
    parsed: tuple[ParsedFile, ...]
    templates: Mapping[str, Template]
    translations: Mapping[tuple[str, str], Template]
    digest: str
    errors: tuple[PromptError, ...]
    lost: bool
    seen: Look | None


def load_book(
    directory: Path, *, allow_empty: bool = False, known: Known | None = None
) -> PolicyBook:
    """Read a prompt folder, or a bare folder of policy files; raise BookError with every fault.

    Policy files may lie in sub-folders. Hidden files, those that editors keep while they work,
    and README.md are passed over. With `allow_empty` a bare folder may hold no policy. What is
    `known` is not parsed again.
    """
    found = read_folder(directory, allow_empty=allow_empty, known=known)
    if found.errors:
        raise BookError(found.errors)
    good = [(one.policy, one.digest) for one in found.parsed if one.policy is not None]
    good.sort(key=lambda one: one[0].id)
    return PolicyBook(
        tuple(policy for policy, _ in good),
        found.templates,
        found.digest,
        directory,
        found.translations,
        found.seen,
        b"".join(digest for _, digest in good),
    )


def read_folder(
    directory: Path, *, allow_empty: bool = False, known: Known | None = None
) -> FolderContents:
    """Read every file of a prompt folder, the good and the bad; raise BookError if it is not there.

    What it holds is as `load_book` says.
    """
    own = _own_prompts(directory)
    seen = looked(directory)
    reading = Reading(directory)
    folder = directory if own is None else directory / "policies"
    files, errors, lost = _policy_files(folder, own is None and not allow_empty)
    parsed = [parse_policy_file(path, reading, known) for path in files]
    repeated = _repeated_ids(parsed)
    if repeated and known is not None:  # on which lines they stand is to be told
        return read_folder(directory, allow_empty=allow_empty)
    errors += [error for one in parsed for error in one.errors]
    errors += repeated
    if own is not None:
        errors += strangers(own / "workers")
    templates, template_errors = read_templates(own, reading)
    translations, more_errors = read_translations(own, reading)
    errors += template_errors + more_errors
    return FolderContents(
        directory,
        own,
        tuple(parsed),
        templates,
        translations,
        reading.digest(),
        tuple(errors),
        lost,
        seen,
    )


def book_of(policies: Iterable[Policy]) -> PolicyBook:
    """Make a book in memory, with the shipped templates; raise BookError for a repeated id."""
    ordered = sorted(policies, key=lambda policy: policy.id)
    errors = [
        PromptError(two.path or two.id, 1, f"id {two.id!r} is used twice", "rename one of them")
        for one, two in pairwise(ordered)
        if one.id == two.id
    ]
    reading = Reading(shipped_directory())
    templates, template_errors = read_templates(None, reading)
    translations, more_errors = read_translations(None, reading)
    if errors or template_errors or more_errors:
        raise BookError([*errors, *template_errors, *more_errors])
    contents = {
        f"policies/{policy.id}": policy.model_dump_json(exclude={"path"}).encode()
        for policy in ordered
    }
    contents["templates"] = reading.digest().encode()
    digest, folder = digest_of(contents), shipped_directory()
    return PolicyBook(tuple(ordered), templates, digest, folder, translations)


def _own_prompts(directory: Path) -> Path | None:
    """Return `directory` if it is a prompt folder, None if it is a bare folder of policies."""
    if not directory.is_dir():
        remedy = "name a folder of policy files, or make one with 'boxed init'"
        raise BookError([PromptError(directory.as_posix(), 1, "the folder does not exist", remedy)])
    marks = ("policies", "workers", "router.md", "composer.md", "judge.md")
    return directory if any((directory / mark).exists() for mark in marks) else None


def _policy_files(folder: Path, needs_one: bool) -> tuple[list[str], list[PromptError], bool]:
    """List the policy files below `folder`, the faults, and whether the folder itself is at fault.

    A bare folder without any is a fault, and so is a prompt folder without `policies/`: the one
    is likely a wrong path and the other a lost mount, and an empty book guards nothing.
    """
    remedy = "add a policy with 'boxed policy new', or name the right folder"
    if not folder.is_dir():
        return [], [PromptError(folder.as_posix(), 1, "the folder does not exist", remedy)], True
    found, errors = listed(folder)
    lost = bool(errors)
    files: list[str] = []
    for path in found:
        ending = splitext(path)[1]
        if ending.lower() == ".md" and basename(path).lower() != "readme.md":
            files.append(path)
        elif ending.lower() in _MISNAMED:
            problem, remedy = (
                f"a policy file ends in .md, not in {ending}",
                "rename it or move it away",
            )
            errors.append(PromptError(Path(path).as_posix(), 1, problem, remedy))
    if needs_one and not files and not errors:
        problem, lost = "the folder holds no policy file", True
        errors.append(PromptError(folder.as_posix(), 1, problem, remedy))
    return files, errors, lost


def _repeated_ids(parsed: Iterable[ParsedFile]) -> list[PromptError]:
    first: dict[str, ParsedFile] = {}
    errors: list[PromptError] = []
    for one in parsed:
        if one.id is None:
            continue
        twin = first.setdefault(one.id, one)
        if twin is not one:
            problem = f"id {shown(one.id)} is also the id of {twin.path}:{twin.id_line}"
            errors.append(PromptError(one.path, one.id_line, problem, "rename one of them"))
    return errors


__all__ = [
    "TEMPLATE_NAMES",
    "FolderContents",
    "PolicyBook",
    "book_of",
    "load_book",
    "read_folder",
    "shipped_directory",
]
