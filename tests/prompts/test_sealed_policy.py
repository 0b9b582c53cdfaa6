"""A sealed policy says nothing of its subject, and a fault of one says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts.errors import BookError
from prompts.policy_file import parse_policy
from prompts.starter import sealed_policy_text
from tests.prompts.conftest import Write

ONE, TWO, ID = "14:" + "0a" * 16, "14:" + "1b" * 16, "5c" * 16
TEXT = f"""---
id: sealed-1
kind: person
sealed_with: {ID}
sealed:
  - "{ONE}"
  - "{TWO}"
response: redact
---
Forget.
"""


def faults(path: Path) -> list[str]:
    with pytest.raises(BookError) as caught:
        parse_policy(path)
    return [f"{Path(e.path).name}:{e.line}: {e.problem}; {e.remedy}" for e in caught.value.errors]


def test_a_sealed_policy_needs_neither_title_nor_scope(write: Write) -> None:
    policy = parse_policy(write(text=TEXT))
    assert policy.sealed == (ONE, TWO)
    assert (policy.title, policy.scope, policy.names) == ("Sealed", (), ())
    named = parse_policy(write(text=TEXT.replace("kind:", "title: Some Title\nkind:")))
    assert named.title == "Some Title"
    assert named.names == ()


def test_a_fresh_sealed_file_is_a_good_one(write: Write) -> None:
    for response in ("redact", "refuse"):
        text = sealed_policy_text("sealed-4f21", "work", response, [ONE, TWO], ID)
        policy = parse_policy(write(text=text))
        assert (policy.sealed, policy.sealed_with) == ((ONE, TWO), ID)
        assert (policy.kind, policy.response, policy.names) == ("work", response, ())


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (TWO, "14:1b", 7, ["item 2 of sealed is not a fingerprint", "boxed policy new --sealed"]),
        (TWO, "101:" + "1b" * 16, 7, ["item 2 of sealed is not a fingerprint"]),
        (TWO, ONE, 7, ["item 2 of sealed repeats", "delete the line"]),
        (f"sealed_with: {ID}\n", "", 4, ["sealed_with '' is not the id of a key", "--sealed"]),
        (ID, "key", 4, ["sealed_with 'key' is not the id"]),
        ("redact", "pretend", 8, ["response 'pretend' would show a model", "redact, refuse"]),
        ("response: redact", "response: redact\naliases: [Jane Roe]", 9,
         ["aliases of a sealed policy would give it away", "seal each name"]),
        ("response: redact",
         "response: redact\nexamples:\n  - question: Who?\n    answer: She.", 9,
         ["examples of a sealed policy", "delete them"]),
        ("response: redact",
         "response: redact\ncounterfacts:\n  - question: Who?\n    answer: She.", 9,
         ["counterfacts of a sealed policy"]),
    ],
)  # fmt: skip
def test_a_fault_names_line_value_and_remedy(
    write: Write, old: str, new: str, line: int, words: list[str]
) -> None:
    found = faults(write(text=TEXT.replace(old, new)))
    assert len(found) == 1, found
    assert found[0].startswith(f"mara.md:{line}: ")
    assert all(word in found[0] for word in words), found


def test_a_name_in_place_of_a_fingerprint_is_not_quoted(write: Write) -> None:
    found = faults(write(text=TEXT.replace(TWO, "Jane Roe")))
    assert "not a fingerprint" in found[0]
    assert "Roe" not in "".join(found)


def test_sealed_with_alone_is_a_fault(write: Write) -> None:
    good = write()
    text = good.read_text(encoding="utf-8")
    found = faults(write(text=text.replace("scope:", f"sealed_with: {ID}\nscope:")))
    assert found == ["mara.md:6: sealed_with stands in a policy without sealed; delete it"]
