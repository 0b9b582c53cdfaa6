"""``boxed policy new --sealed`` writes a policy that holds no name; other commands read it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from boxed.commands import console, doctor, policy, policy_check
from boxed.commands.main import app
from boxed.settings import load_settings
from guards.compiled import compile_book
from guards.names.seal import SealKey
from prompts.book import load_book

KEY = "3c" * 32
PLAIN = """---
id: the-lake
title: The Lake
kind: topic
response: pretend
scope: [What is the lake of Jane Roe?]
---
Forget the lake.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOXED_SEAL_KEY", KEY)
    monkeypatch.setenv("BOXED_POLICIES", "prompts")
    for module in (console, doctor, policy, policy_check):
        monkeypatch.setattr(module, "console", Console(width=400))
    monkeypatch.setattr(console, "faults", Console(width=400, stderr=True))
    (tmp_path / "prompts" / "policies").mkdir(parents=True)
    return tmp_path / "prompts" / "policies"


def run(*words: str, typed: str = "") -> Any:
    return CliRunner().invoke(app, list(words), input=typed)


def test_a_name_that_is_typed_is_nowhere_on_disk_or_screen(folder: Path) -> None:
    result = run("policy", "new", "--sealed", typed="Jane Roe\nJane Roe\nRoe\nRoe\n\n")
    assert result.exit_code == 0, result.output
    assert "Roe" not in result.output
    (file,) = folder.iterdir()
    assert re.fullmatch(r"sealed-[0-9a-f]{12}\.md", file.name)
    assert not re.search("jane|roe", file.read_text(encoding="utf-8"), re.IGNORECASE)
    compiled = compile_book(load_book(folder.parent), seal_key=SealKey.from_hex(KEY))
    assert compiled.mentions.find("by JANE-ROE")
    assert compiled.mentions.find("old Roe")
    assert not compiled.mentions.find("old Jane")


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (("jane-roe", "--sealed"), "", "gets a random id and no title"),
        (("--sealed", "--title", "Jane Roe"), "", "gets a random id and no title"),
        (("--name", "Jane Roe"), "", "write --sealed"),
        (("--sealed", "--name", "Jo"), "", "fewer than 3 letters"),
        (("--sealed", "--name", "Jane Roe" * 20), "", "between 2 and 100"),
        (("--sealed", "--name", "Jane Roe", "--response", "pretend"), "", "redact or refuse"),
        (("--sealed", "--name", "Jane Roe", "--kind", "pet"), "", "kind 'pet' is not one of"),
        (("--sealed",), "Jane Roe\nJane Row\n", "the two differ"),
        (("--sealed",), "\n", "no name was typed"),
        ((), "", "write whom or what it is about"),
    ],
)
def test_a_wrong_word_is_told_and_nothing_is_written(
    folder: Path, words: tuple[str, ...], typed: str, told: str
) -> None:
    result = run("policy", "new", *words, typed=typed)
    assert result.exit_code == 2
    assert told in result.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "no key to seal with is set; make one with 'openssl rand -hex 32'"),
        ({"BOXED_SEAL_KEY": "secret-key"}, "setting 'seal_key': the key is not hexadecimal"),
        ({"BOXED_SEAL_KEY": "3c3c"}, "setting 'seal_key': the key holds 2 bytes"),
        ({"BOXED_SEAL_KEY_FILE": "none"}, "setting 'seal_key_file': none cannot be read"),
        ({"BOXED_SEAL_KEY_FILE": "latin"}, "setting 'seal_key_file': latin holds no key"),
        ({"BOXED_SEAL_KEY_FILE": "latin", "BOXED_SEAL_KEY": KEY}, "are both set; delete one"),
    ],
)
def test_a_bad_key_is_told_and_never_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], told: str
) -> None:
    Path("latin").write_bytes(b"\xe9\xe9")
    monkeypatch.delenv("BOXED_SEAL_KEY")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    result = run("policy", "new", "--sealed", "--name", "Jane Roe")
    assert result.exit_code == 2
    assert told in result.stderr
    assert "secret-key" not in result.output
    assert KEY not in repr(load_settings())


def test_list_show_check_and_doctor_read_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("policy", "new", "--sealed", "--name", "Jane Roe").exit_code == 0
    id = next(folder.iterdir()).stem
    assert "sealed" in run("policy", "list").stdout
    shown = run("policy", "show", id)
    assert shown.exit_code == 0, shown.output
    assert "without a scope question" in shown.stdout
    checked = run("policy", "check", "--lexical")
    assert checked.exit_code == 0, checked.output
    assert "1 sealed, opened by the key" in checked.stdout
    (folder / "the-lake.md").write_text(PLAIN, encoding="utf-8")
    rows = json.loads(run("policy", "check", "--lexical", "--json").stdout)
    told = [row for row in rows if row["asked_as"] == "plain text"]
    assert [(row["policy"], row["question"], row["passed"]) for row in told] == [
        ("the-lake", "(scope)", False)
    ]
    settings = load_settings()
    assert [one.remedy for one in doctor.seal_key(settings)] == [""]
    monkeypatch.setenv("BOXED_SEAL_KEY", "4d" * 32)
    (other,) = doctor.seal_key(load_settings())
    assert "another key" in other.result
    assert run("policy", "check", "--lexical").exit_code == 2
