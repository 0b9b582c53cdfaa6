"""A template takes exactly its variables and never reads a value as a template."""

from __future__ import annotations

import pytest

from prompts.errors import PromptError
from prompts.template import Template

NAMES = frozenset({"title", "parts"})


def parse(text: str) -> Template:
    return Template.parse("workers/pretend.md", text, NAMES, name="workers/pretend")


def test_values_go_in_as_they_are():
    template = parse("<!-- {{ nothing }} -->\nForget {{ title }}.\n")
    assert template.text == "Forget {{ title }}."
    assert template.render(title="{{ parts }} & <b>", parts=()) == "Forget {{ parts }} & <b>."


def test_loops_leave_no_blank_lines():
    text = "{% for part in parts %}\n- {{ part.text }}\n{% endfor %}\nEnd."
    assert parse(text).render(title="", parts=[{"text": "a"}, {"text": "b"}]) == "- a\n- b\nEnd."


def test_missing_and_extra_values_are_refused():
    template = parse("{{ title }}")
    with pytest.raises(TypeError, match="workers/pretend takes parts, title; given: title"):
        template.render(title="x")
    with pytest.raises(TypeError, match="given: name, parts, title"):
        template.render(title="x", parts=(), name="y")


@pytest.mark.parametrize(
    ("text", "line", "problem", "remedy"),
    [
        ("a\n{{ titel }}", 2, "unknown variable 'titel'", "did you mean 'title'?"),
        ("<!--\n-->\n\n{{ title }}\n{{ xyz }}", 5, "unknown variable 'xyz'", "parts, title"),
        ("{{ range(3) }}", 1, "unknown variable 'range'", "use one of"),
        ("<!--\n-->\n{{ title", 3, "cannot be read", "close every"),
        ("\n\n{% for x in parts %}", 3, "cannot be read", "close every"),
        ("a\n{{ title | shout }}", 2, "shout", "filters"),
        ("a\n{% include 'x' %}", 2, "cannot read another file", "write the text"),
    ],
)
def test_a_fault_names_its_line(text: str, line: int, problem: str, remedy: str):
    with pytest.raises(PromptError) as caught:
        parse(text)
    assert caught.value.line == line
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


def test_an_unused_required_variable_is_a_fault():
    with pytest.raises(PromptError, match="variable 'parts' is not used"):
        Template.parse("composer.md", "{{ title }}", NAMES, required=["parts"])


@pytest.mark.parametrize(
    "text",
    ["{{ title.nothing }}", "{{ title.__class__.mro() }}", "{{ 1 // 0 }}", "{{ title + 1 }}"],
)
def test_a_value_asked_for_what_it_lacks_is_a_prompt_error(text: str):
    with pytest.raises(PromptError):
        parse(text).render(title="x", parts=())
