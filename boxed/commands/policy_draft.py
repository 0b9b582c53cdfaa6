"""``boxed policy draft``: policy files made from what must be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from boxed.commands.console import console, told
from boxed.drafting.files import read_examples, write_policies
from boxed.drafting.model import drafter_of
from boxed.drafting.policies import draft_policies
from boxed.settings import Settings, SettingsError, load_settings
from prompts.policy import KINDS, RESPONSES, Kind, Policy, Response

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the flags say of the drafts; None: as the examples suggest."""

    response: str | None = None
    kind: str | None = None
    title: str | None = None


@told
def run(file: Path, retain: Path | None, out: Path | None, wishes: Wishes) -> int:
    """Draft, improve with a model where one has that role, write, and show what was written."""
    settings = load_settings()
    forget = read_examples(file)
    kept = read_examples(retain).pairs if retain is not None else ()
    kind = _one_of("kind", wishes.kind, KINDS) or ("topic" if forget.optioned else None)
    response = _one_of("response", wishes.response, RESPONSES)
    try:
        drafts = draft_policies(
            forget.pairs,
            kept,
            response=cast("Response | None", response),
            kind=cast("Kind | None", kind),
            title=wishes.title or (file.stem if forget.optioned else None),
        )
    except ValidationError as error:
        raise SettingsError(f"{file}: {error.errors()[0]['msg']}") from None
    with drafter_of(settings) as improved:
        drafts = tuple(improved(draft, kept) for draft in drafts)
    folder = _folder(out, settings)
    write_policies(drafts, folder)
    _show(drafts)
    console.print(
        f"{len(drafts)} policies in {folder}. Read them, then run 'boxed policy check'.",
        highlight=False,
        markup=False,
    )
    return 0


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
