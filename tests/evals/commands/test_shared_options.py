"""An option that several commands take is written once: no help text stands in two places."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import evals.commands
from evals.commands.options import listed

FILES = sorted(Path(evals.commands.__file__).parent.glob("*.py"))


def options(source: str) -> list[str]:
    """Every annotation with metadata that the source spells out."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Subscript)]
    return [ast.unparse(node) for node in found if ast.unparse(node.value) == "Annotated"]


def test_no_option_is_spelt_out_twice() -> None:
    every = Counter(told for file in FILES for told in options(file.read_text(encoding="utf-8")))
    assert len(every) > 50
    assert [told for told, count in every.items() if count > 1] == []


@pytest.mark.parametrize(
    ("text", "names"), [("a, b,,c ", ("a", "b", "c")), ("", ()), (" , ", ()), ("one", ("one",))]
)
def test_a_list_is_what_stands_between_commas(text: str, names: tuple[str, ...]) -> None:
    assert listed(text) == names
