"""``boxed policy new|list|show|diff``: policy files on the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from anyascii import anyascii
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from boxed.api.chat import ChatRequest, message_text
from boxed.commands.console import console, told
from boxed.deciding.plan import worker_for
from boxed.hiding.masking import Masking
from boxed.sealing import seal_key_of
from boxed.settings import SettingsError, load_settings
from boxed.workers.catalogue import WORKERS
from boxed.workers.protocol import Task
from guards.compiled import compile_book
from guards.names.forms import forms_of
from prompts.book import PolicyBook, load_book, shipped_directory
from prompts.difference import difference
from prompts.policy import KINDS, RESPONSES, Policy
from prompts.starter import new_policy_text

_NOT_OF_AN_ID = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 64


def folder(policies: Path | None) -> Path:
    """The prompt folder that a command works on: the flag, the settings, or the shipped one."""
    return policies or load_settings().policies or shipped_directory()


@told
def new(id: str | None, title: str | None, kind: str, response: str, policies: Path | None) -> int:
    """Write a fresh file; never over an old one. Of id and title one may be guessed."""
    if id is None and title is None:
        raise SettingsError(
            'write whom or what it is about, as in boxed policy new "Jane Roe", or --sealed for '
            "a policy without names"
        )
    id, title = meaning(id, title)
    if kind not in KINDS:
        raise SettingsError(f"kind '{kind}' is not one of {', '.join(KINDS)}")
    if response not in RESPONSES:
        raise SettingsError(f"response '{response}' is not one of {', '.join(RESPONSES)}")
    try:
        text = new_policy_text(id, title, kind, response)
    except ValidationError as error:
        raise SettingsError(error.errors()[0]["msg"]) from None
    except ValueError:
        raise SettingsError("the title cannot be written in UTF-8; type it again") from None
    return write(new_file(id, policies), text, title)


def meaning(id: str | None, title: str | None) -> tuple[str, str]:
    """The id and the title that are meant where one of them was written; raises SettingsError.

    What is no id is a title, and a title's letters make an id.
    """
    if id is not None and title is not None:
        return id, title
    written = (id or title or "").strip()
    slug = _NOT_OF_AN_ID.sub("-", anyascii(written).lower()).strip("-")[:_LONGEST_ID].strip("-")
    if not slug:
        raise SettingsError(f"no id can be made of '{written}'; write an id and a --title")
    if id is not None and slug == written:
        return id, written.replace("-", " ").title()
    return slug, written


def new_file(id: str, policies: Path | None) -> Path:
    """Where a new policy's file belongs; raises ``SettingsError`` where one stands already."""
    root = policies or load_settings().policies
    if root is None:
        raise SettingsError("no prompt folder is set; name one with --policies or run 'boxed init'")
    target = (root / "policies" if (root / "policies").is_dir() else root) / f"{id}.md"
    if target.exists():
        raise SettingsError(f"{target} exists; choose another id or edit that file")
    return target


def write(target: Path, text: str, title: str | None = None) -> int:
    """Write a new policy's file; say what it is about, where that may be said."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    about = "" if title is None else f", about '{title}'"
    console.print(
        f"Wrote {target}{about}. Edit it, then run 'boxed policy check'.",
        highlight=False,
        markup=False,
    )
    return 0


@told
def show_all(policies: Path | None) -> int:
    """A table of every policy."""
    book, now = load_book(folder(policies)), datetime.now(UTC)
    table = Table("id", "title", "kind", "response", "names", "scope", "retain", "in force")
    for one in book.policies:
        table.add_row(
            escape(one.id), escape(one.title), one.kind, one.response,
            "sealed" if one.sealed else str(len(one.names)),
            str(len(one.scope)), str(len(one.retain)), "yes" if one.in_force(now, None) else "no",
        )  # fmt: skip
    console.print(table)
    console.print(f"{len(book.policies)} policies, book {book.digest[:12]}", highlight=False)
    return 0


@told
def show(id: str, policies: Path | None) -> int:
    """One policy in full."""
    book = load_book(folder(policies))
    try:
        one = book.get(id)
    except KeyError:
        known = ", ".join(p.id for p in book.policies[:20]) or "none"
        raise SettingsError(f"no policy has the id '{id}'; the ids are: {known}") from None
    for name, value in one.model_dump(exclude={"examples", "counterfacts", "instruction"}).items():
        shown = "\n".join(map(str, value)) if isinstance(value, tuple) else str(value)
        console.print(f"[cyan]{name}[/cyan] {escape(shown)}", highlight=False)
    if one.kind == "person":
        forms = "\n".join(form for name in one.names for form in forms_of(name))
        console.print(f"[cyan]also written[/cyan] {escape(forms)}", highlight=False)
    console.print(f"[cyan]examples[/cyan] {len(one.examples)}", highlight=False)
    console.print(f"[cyan]counterfacts[/cyan] {len(one.counterfacts)}", highlight=False)
    console.print(f"[cyan]instruction[/cyan]\n{escape(one.instruction)}", highlight=False)
    print_prompt(one, book)
    return 0


def print_prompt(policy: Policy, book: PolicyBook) -> None:
    """What the policy's worker would send for its first scope question, or say without a model."""
    if not policy.scope:
        console.print("[cyan]without a scope question there is no prompt to show[/cyan]")
        return
    asked = ChatRequest({"messages": [{"role": "user", "content": policy.scope[0]}]})
    compiled = compile_book(book, seal_key=seal_key_of(load_settings()))
    task = Task(asked, policy, (policy,), book, Masking(compiled))
    worker = worker_for([policy])
    rendered = WORKERS[worker].render(task)
    console.print(f"[cyan]{worker} would answer the first scope question by[/cyan]")
    if rendered.request is None:
        console.print(f"  saying: {escape(rendered.reply or '')}", highlight=False)
        return
    for message in rendered.request.body["messages"]:
        said = escape(message_text(message))
        console.print(f"  [dim]{message['role']}[/dim] {said}", highlight=False)


@told
def diff(old: Path, new: Path) -> int:
    """What differs between two prompt folders; status 1 when anything does."""
    changes = difference(load_book(old), load_book(new))
    for change in changes:
        console.print(f"{change.action} {change.what} {change.name}", highlight=False, markup=False)
        for field in change.fields:
            console.print(
                f"  {field.name}: {field.old} -> {field.new}", highlight=False, markup=False
            )
    if not changes:
        console.print("no difference")
    return 1 if changes else 0
