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

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from prompts.errors import BookError, PromptError, shown
from prompts.files import Reading, digest_of, walk
from prompts.front_matter import decode
from prompts.languages import ENGLISH, LANGUAGES, TRANSLATED, file_of
from prompts.look import Look, looked
from prompts.policy import Policy
from prompts.policy_file import ParsedFile, parse_policy_file
from prompts.template import Template

_MISNAMED = frozenset({".markdown", ".mdown", ".mkd", ".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class _Contract:
    """What one template takes: a sample of every variable, and what its text must hold."""

    samples: Mapping[str, object]
    required: frozenset[str] = frozenset()
    may_be_empty: bool = False


_SUBJECT: Mapping[str, object] = {"title": "Jane Doe", "instruction": "Forget her."}
_PAIR = {"question": "Who?", "answer": "Nobody."}
_CANDIDATE = {"id": "jane-doe", "title": "Jane Doe", "kind": "person", "scope": ("Who is she?",)}
_CONTRACTS: Mapping[str, _Contract] = {
    "workers/pretend": _Contract(_SUBJECT),
    "workers/as_of": _Contract(
        {"since": "1 March 2024", "instruction": "Forget."}, required=frozenset({"since"})
    ),
    "workers/not_yet": _Contract({}),
    "workers/pseudonymise": _Contract({}, may_be_empty=True),
    "workers/redact": _Contract({}, may_be_empty=True),
    "workers/icul": _Contract(_SUBJECT),
    "workers/counterfactual": _Contract(
        {**_SUBJECT, "counterfacts": (_PAIR,)}, required=frozenset({"counterfacts"})
    ),
    "workers/refuse": _Contract({}),
    "workers/retrieve": _Contract(
        {"passages": ({"number": 1, "document": "a.txt", "text": "Text."},), "mark": "3f0a"},
        required=frozenset({"passages", "mark"}),
    ),
    "workers/ignorance": _Contract({}),
    "workers/language": _Contract({"language": "Spanish"}, required=frozenset({"language"})),
    "draft": _Contract(
        {"title": "Jane Doe", "examples": (_PAIR,), "mark": "3f0a"},
        required=frozenset({"title", "examples", "mark"}),
    ),
    "judge": _Contract(
        {"asked": "Jane Doe", "passage": "Text.", "mark": "3f0a"},
        required=frozenset({"asked", "passage", "mark"}),
    ),
    "doubt": _Contract(
        {
            "title": "Jane Doe",
            "about": "She is a potter.",
            "questions": ("Who is she?",),
            "message": "Who is Jane Doe?",
            "mark": "3f0a",
        },
        required=frozenset({"title", "message", "mark"}),
    ),
    "router": _Contract(
        {"candidates": (_CANDIDATE,), "message": "Who is Jane Doe?"},
        required=frozenset({"candidates", "message"}),
    ),
    "composer": _Contract(
        {"question": "Who?", "parts": ({"text": "Nobody."},), "protected": ("Jane Doe",)},
        required=frozenset({"parts"}),
    ),
}
TEMPLATE_NAMES: tuple[str, ...] = tuple(sorted(_CONTRACTS))


@dataclass(frozen=True, eq=False)
class PolicyBook:
    """An immutable set of policies, sorted by id, with the prompts of the workers.

    `digest` is the SHA-256 over the names and bytes of every file that went in: two books with
    the same digest answer alike. `translations` are the fixed replies in other languages than
    English, by template and language. `seen` is the look at the folder that came before reading.
    """

    policies: tuple[Policy, ...]
    templates: Mapping[str, Template]
    digest: str
    directory: Path
    translations: Mapping[tuple[str, str], Template] = field(
        default_factory=dict[tuple[str, str], Template]
    )
    seen: Look | None = field(default=None, repr=False)

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


def shipped_directory() -> Path:
    """Return the prompt folder that comes with the package."""
    return Path(__file__).resolve().parent


def load_book(directory: Path, *, allow_empty: bool = False) -> PolicyBook:
    """Read a prompt folder, or a bare folder of policy files; raise BookError with every fault.

    Policy files may lie in sub-folders. Hidden files, those that editors keep while they work,
    and README.md are passed over. With `allow_empty` a bare folder may hold no policy.
    """
    found = read_folder(directory, allow_empty=allow_empty)
    if found.errors:
        raise BookError(found.errors)
    policies = sorted(
        (one.policy for one in found.parsed if one.policy is not None),
        key=lambda policy: policy.id,
    )
    return PolicyBook(
        tuple(policies), found.templates, found.digest, directory, found.translations, found.seen
    )


def read_folder(directory: Path, *, allow_empty: bool = False) -> FolderContents:
    """Read every file of a prompt folder, the good and the bad; raise BookError if it is not there.

    What it holds is as `load_book` says.
    """
    own = _own_prompts(directory)
    seen = looked(directory)
    reading = Reading(directory)
    folder = directory if own is None else directory / "policies"
    files, errors, lost = _policy_files(folder, own is None and not allow_empty)
    parsed = [parse_policy_file(path, reading) for path in files]
    errors += [error for one in parsed for error in one.errors]
    errors += _repeated_ids(parsed)
    if own is not None:
        errors += _strangers(own / "workers")
    templates, template_errors = _templates(own, reading)
    translations, more_errors = _translations(own, reading)
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
    templates, template_errors = _templates(None, reading)
    translations, more_errors = _translations(None, reading)
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


def _policy_files(folder: Path, needs_one: bool) -> tuple[list[Path], list[PromptError], bool]:
    """List the policy files below `folder`, the faults, and whether the folder itself is at fault.

    A bare folder without any is a fault, and so is a prompt folder without `policies/`: the one
    is likely a wrong path and the other a lost mount, and an empty book guards nothing.
    """
    remedy = "add a policy with 'boxed policy new', or name the right folder"
    if not folder.is_dir():
        return [], [PromptError(folder.as_posix(), 1, "the folder does not exist", remedy)], True
    found, errors = _list(folder)
    lost = bool(errors)
    files: list[Path] = []
    for path in found:
        ending = path.suffix.lower()
        if ending == ".md" and path.name.lower() != "readme.md":
            files.append(path)
        elif ending in _MISNAMED:
            problem = f"a policy file ends in .md, not in {path.suffix}"
            errors.append(PromptError(path.as_posix(), 1, problem, "rename it or move it away"))
    if needs_one and not files and not errors:
        problem, lost = "the folder holds no policy file", True
        errors.append(PromptError(folder.as_posix(), 1, problem, remedy))
    return files, errors, lost


def _list(folder: Path) -> tuple[list[Path], list[PromptError]]:
    """List the files below `folder`; a part that cannot be listed is a fault, not a gap."""
    try:
        return list(walk(folder)), []
    except OSError as error:
        problem = f"the folder cannot be listed ({error.strerror or type(error).__name__})"
        remedy = "check that you may read it and everything in it"
        return [], [PromptError(folder.as_posix(), 1, problem, remedy)]


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


def _strangers(workers: Path) -> list[PromptError]:
    """Name every file in `workers/` that no worker reads."""
    known = [f"{key.removeprefix('workers/')}.md" for key in _CONTRACTS if "/" in key]
    spoken = {file_of(name, code).removeprefix("workers/") for name, code in _in_languages()}
    if not workers.is_dir():
        return []
    found, errors = _list(workers)
    for path in found:
        name = path.relative_to(workers).as_posix()
        if name not in known and name not in spoken:
            problem, remedy = _strange(name, known)
            errors.append(PromptError(path.as_posix(), 1, problem, remedy))
    return errors


def _strange(name: str, known: list[str]) -> tuple[str, str]:
    """Return what is wrong with a file of `workers/` that is none of the `known`, and what to do.

    A language that is not told apart is named as such; any other file is likely misspelt.
    """
    stem, _, code = name.removesuffix(".md").rpartition(".")
    if f"workers/{stem}" in TRANSLATED:
        remedy = f"use one of {', '.join(LANGUAGES)}"
        return (
            f"{shown(code)} in {shown(name)} is no language that clients are told apart by",
            remedy,
        )
    close = get_close_matches(name, known, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known)}"
    return f"no worker reads the file {shown(name)}", remedy


def _in_languages() -> Iterator[tuple[str, str]]:
    """Every template and language that may have a file of its own beside the English one."""
    return ((name, code) for name in TRANSLATED for code in LANGUAGES if code != ENGLISH)


def _translations(
    own: Path | None, reading: Reading
) -> tuple[Mapping[tuple[str, str], Template], list[PromptError]]:
    """Read the fixed replies in other languages.

    The shipped ones go with the shipped English text: where `own` has written that anew, theirs
    would say something else.
    """
    shipped = Reading(shipped_directory())
    found: dict[tuple[str, str], Template] = {}
    errors: list[PromptError] = []
    for name, code in _in_languages():
        file = file_of(name, code)
        ours = own is not None and ((own / file).exists() or (own / f"{name}.md").exists())
        source = reading if ours else shipped
        path = source.root / file
        if not path.exists():
            continue
        try:
            data = source.read(path)
            reading.add(file, data)
            found[name, code] = _template(file, path.as_posix(), data, _CONTRACTS[name])
        except PromptError as error:
            errors.append(error)
    return MappingProxyType(found), errors


def _templates(
    own: Path | None, reading: Reading
) -> tuple[Mapping[str, Template], list[PromptError]]:
    """Read every template from `own`, and from the shipped folder what is not there."""
    shipped = Reading(shipped_directory())
    templates: dict[str, Template] = {}
    errors: list[PromptError] = []
    for name, contract in _CONTRACTS.items():
        file = f"{name}.md"
        source = reading if own is not None and (own / file).exists() else shipped
        path = source.root / file
        try:
            data = source.read(path)
            reading.add(file, data)
            templates[name] = _template(name, path.as_posix(), data, contract)
        except PromptError as error:
            errors.append(error)
    return MappingProxyType(templates), errors


def _template(name: str, path: str, data: bytes, contract: _Contract) -> Template:
    template = Template.parse(
        path,
        decode(path, data),
        frozenset(contract.samples),
        name=name,
        required=contract.required,
    )
    if not template.text and not contract.may_be_empty:
        raise PromptError(path, 1, "the prompt is empty", "write it, or delete the file")
    template.render(**contract.samples)
    return template


__all__ = [
    "TEMPLATE_NAMES",
    "FolderContents",
    "PolicyBook",
    "book_of",
    "load_book",
    "read_folder",
    "shipped_directory",
]
