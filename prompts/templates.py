"""The prompts of a folder, each checked against what its worker gives it, and the shipped ones.

What a folder has no file for is the shipped prompt; what its files may hold is in one table here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from prompts.errors import PromptError, shown
from prompts.files import Reading, listed
from prompts.front_matter import decode
from prompts.languages import ENGLISH, LANGUAGES, TRANSLATED, file_of
from prompts.template import Template

__all__ = [
    "TEMPLATE_NAMES",
    "read_templates",
    "read_translations",
    "shipped_directory",
    "strangers",
]


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


def shipped_directory() -> Path:
    """Return the prompt folder that comes with the package."""
    return Path(__file__).resolve().parent


def _in_languages() -> Iterator[tuple[str, str]]:
    """Every template and language that may have a file of its own beside the English one."""
    return ((name, code) for name in TRANSLATED for code in LANGUAGES if code != ENGLISH)


def read_translations(
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


def read_templates(
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


def strangers(workers: Path) -> list[PromptError]:
    """Name every file in `workers/` that no worker reads."""
    known = [f"{key.removeprefix('workers/')}.md" for key in _CONTRACTS if "/" in key]
    spoken = {file_of(name, code).removeprefix("workers/") for name, code in _in_languages()}
    if not workers.is_dir():
        return []
    found, errors = listed(workers)
    for path in map(Path, found):
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
