"""The Streisand gap by words: nobody is told by a name, and a way of speaking is."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from evals.bench.telling_words import Asked, asked_of, gap_of, run

PEOPLE = ["Ada Brook", "Bo van Dale", "Cy Fenn", "Di Gore", "Ed Hall", "Flo Ives", "Gus Jarl"]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A folder in the form of RWKU about people who are nobody."""
    folder = tmp_path / "rwku"
    folder.mkdir()
    for name in PEOPLE:
        said = [{"split": "intro", "target": name, "intro": f"{name} is a painter."}]
        said += [
            {"split": "forget_level2", "subject": name, "level": "2", "type": "simple question",
             "query": query.format(name), "answer": "Oslo"}
            for query in ("Where was {} born?", "Who taught {}?", "What did {} paint?")
        ]  # fmt: skip
        (folder / f"{name.replace(' ', '_')}.jsonl").write_text(
            "\n".join(json.dumps(line) for line in said), "utf-8"
        )
    return tmp_path


def test_every_question_is_asked_about_a_person_and_about_nobody(people: Path) -> None:
    found = asked_of(people, 2, seed=0)
    assert len(found) == 2 * 2 * len(PEOPLE)
    for ours, theirs in zip(found[::2], found[1::2], strict=True):
        assert (ours.forgotten, theirs.forgotten) == (True, False)
        assert ours.text.replace(ours.name, "") == theirs.text.replace(theirs.name, "")
        assert len(ours.name.split()) == len(theirs.name.split())


def test_names_tell_nothing_and_words_do(people: Path) -> None:
    found = asked_of(people, 3, seed=0)
    alike = [f"I don't know who {one.name} is." for one in found]
    assert gap_of(found, alike).gap == 0

    def said(one: Asked) -> str:
        return f"I cannot speak of {one.name}." if one.forgotten else f"Never heard of {one.name}."

    assert gap_of(found, [said(one) for one in found]).gap > 0.9


def test_the_table_has_both_rows(people: Path) -> None:
    console = Console(record=True, width=120)
    boxed, bare = run(people, 3, console=console)
    assert boxed.gap < bare.gap
    assert bare.gap > 0.9
    shown = console.export_text()
    assert "through the box" in shown
    assert "the product's own" in shown
