"""The guide for policy authors is complete, and its example is a good policy."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from prompts.book import TEMPLATE_NAMES
from prompts.errors import BookError
from prompts.policy import KINDS, RESPONSES, Policy
from prompts.policy_file import parse_policy

GUIDE = Path(__file__).parents[2] / "docs" / "policies.md"


@pytest.fixture
def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


@pytest.fixture
def example(guide: str) -> str:
    found = re.search(r"^```markdown\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_every_field_kind_response_and_template_is_explained(guide: str):
    fields = set(Policy.model_fields)
    assert {
        word for word in (fields | set(KINDS) | set(RESPONSES)) if f"`{word}`" not in guide
    } == (set())
    files = {f"{name.removeprefix('workers/')}.md" for name in TEMPLATE_NAMES}
    assert {file for file in files if f"`{file}`" not in guide and f"{file}`" not in guide} == set()


def test_the_example_parses_and_shows_every_field(example: str, tmp_path: Path):
    path = tmp_path / "mara-quill.md"
    path.write_text(example, encoding="utf-8")
    policy = parse_policy(path)
    # Each in an example of its own, or of pseudonymise alone.
    elsewhere = {"sealed", "sealed_with", "since", "until", "by_chance"}
    assert policy.model_fields_set == set(Policy.model_fields) - elsewhere
    assert policy.names == ("Mara Quill", "M. J. Quill", "the Lantern Lady")


def test_the_sealed_example_parses(guide: str, tmp_path: Path):
    found = re.search(r"^```markdown\n(---\nid: sealed.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    assert found is not None
    path = tmp_path / "sealed.md"
    path.write_text(found[1], encoding="utf-8")
    assert parse_policy(path).sealed


def test_the_example_of_a_period_parses(guide: str, tmp_path: Path):
    found = re.search(r"^```markdown\n(---\nid: backtest.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    assert found is not None
    path = tmp_path / "backtest.md"
    path.write_text(found[1], encoding="utf-8")
    assert parse_policy(path).since == date(2024, 3, 1)


def test_the_faults_shown_are_those_reported(guide: str, example: str, tmp_path: Path):
    (tmp_path / "policies").mkdir()
    path = tmp_path / "policies" / "mara-quill.md"
    broken = example.replace("icul", "pretnd").replace("retain:", "retains:")
    path.write_text(broken.replace("M. J. Quill", "MQ"), encoding="utf-8")
    with pytest.raises(BookError) as caught:
        parse_policy(path)
    shown = re.findall(r"^policies/mara-quill\.md:.*$", guide, re.MULTILINE)
    reported = str(caught.value).replace(f"{tmp_path.as_posix()}/", "").splitlines()
    assert reported == shown
