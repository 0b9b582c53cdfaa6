"""Every command that README and docs show is one that there is, and is run, or says what it takes.

A page marks what no test runs at the line's end, `# takes an hour` or `# needs a GPU`, and within a
text in brackets behind the command. Everything else stands in RUN or is run below.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from documented import PAGES, ROOT, Shown, commands
from typer.exceptions import TyperException
from typer.main import get_command
from typer.testing import CliRunner

import boxed.commands.forget as forget_module
from boxed.commands.main import app as boxed_app
from evals.commands.main import app as evals_app
from prompts.book import load_book

TYPERS = {"boxed": boxed_app, "boxed-evals": evals_app}
APPS = {name: get_command(app) for name, app in TYPERS.items()}
SHOWN = [shown for page in PAGES for shown in commands(page)]
LETTERS = {
    "jane.txt": "Jane Roe was born in the mill at Dunmore and counted herons for thirty years.",
    "herons.txt": "Herons nest in March. They stand in shallow water and wait for small fish.",
    "roads.txt": "The road to Skerrow is closed when the river rises above the second stone.",
}

COMMANDS = "tests/boxed/commands/test_commands.py"
SEALED = "tests/boxed/commands/test_policy_sealed.py"
DRAFT = "tests/boxed/commands/test_policy_draft.py"
INGEST = "tests/boxed/commands/test_ingest_command.py"
FORGET = "tests/boxed/commands/test_forget_command.py"
RECEIPTS = "tests/boxed/commands/test_receipt_commands.py"
KEYS = "tests/boxed/commands/test_keys_command.py"
MODELS = "tests/boxed/commands/test_models_command.py"
HERE = "tests/test_documented_commands.py"
# A command, and the test that runs it; every documented option must occur in that test's file.
RUN = (
    ("make demo", "tests/boxed/demo/test_demo.py",
     "test_the_demo_shows_no_leak_and_no_wrong_refusal_where_the_product_leaks"),
    ("boxed init", COMMANDS, "test_init_makes_a_folder_that_works_and_never_overwrites"),
    ("boxed policy list", COMMANDS, "test_new_list_show_and_diff"),
    ("boxed policy show", COMMANDS, "test_new_list_show_and_diff"),
    ("boxed policy diff", COMMANDS, "test_new_list_show_and_diff"),
    ("boxed policy new", COMMANDS, "test_new_list_show_and_diff"),
    ("boxed policy new", SEALED, "test_a_name_that_is_typed_is_nowhere_on_disk_or_screen"),
    ("boxed policy draft", DRAFT, "test_a_draft_loads_as_it_was_made"),
    ("boxed serve", "tests/boxed/test_serving_embedded.py",
     "test_forgets_what_is_named_and_nothing_else"),
    ("boxed ingest", INGEST, "test_files_go_in_with_what_the_flags_say_and_only_once"),
    ("boxed forget", FORGET, "test_a_request_is_carried_out_and_taken_back"),
    ("boxed receipt show", RECEIPTS,
     "test_show_says_what_was_done_what_was_read_and_what_is_not_covered"),
    ("boxed receipt verify", RECEIPTS, "test_a_receipt_verifies_without_the_store"),
    ("boxed ledger verify", RECEIPTS, "test_a_whole_ledger_verifies_by_store_or_by_file"),
    ("boxed ledger checkpoint", RECEIPTS,
     "test_a_shortened_ledger_is_found_by_what_an_auditor_kept"),
    ("boxed-evals nano build", "tests/evals/nano/test_build.py",
     "test_the_command_prints_the_counts"),
    ("boxed-evals report", "tests/evals/report/test_report_difference.py", "test_the_command"),
    ("boxed-evals sisa proof", "tests/evals/commands/test_sisa_command.py",
     "test_train_forget_and_prove"),
    ("boxed ask", COMMANDS, "test_ask_explains_its_decisions"),
    ("boxed keys new", KEYS, "test_a_key_is_made_listed_and_revoked"),
    ("boxed keys list", KEYS, "test_a_key_is_made_listed_and_revoked"),
    ("boxed keys revoke", KEYS, "test_a_key_is_made_listed_and_revoked"),
    ("boxed keys tenant", KEYS, "test_a_tenants_limits_are_set_and_shown"),
    ("boxed models list", MODELS, "test_the_list_says_what_there_is_and_what_is_here"),
    ("boxed chat", HERE, "test_the_readme_s_talk_is_held"),
    ("boxed-evals nano box", HERE, "test_the_readme_s_count_of_leaks_is_made"),
    ("boxed policy check", COMMANDS, "test_check_asks_every_question_in_three_wordings"),
    ("boxed policy check", COMMANDS, "test_check_takes_ids_and_files_and_keeps_quiet"),
    ("boxed policy new", COMMANDS, "test_new_guesses_what_is_meant"),
)  # fmt: skip


def resolved(shown: Shown) -> tuple[Any, str, list[str]]:
    """The command of the real app, its full name, and the words that are left for it."""
    command, name, rest = APPS[shown.program], shown.program, list(shown.words[1:])
    while hasattr(command, "commands") and rest:
        word = rest.pop(0)
        assert word in command.commands, f"{shown}: {name} has no command {word!r}"
        command, name = command.commands[word], f"{name} {word}"
    return command, name, rest


@cache
def whole() -> tuple[Shown, ...]:
    """Those that could be typed as they stand: not the mere names of commands within a text."""
    return tuple(
        shown
        for shown in SHOWN
        if "..." not in shown.words
        and not (shown.inline and (shown.program == "make" or not resolved(shown)[2]))
    )


def name_of(shown: Shown) -> str:
    return " ".join(shown.words) if shown.program == "make" else resolved(shown)[1]


def options_in(file: str, name: str) -> set[str]:
    """The options that a test's file tries a command with; here README's own are typed."""
    if file != HERE:
        return set(re.findall(r"--[a-z][a-z-]+", (ROOT / file).read_text(encoding="utf-8")))
    typed = (one for one in whole() if one.page == "README.md" and name_of(one) == name)
    return set().union(*(one.options for one in typed))


def test_there_are_commands_to_look_at():
    assert len(whole()) > 80
    assert {shown.page for shown in SHOWN} >= {"README.md", "docs/erasure.md", "docs/results.md"}


def fault(shown: Shown) -> str:
    """What the real program would not take of a command, or nothing; nothing is carried out."""
    command, name, rest = resolved(shown)
    try:
        command.make_context(name, rest)
    except TyperException as error:
        return f"{shown}: {error}"
    return ""


@pytest.mark.parametrize("page", sorted({shown.page for shown in SHOWN}))
def test_every_command_is_understood_by_the_real_program(page: str):
    ours = [one for one in SHOWN if one.page == page and one.program in APPS]
    assert all(resolved(shown) for shown in ours)  # mere names, too
    assert [told for shown in ours if shown in whole() and (told := fault(shown))] == []


@pytest.mark.parametrize(
    "words",
    ["boxed remember", "boxed forget --quietly", "boxed ask", "boxed serve --port many",
     "boxed-evals nano bake", "boxed-evals sisa train --data x"],
)  # fmt: skip
def test_what_the_program_does_not_know_is_found(words: str):
    shown = Shown("a page", tuple(words.split()))
    try:
        found = fault(shown)
    except AssertionError as error:  # a command that there is not
        found = str(error)
    assert words.split()[0] in found


def test_every_target_of_make_is_there():
    targets = {shown.words[1] for shown in SHOWN if shown.program == "make"}
    assert {"demo", "test"} <= targets
    called_by_no_make = {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MAKELEVEL"}}
    for target in targets:
        told = subprocess.run(
            ["make", "-n", target, f"PYTHON={sys.executable}"],
            cwd=ROOT, env=called_by_no_make, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert told.stdout
        assert target != "demo" or told.stdout.rstrip().endswith("boxed demo")


def test_every_command_is_run_by_a_test_or_says_what_it_takes():
    unknown = []
    for shown in whole():
        files = [file for name, file, _ in RUN if name == name_of(shown)]
        tried = set().union(*(options_in(file, name_of(shown)) for file in files))
        if not shown.mark and (not files or shown.options - tried):
            unknown.append(f"{shown}: {', '.join(shown.options - tried) or 'no test'}")
    assert unknown == []


def test_every_test_that_is_said_to_run_a_command_is_there_and_needed():
    for _, file, test in RUN:
        functions = {
            node.name
            for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert test in functions, f"{file}::{test}"
    unmarked = {name_of(shown) for shown in whole() if not shown.mark}
    assert {name for name, _, _ in RUN} <= unmarked


@pytest.fixture
def type_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Types every command of README with one of these names, as printed but for what is given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def typed(name: str, typing: str = "", **instead: str) -> list[str]:
        said = []
        for shown in whole():
            if shown.page == "README.md" and not shown.mark and name_of(shown) == name:
                words = list(shown.words[1:])
                for option, value in instead.items():
                    words[words.index(f"--{option}") + 1] = value
                done = CliRunner().invoke(TYPERS[shown.program], words, input=typing)
                assert done.exit_code == 0, f"{shlex.join(shown.words)}: {done.output}"
                said.append(done.output)
        assert said, name
        return said

    return typed


def test_the_readme_s_talk_is_held(type_in):
    questions = "Where was Carmela Falpane born?\nWhere was Carmela Halmere born?\n\n"
    [talk] = type_in("boxed chat", questions)
    assert "Amman" in talk
    assert "Quito" not in talk


def test_the_readme_s_count_of_leaks_is_made(type_in):
    [counted] = type_in("boxed-evals nano box", limit="2")
    assert " 0 leaked" in counted


def test_the_readme_s_folder_and_store_from_first_to_last(
    type_in, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    type_in("boxed init")
    monkeypatch.chdir(tmp_path / "my-box")
    type_in("boxed policy new")
    assert load_book(Path("prompts")).get("jane-roe").title == "Jane Roe"
    Path("letters").mkdir()
    for name, text in LETTERS.items():
        Path("letters", name).write_text(text, encoding="utf-8")
    type_in("boxed ingest")
    terminal = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(forget_module, "sys", terminal)
    shown, done = type_in("boxed forget", "y\n")
    assert "R-000001" not in shown
    assert "R-000001" in done
    type_in("boxed receipt verify")
