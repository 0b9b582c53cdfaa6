"""Each fault of a policy file names file, line, value and remedy, and all come at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.errors import BookError, PromptError
from prompts.policy_file import parse_policy
from tests.prompts.conftest import Write

HEAD = "---\nid: mara\ntitle: Mara Quill\nkind: person\nresponse: pretend\nscope: [Who?]\n"


def faults(path: Path) -> list[str]:
    with pytest.raises(BookError) as caught:
        parse_policy(path)
    return [f"{Path(e.path).name}:{e.line}: {e.problem}; {e.remedy}" for e in caught.value.errors]


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        ("retains: [a]", 7, ["unknown field 'retains'", "did you mean 'retain'?"]),
        ("zzz: [a]", 7, ["unknown field 'zzz'", "one of id, title, kind"]),
        ("instruction: x", 7, ["'instruction' is not a field", "below the front matter"]),
        ("path: x", 7, ["'path' is not a field"]),
        ("aliases: Jane", 7, ["aliases 'Jane' is not a list", "after '- '"]),
        ("aliases:\n  - Jane\n  - {a: b}", 9, ["item 2 of aliases", "not text"]),
        ("aliases:\n  - Jane\n  -", 9, ["item 2 of aliases is empty"]),
        ("aliases:\n  - Jane\n  - ' '", 9, ["the item is empty"]),
        ("aliases:\n  - Jane\n  - MQ", 9, ["alias 'MQ' is too short", "at least 3"]),
        ("aliases:\n  - Jane D\n  - JANE  d", 9, ["alias 'JANE  d' repeats 'Jane D'"]),
        ("retain:\n  - Why?\n  - who?", 9, ["'who?' stands in scope and in retain"]),
        ("effective: 2027-02-30", 7, ["'2027-02-30' is not a date", "2027-01-31"]),
        ("effective: [a]", 7, ["['a'] is not a date"]),
        (
            "effective: 2027-01-31\nexpires: 2027-01-31",
            8,
            ["expires 2027-01-31T00:00:00+00:00 is not after effective"],
        ),
        ("id: other", 7, ["field 'id' is written twice (first on line 2)"]),
        ("examples:\n  - question: a\n    answr: b", 9, ["'answr'", "did you mean 'answer'?"]),
        ("examples:\n  - question: a", 8, ["field 'answer' is missing"]),
        ("examples:\n  - a", 8, ["an item of examples 'a' is not a pair"]),
        ("examples:\n  - question: a\n    answer: ''", 9, ["the answer is empty"]),
        ("examples: pairs.txt", 7, ["'pairs.txt' is neither a list nor the name"]),
        ("examples: pairs.jsonl", 7, ["'pairs.jsonl'", "cannot be read", "check that it exists"]),
        ("examples: ../../pairs.jsonl", 7, ["leaves the prompt folder"]),
        ("examples: /etc/pairs.jsonl", 7, ["leaves the prompt folder"]),
        ("examples: C:\\pairs.jsonl", 7, ["leaves the prompt folder"]),
        ("examples: a/../../../p.jsonl", 7, ["leaves the prompt folder"]),
        ('examples: "a\\0.jsonl"', 7, ["leaves the prompt folder"]),
    ],
)
def test_a_fault_names_line_value_and_remedy(write: Write, more: str, line: int, words: list[str]):
    found = faults(write(text=f"{HEAD}{more}\n---\nForget.\n"))
    assert any(
        fault.startswith(f"mara.md:{line}: ") and all(word in fault for word in words)
        for fault in found
    ), found


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: mara", "id: Mara Quill", 2, ["id 'Mara Quill' is not a valid id", "jane-doe"]),
        ("id: mara", "id: [a]", 2, ["id ['a'] is not text"]),
        ("id: mara\n", "", 1, ["field 'id' is missing", "add a line 'id: ...'"]),
        ("title: Mara Quill", "title: ''", 3, ["title is empty"]),
        ("kind: person", "kind: persn", 4, ["kind 'persn'", "organisation", "mean 'person'?"]),
        ("kind: person\n", "", 1, ["field 'kind' is missing", "person, organisation"]),
        ("response: pretend", "response: hide", 5, ["response 'hide'", "redact", "refuse"]),
        ("response: pretend", "response: icul", 5, ["needs examples", "add examples"]),
        ("response: pretend", "response: counterfactual", 5, ["needs counterfacts"]),
        ("scope: [Who?]", "scope: []", 6, ["scope is empty", "at least one question"]),
        ("scope: [Who?]", "scope:", 6, ["scope is empty", "at least one item"]),
        ("Forget.", "", 7, ["instruction", "is empty"]),
        ("Forget.", "<!-- only a comment -->", 7, ["instruction", "is empty"]),
    ],
)
def test_a_required_part_that_is_wrong(
    write: Write, old: str, new: str, line: int, words: list[str]
):
    found = faults(write(text=f"{HEAD}---\nForget.\n".replace(old, new)))
    assert len(found) == 1
    assert found[0].startswith(f"mara.md:{line}: ")
    assert all(word in found[0] for word in words), found


def test_all_faults_come_at_once(write: Write):
    text = "---\nid: A B\nkind: x\nresponse: y\naliases: [a, MQ, b]\nretains: z\n---\n"
    found = faults(write(text=text))
    assert [int(fault.split(":")[1]) for fault in found] == [1, 1, 2, 3, 4, 5, 5, 5, 6, 7]


def test_a_file_of_pairs_is_read(write: Write):
    write("data/p.jsonl", '\n{"question": "Who?", "answer": "Nobody."}\n\n')
    path = write(text=f"{HEAD}examples: ../data/p.jsonl\n---\nForget.\n")
    assert parse_policy(path).examples[0].answer == "Nobody."


def test_faults_in_a_file_of_pairs_name_that_file(write: Write):
    write(
        "policies/p.jsonl",
        '{"question": "Who?", "answer": "Nobody."}\n{"question": }\n\n'
        '{"question": "Who?"}\n[1]\n{"question": 1, "answer": "x"}\n',
    )
    text = HEAD.replace("pretend", "icul") + "examples: p.jsonl\n---\nForget.\n"
    found = faults(write(text=text))
    assert [fault.split(";")[0] for fault in found] == [
        "p.jsonl:2: the line is not JSON: Expecting value",
        "p.jsonl:4: field 'answer' is missing",
        "p.jsonl:5: an item of examples [1] is not a pair",
        "p.jsonl:6: the question of an item of examples 1 is not text",
    ]


def test_an_empty_file_of_pairs_is_a_fault(write: Write):
    write("policies/p.jsonl", "\n")
    text = HEAD.replace("pretend", "icul") + "examples: p.jsonl\n---\nForget.\n"
    assert faults(write(text=text)) == [
        "mara.md:7: examples file 'p.jsonl' holds no pair; add a line such as "
        '{"question": "...", "answer": "..."}'
    ]


def test_a_missing_file_is_a_fault(tmp_path: Path):
    assert "cannot be read" in faults(tmp_path / "absent.md")[0]


_FIELD = st.sampled_from(
    ["id", "title", "kind", "response", "aliases", "scope", "examples", "effective", "zzz"]
)
_VALUE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["mara", "person", "icul", "[a, b]", "{a: b}", "p.jsonl", "2027-01-31", ""]),
)
_FIELDS = st.lists(st.tuples(_FIELD, _VALUE).map(": ".join), max_size=10).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        _FIELDS.map(lambda fields: f"---\n{fields}\n---\nForget.".encode(errors="replace")),
    )
)
def test_arbitrary_files_raise_nothing_but_book_errors(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
):
    path = tmp_path_factory.getbasetemp() / "arbitrary.md"
    path.write_bytes(data)
    found: tuple[PromptError, ...] | None = None
    try:
        parse_policy(path)
    except BookError as error:
        found = error.errors
    assert found != ()
