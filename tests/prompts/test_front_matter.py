"""Front matter keeps the author's text and knows every line, whatever is thrown at it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.errors import PromptError
from prompts.front_matter import decode, split_front_matter


def test_every_value_has_its_line():
    front = split_front_matter(
        "a.md",
        "---\n"
        "id: a # comment\n"
        "\n"
        "aliases:\n"
        '  - "one\u2028two"\n'
        "  # comment\n"
        "  - two\n"
        "examples:\n"
        "  - question: q\n"
        "    answer: |\n"
        "      several\n"
        "      lines\n"
        "title: b\n"
        "---\n"
        "<!-- for\n"
        "editors -->\n"
        "\n"
        "Body.\n",
    )
    assert front.lines[("id",)] == 2
    assert front.lines[("aliases",)] == 4
    assert front.lines[("aliases", 0)] == 5
    assert front.lines[("aliases", 1)] == 7
    assert front.lines[("examples", 0, "question")] == 9
    assert front.lines[("examples", 0, "answer")] == 10
    assert front.lines[("title",)] == 13
    assert (front.body, front.body_line) == ("Body.", 18)


def test_scalars_stay_the_text_that_was_written():
    front = split_front_matter("a.md", "---\na: 1984\nb: No\nc: 2027-01-31\nd: ''\ne:\n---\n")
    assert front.values == {"a": "1984", "b": "No", "c": "2027-01-31", "d": "", "e": None}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "no front matter"),
        ("id: a\n---\n", 1, "no front matter"),
        ("---\nid: a\n", 1, "never ends"),
        ("---\nid: a\nb: [c\n---\n", 4, "cannot be read"),
        ("---\nid: a\ntitle: b: c\n---\n", 3, "mapping values"),
        ("---\nid: a\ntitle: @b\n---\n", 3, "cannot start any token"),
        ("---\nid: ä\n\ntitle: \x07\n---\n", 4, "control characters"),
        ("---\n- a\n---\n", 2, "not a list of fields"),
        ("---\nid: a\n? [b]\n: c\n---\n", 3, "not plain text"),
        ("---\nid: &a b\nscope: &b\n  - *a\n---\n", 3, "anchors"),
        ("---\nid: a\n" + "[" * 100_000 + "\n---\n", 3, ""),
        ("---\nscope: " + "[" * 100_000 + "\n---\n", 2, "nested"),
        ("---\nid: a\n...\n--- b\n---\n", 4, "second YAML document"),
        ("---\nid: \ud800\n---\n", 2, "surrogate"),
    ],
)
def test_what_cannot_be_read_names_its_line(text: str, line: int, problem: str):
    with pytest.raises(PromptError) as caught:
        split_front_matter("a.md", text)
    assert problem in caught.value.problem
    assert (caught.value.path, caught.value.line) == ("a.md", line)
    assert caught.value.remedy


def test_a_field_written_twice_is_reported_with_both_lines():
    front = split_front_matter("a.md", "---\nid: a\nkind: b\nid: c\n---\n")
    assert [str(error) for error in front.errors] == [
        "a.md:4: field 'id' is written twice (first on line 2); keep one of the two"
    ]


def test_another_encoding_names_line_and_byte():
    with pytest.raises(PromptError) as caught:
        decode("a.md", "---\nid: é\n".encode("latin-1"))
    assert str(caught.value) == (
        "a.md:2: byte 0xe9 is not UTF-8; save the file in the UTF-8 encoding"
    )


def test_windows_files_read_like_others():
    assert decode("a.md", b"\xef\xbb\xbf---\r\nid: a\r\n---\r\n") == "---\nid: a\n---\n"


_YAML_LIKE = st.text(
    alphabet=st.sampled_from(list("ab: -\n[]{}#&*!|>'\"%@`,?~\\\t\u2028\x85é\x07\ud800")),
    max_size=60,
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(), _YAML_LIKE, _YAML_LIKE.map(lambda text: f"---\n{text}\n---\n")))
def test_arbitrary_text_is_parsed_or_refused_within_its_lines(text: str):
    try:
        named = set(split_front_matter("a.md", text).lines.values())
    except PromptError as error:
        named = {error.line}
    assert named <= set(range(1, text.count("\n") + 2))
