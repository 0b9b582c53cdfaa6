"""The drawing of lines over steps: every line is there, named, and no two names overlap."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from evals.studies.lasting.curves import Panel, curves

SVG = "{http://www.w3.org/2000/svg}"


def test_lines_are_named_at_their_ends_and_names_lie_apart():
    lines = {f"system <{n}>": [(0.0, 0.1), (40.0, 0.5 + n / 1000)] for n in range(10)}
    drawing = ElementTree.fromstring(str(curves([Panel("tenth", lines)], "steps", "what it shows")))
    assert drawing.find(f"{SVG}title").text == "what it shows"
    named = [t for t in drawing.iter(f"{SVG}text") if t.text.startswith("system")]
    assert {t.text for t in named} == set(lines)
    heights = sorted(float(t.get("y")) for t in named)
    assert all(b - a > 12 for a, b in pairwise(heights))
    assert 0 < heights[0] < heights[-1] < 300


def test_a_point_lies_where_its_numbers_say():
    drawn = str(curves([Panel("", {"a": [(0.0, 0.0), (10.0, 1.0)]})], "steps", ""))
    [line] = re.findall(r'<path d="M([\d.]+) ([\d.]+) L([\d.]+) ([\d.]+)" class="s0"/>', drawn)[:1]
    x0, y0, x1, y1 = map(float, line)
    # From the lower left corner of the axes to the upper right one.
    assert (x0, y0) == (44, 256)
    assert (x1, y1) == (212, 44)


def test_nothing_to_draw_is_said():
    with pytest.raises(ValueError, match="no point"):
        curves([Panel("empty", {})], "steps", "")
