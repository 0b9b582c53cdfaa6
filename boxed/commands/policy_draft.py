"""``boxed policy draft``: policy files made from what must be forgotten."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import typer
from click import Choice
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from boxed.commands.console import console, faults, told
from boxed.drafting.files import Examples, read_examples, write_policies
from boxed.drafting.model import ROLE, drafter_of
from boxed.drafting.policies import draft_policies
from boxed.drafting.unclear import Unclear
from boxed.settings import Settings, SettingsError, load_settings
from guards.names.ambiguous import ambiguous, ordinary_sentences
from prompts.policy import KINDS, RESPONSES, Example, Kind, Policy, Response

_SHOWN = 40
_ASKED_KINDS = ("person", "organisation", "work", "topic")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the flags say of the drafts; None: as the examples suggest."""

    response: str | None = None
    kind: str | None = None
    title: str | None = None
    subjects: tuple[str, ...] = ()
    yes: bool = False


@told
def run(file: Path, retain: Path | None, out: Path | None, wishes: Wishes) -> int:
    """Draft, improve with a model where one has that role, write, and show what was written."""
    settings = load_settings()
    forget = read_examples(file)
    kept = read_examples(retain).pairs if retain is not None else ()
    try:
        drafts = _drafted(file, forget, kept, wishes)
    except ValidationError as error:
        raise SettingsError(f"{file}: {error.errors()[0]['msg']}") from None
    with drafter_of(settings) as improved:
        better = tuple(improved(draft, kept) for draft in drafts)
    added = sum(old != new for old, new in zip(drafts, better, strict=True))
    drafts = better
    folder = _folder(out, settings)
    write_policies(drafts, folder)
    _show(drafts)
    _show_ambiguous(drafts)
    if ROLE in settings.roles or ROLE in settings.role_models:
        console.print(
            f"The model of the role '{ROLE}' added to {added} of {len(drafts)}.", highlight=False
        )
    console.print(
        f"{len(drafts)} policies in {folder}. Read them, then run 'boxed policy check'.",
        highlight=False,
        markup=False,
    )
    return 0


def _drafted(
    file: Path, forget: Examples, kept: Sequence[Example], wishes: Wishes
) -> tuple[Policy, ...]:
    """The drafts; where the examples leave something open, the one who is there is asked."""
    optioned = forget.optioned and not wishes.subjects
    kind = _one_of("kind", wishes.kind, KINDS) or ("topic" if optioned else None)
    response = _one_of("response", wishes.response, RESPONSES)
    try:
        return draft_policies(
            forget.pairs,
            kept,
            response=cast("Response | None", response),
            kind=cast("Kind | None", kind),
            title=wishes.title or (file.stem if optioned else None),
            named=wishes.subjects,
        )
    except Unclear as error:
        if wishes.yes or not is_asked():
            raise SettingsError(f"{file}: {error}") from None
        faults.print(f"{file}: {error}", highlight=False, markup=False)
        return _drafted(file, forget, kept, _asked(error, wishes))
    except ValidationError:
        raise
    except ValueError as error:
        raise SettingsError(f"{file}: {error}") from None


def is_asked() -> bool:
    """Whether somebody sits there to answer a question."""
    return sys.stdin.isatty()


def _asked(unclear: Unclear, wishes: Wishes) -> Wishes:
    """The wishes, completed by the answer to one question."""
    if unclear.missing == "kind":
        said = typer.prompt("What is it", type=Choice(_ASKED_KINDS), err=True)
        return replace(wishes, kind=said)
    for number, choice in enumerate(unclear.choices, 1):
        faults.print(f"{number}  {escape(choice.name)}  {choice.share:.0%}", highlight=False)
    said = typer.prompt("Who is meant: a number, or the name", type=str, err=True).strip()
    if said.isdecimal() and 1 <= int(said) <= len(unclear.choices):
        said = unclear.choices[int(said) - 1].name
    return replace(wishes, subjects=(said,))


def _one_of(name: str, value: str | None, known: tuple[str, ...]) -> str | None:
    if value is not None and value not in known:
        raise SettingsError(f"{name} '{value}' is not one of {', '.join(known)}")
    return value


def _folder(out: Path | None, settings: Settings) -> Path:
    """The folder of policies: as named, or that of the prompt folder in use."""
    if out is not None:
        return out
    root = settings.policies
    if root is None:
        raise SettingsError("no prompt folder is set; name one with --out or run 'boxed init'")
    return root / "policies" if (root / "policies").is_dir() else root


def _show(drafts: tuple[Policy, ...]) -> None:
    table = Table("id", "kind", "response", "names", "scope", "retain", "terms", "examples")
    for one in drafts[:_SHOWN]:
        counts = (one.names, one.scope, one.retain, one.terms, one.examples)
        table.add_row(escape(one.id), one.kind, one.response, *(str(len(c)) for c in counts))
    console.print(table)


def _show_ambiguous(drafts: tuple[Policy, ...]) -> None:
    """Names that others bear or any text holds, each with what it would touch alone."""
    names = [
        (one.id, name, why) for one in drafts for name in one.names if (why := ambiguous(name))
    ]
    for policy, name, why in names[:_SHOWN]:
        touched = " ".join(ordinary_sentences(name))
        console.print(
            f"{policy}: '{name}' alone is ambiguous, as {why}. It would touch: {touched}",
            highlight=False,
            markup=False,
        )
