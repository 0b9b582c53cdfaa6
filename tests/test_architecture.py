"""ARCHITECTURE.md maps every file, and nothing that is not there."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAP = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
FOLDERS = ("prompts", "guards", "retrieval", "boxed", "evals")


def sources() -> set[str]:
    found = {p for folder in FOLDERS for p in (ROOT / folder).rglob("*.py")}
    return {p.relative_to(ROOT).as_posix() for p in found if p.name != "__init__.py"}


def test_every_source_file_has_its_line_and_every_line_its_file():
    mapped = re.findall(r"^\| `([\w/.]+\.py)` \|", MAP, re.MULTILINE)
    assert sorted(mapped) == sorted(sources())


def test_no_file_is_longer_than_four_hundred_lines():
    long = [
        name for name in sources() if (ROOT / name).read_text(encoding="utf-8").count("\n") > 400
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
