"""The documents about the code are short and true; every module says why it exists."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
FOLDERS = ("prompts", "guards", "retrieval", "boxed", "evals")


@cache
def modules() -> list[str]:
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


@cache
def first_line(name: str) -> str:
    """As the map shows it: of the whole docstring, so one that runs on has no full stop there."""
    text = ast.get_docstring(ast.parse((ROOT / name).read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


@pytest.fixture(scope="module")
def printed() -> str:
    shown = subprocess.run(
        [sys.executable, "-I", "-S", ".ci/map.py"],  # with the standard library alone
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return shown.stdout


def test_every_module_says_in_one_line_why_it_exists():
    unsaid = [
        name
        for name in modules()
        if not first_line(name).endswith((".", "?")) or len(first_line(name)) > 100
    ]
    assert unsaid == []


def test_every_folder_of_modules_says_why_it_exists():
    folders = {(ROOT / name).parent for name in modules()}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_map_lists_every_module_with_its_line(printed):
    listed, folder = {}, ""
    for block in printed.split("\n\n"):
        head, *rest = re.split(r"\n(?=  \w)", block)
        folder, _, said = " ".join(head.split()).partition("/ ")
        listed[f"{folder}/__init__.py"] = said
        for entry in rest:
            name, _, said = " ".join(entry.split()).partition(" ")
            listed[f"{folder}/{name}"] = said
    assert listed == {name: " ".join(first_line(name).split()) for name in modules()}


def test_the_map_fits_a_hundred_columns(printed):
    assert max(map(len, printed.splitlines())) <= 100


def test_the_architecture_is_read_in_ten_minutes():
    assert len(ARCHITECTURE.encode()) <= 10_000


def test_every_place_that_the_architecture_names_is_there():
    pattern = rf"`((?:{'|'.join((*FOLDERS, 'tests', 'docs'))})/[\w./-]*|\w+\.(?:toml|md))`"
    named = {place for place in re.findall(pattern, ARCHITECTURE) if "NAME" not in place}
    assert len(named) > 50
    assert [place for place in sorted(named) if not (ROOT / place).exists()] == []


def test_every_wing_has_its_line_in_the_architecture():
    rooms = {
        path.parent.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in (ROOT / folder).glob("*/__init__.py")
    }
    assert [room for room in sorted(rooms) if f"`{room}/`" not in ARCHITECTURE] == []


def test_every_contract_stands_where_the_architecture_says():
    rows = re.findall(r"^\| `(\w+)` \| `([\w/]+\.py)` \|", ARCHITECTURE, re.MULTILINE)
    assert {"Policy", "PolicyBook", "Screen", "StreamGate", "ChatModel", "Worker", "Store",
            "Suite", "METRICS", "System"} <= {name for name, _ in rows}  # fmt: skip
    for name, place in rows:
        code = (ROOT / place).read_text(encoding="utf-8")
        assert re.search(rf"^(?:class {name}\b|{name}\s*:)", code, re.MULTILINE), name


def test_no_file_is_longer_than_four_hundred_lines():
    long = [
        name for name in modules() if (ROOT / name).read_text(encoding="utf-8").count("\n") > 400
    ]
    assert long == []


def test_no_text_of_the_project_names_a_path_of_one_machine():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    local = re.compile(r"(?<![\w.])/(?:home|root|Users)/\w")
    named = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        readable = path.suffix in {".py", ".md", ".toml", ".txt", ".jsonl", ".json"}
        if readable and path.exists() and local.search(path.read_text(encoding="utf-8")):
            named.append(name)
    assert named == [], named
