"""``boxed policy check``: every policy's own scope and retain questions, run as tests.

A scope question must give certain evidence of its policy, a retain question none of any policy in
force. Each is asked as it is written, in lower case without punctuation, and with polite words in
front: a question always matches its own wording, which says little of how others would ask. A
part of a file that names a sealed subject in plain text is a miss, too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from rich.markup import escape
from rich.progress import track
from rich.table import Table

from boxed.commands.console import console, told
from boxed.commands.policy import folder
from boxed.policy_checks import Doubtful, Row, check_policy, doubtful, told_in_plain
from boxed.sealing import seal_key_of
from boxed.settings import SettingsError, load_settings
from boxed.store.embedding import load_embedder
from guards.compiled import compile_book
from guards.screen import Screen
from prompts.book import PolicyBook, load_book
from prompts.policy import Policy
from prompts.policy_file import parse_policy


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to check, and how to show it; ``which`` empty means every policy."""

    which: tuple[str, ...] = ()
    policies: Path | None = None
    semantic: bool | None = None
    as_json: bool = False
    quiet: bool = False


@told
def run(wishes: Wishes) -> int:
    """Print the table; status 1 when any question was judged wrongly."""
    settings = load_settings(semantic=wishes.semantic)
    book, ids = chosen(load_book(folder(wishes.policies)), wishes.which)
    embed = load_embedder(settings) if settings.semantic else None
    compiled = compile_book(book, embed, seal_key_of(settings))
    screen, now = Screen(compiled, embed), datetime.now(UTC)
    asked = [policy for policy in book.policies if policy.id in ids]
    held = [policy for policy in asked if policy.in_force(now, None)]
    silent = wishes.as_json or wishes.quiet
    rows = [
        row
        for policy in track(held, "checking", console=console, transient=True, disable=silent)
        for row in check_policy(policy, screen, now)
    ]
    rows += (row for row in told_in_plain(compiled) if row.policy in ids)
    missed = [row for row in rows if not row.passed]
    if wishes.as_json:
        shown = missed if wishes.quiet else rows
        console.print_json(json.dumps([{**asdict(row), "passed": row.passed} for row in shown]))
    elif wishes.quiet:
        if missed:
            show(missed)
    else:
        show(rows)
        show_doubtful(doubtful(held))
        sum_up(asked, len(asked) - len(held), rows)
    return 1 if missed else 0


def chosen(book: PolicyBook, which: Sequence[str]) -> tuple[PolicyBook, frozenset[str]]:
    """The ids of what is asked for, and the book with the files in it that lie elsewhere.

    Every policy where nothing is asked for; raises ``SettingsError`` for what is not there.
    """
    if not which:
        return book, frozenset(policy.id for policy in book.policies)
    policies = {policy.id: policy for policy in book.policies}
    files = {Path(policy.path).resolve(): policy.id for policy in book.policies}
    ids: set[str] = set()
    for word in which:
        file = Path(word)
        if word in policies:
            ids.add(word)
        elif file.resolve() in files:
            ids.add(files[file.resolve()])
        elif file.is_file():
            policy = parse_policy(file)
            policies[policy.id] = policy
            ids.add(policy.id)
        else:
            near = get_close_matches(word, policies, n=1)
            known = f"did you mean '{near[0]}'?" if near else "'boxed policy list' shows them"
            raise SettingsError(f"'{word}' is neither the id of a policy nor a file; {known}")
    in_order = tuple(policies[id] for id in sorted(policies))
    return replace(book, policies=in_order), frozenset(ids)


def sum_up(asked: Sequence[Policy], waiting: int, rows: Sequence[Row]) -> None:
    """The counts, on one line."""
    missed = sum(not row.passed for row in rows)
    sealed = sum(bool(policy.sealed) for policy in asked)
    console.print(
        f"{len(asked)} policies, {len(rows)} questions in 3 wordings each, {missed} missed"
        + (f"; {waiting} not in force, not asked" if waiting else "")
        + (f"; {sealed} sealed, opened by the key" if sealed else ""),
        highlight=False,
    )


def show(rows: list[Row]) -> None:
    """The table, one row a question."""
    table = Table("policy", "as", "question", "found", "result")
    for row in rows:
        verdict = (
            "[green]pass[/green]" if row.passed else f"[red]MISS[/red] {', '.join(row.missed)}"
        )
        question, found = escape(row.question), escape(row.found)
        table.add_row(escape(row.policy), row.asked_as, question, found, verdict)
    console.print(table)


def show_doubtful(names: Sequence[Doubtful]) -> None:
    """What each name that others bear would touch, if it decided alone."""
    for one in names:
        console.print(
            f"{one.policy}: '{one.name}' alone names nobody: {one.reason}. It counts only together "
            "with something else; alone it would touch",
            highlight=False,
            markup=False,
        )
        for sentence in one.touches:
            console.print(f"  {sentence}", highlight=False, markup=False)
