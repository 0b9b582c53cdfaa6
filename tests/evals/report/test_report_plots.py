"""The plots: every system where its figures say, labels apart, colours by class alone."""

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from report_runs import run

from evals.records import Figure
from evals.report.distributions import truth_ratio_panels
from evals.report.findings import find
from evals.report.svg import element, path, text
from evals.report.trade_off import quality_against_utility

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def findings():
    return find(run(20), lambda texts: np.ones((len(texts), 2)))


def labels(drawing):
    found = ET.fromstring(str(drawing)).iter(f"{SVG}text")
    return {
        e.text: (float(e.get("x")), float(e.get("y"))) for e in found if e.get("class") == "label"
    }


def with_figures(findings, **pairs):
    """The findings with forget quality and utility set by hand."""
    figures = {
        system: {
            **findings.figures[system],
            "forget_quality": Figure("forget_quality", p, n=400),
            "model_utility": Figure("model_utility", utility, utility - 0.01, utility + 0.01, 100),
        }
        for system, (p, utility) in pairs.items()
    }
    return replace(findings, figures=figures, systems=tuple(pairs))


def test_every_system_with_both_figures_is_drawn(findings):
    drawing = quality_against_utility(findings, 800, 400)
    assert set(labels(drawing)) == {s for s in findings.systems if s != "api"}


def test_higher_p_is_higher_and_more_utility_further_right(findings):
    by_hand = with_figures(
        findings, original=(1e-239, 0.9), retrain=(1.0, 0.6), box=(1e-20, 0.75), filter=(0.06, 0.7)
    )
    marks = {
        name: re.search(rf'class="mark {family}"', str(quality_against_utility(by_hand, 800, 400)))
        for name, family in (("original", "unboxed"), ("box", "boxed"), ("filter", "baseline"))
    }
    assert all(marks.values())
    where = labels(quality_against_utility(by_hand, 800, 400))
    assert where["retrain"][1] < where["filter"][1] < where["box"][1] < where["original"][1]
    assert where["retrain"][0] < where["filter"][0] < where["box"][0] < where["original"][0]


@pytest.mark.parametrize("width", [360, 980])
def test_labels_of_equal_points_do_not_overlap(findings, width):
    names = ["original", "retrain", "prompt", "filter", "box", "box-pretend", "box-pseudonymise"]
    alike = with_figures(findings, **dict.fromkeys(names, (0.2, 0.8)))
    heights = sorted(y for _, y in labels(quality_against_utility(alike, width, 430)).values())
    assert len(heights) == len(names)
    assert min(b - a for a, b in itertools.pairwise(heights)) >= 16


def test_no_label_covers_another_system_s_mark(findings):
    # The label of the left one would lie over the mark of the right one.
    pair = with_figures(findings, box=(0.2, 0.80), filter=(0.2, 0.805), original=(1e-9, 0.7))
    drawing = quality_against_utility(pair, 980, 470)
    where = labels(drawing)
    square = re.search(r'<rect x="([\d.]+)" y="([\d.]+)" width="10"', str(drawing))
    x, y = float(square[1]) + 5, float(square[2]) + 5
    assert where["box"][0] < x < where["box"][0] + 25
    assert abs(where["box"][1] - 4 - y) >= 16


def test_everything_lies_within_the_picture(findings):
    for width, height in ((980, 470), (360, 430)):
        drawing = quality_against_utility(findings, width, height)
        for x, y in labels(drawing).values():
            assert 0 <= x <= width
            assert 0 <= y <= height
        for numbers in re.findall(r'\bd="([^"]+)"', str(drawing)):
            for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", numbers):
                assert 0 <= float(x) <= width
                assert 0 <= float(y) <= height


def test_a_run_without_forget_quality_has_no_plot(findings):
    assert quality_against_utility(replace(findings, systems=("api",)), 800, 400) is None


def test_a_panel_for_each_system_with_ratios(findings):
    panels = dict(truth_ratio_panels(findings))
    assert list(panels) == [s for s in findings.systems if s not in {"retrain", "api"}]
    for drawing in panels.values():
        assert str(drawing).count('class="curve retrained"') == 1
        ET.fromstring(str(drawing))


def test_a_distribution_starts_at_nothing_and_ends_at_all(findings):
    [drawing] = [d for s, d in truth_ratio_panels(findings) if s == "box"]
    line = re.search(r'd="([^"]+)" class="curve boxed"', str(drawing))[1]
    points = [tuple(map(float, p)) for p in re.findall(r"([-\d.]+) ([-\d.]+)", line)]
    assert points[0][1] == 128  # the bottom
    assert points[-1][1] == 8  # the top
    assert all(a[1] >= b[1] and a[0] <= b[0] for a, b in itertools.pairwise(points))
    assert len(points) == 2 + 2 * 20


def test_svg_escapes_what_it_is_given():
    assert (
        str(text("<b>&", 1, 2))
        == '<text x="1" y="2" class="" text-anchor="start">&lt;b&gt;&amp;</text>'
    )
    assert "&#34;" in str(element("g", id='"'))
    assert str(path([(0, 1.005), (2, 3)], "a")) == '<path d="M0 1 L2 3" class="a"/>'


def test_no_colour_is_written_into_a_picture(findings):
    drawn = str(quality_against_utility(findings, 800, 400)) + "".join(
        str(d) for _, d in truth_ratio_panels(findings)
    )
    assert not re.search(r"#[0-9a-f]{3,6}|rgb|fill=|stroke=", drawn)
