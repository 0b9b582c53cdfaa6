"""Lines over steps, one panel for each question: a drawing that stands alone, light and dark.

    curves([Panel("on a tenth", {"rmu": [(0, .2), (40, .7)]})], "steps", "attack success")

Each line is named at its right end, in the order of the ends, so that no legend is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evals.report.svg import Point, element, path, picture, text

__all__ = ["Panel", "curves"]

_WIDTH, _HEIGHT, _NAMES = 350.0, 300.0, 138.0
_LEFT, _TOP, _BOTTOM, _LINE = 44.0, 44.0, 44.0, 13.0
_COLOURS = ("#1c2128", "#0a7288", "#b85a08", "#7a3ea8", "#2e7d4f", "#b3261e", "#5b6ee1", "#8a6d1b")
_DARK = ("#e5e7ea", "#5fc4d6", "#eea05a", "#c79df0", "#7cc99a", "#ff8a80", "#a3b0ff", "#d9b95a")
_STYLE = """text{{font:12px system-ui,sans-serif;fill:#5f6875}}.title{{font-weight:600}}
path{{fill:none;stroke-width:2;stroke-linejoin:round}}.axis,.grid{{stroke:#e2dfd7;stroke-width:1}}
.ground{{fill:#fff}}{light}
@media(prefers-color-scheme:dark){{text{{fill:#9ba5b2}}.ground{{fill:#14171b}}
.axis,.grid{{stroke:#2e343c}}{dark}}}"""


@dataclass(frozen=True, slots=True)
class Panel:
    """A title, and points (x, y) by the name of their line; ``most`` is the top of its scale."""

    title: str
    lines: Mapping[str, Sequence[Point]]
    most: float = 1.0


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a panel lies, and the largest x and y in it."""

    left: float
    most_x: float
    most_y: float

    def at(self, point: Point) -> Point:
        inner = _WIDTH - _LEFT - _NAMES
        x = self.left + _LEFT + inner * point[0] / self.most_x
        return x, _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * point[1] / self.most_y


def curves(panels: Sequence[Panel], across: str, label: str) -> Markup:
    """The panels side by side. Raises ValueError where there is no point to draw."""
    xs = [x for panel in panels for points in panel.lines.values() for x, _ in points]
    if not xs:
        raise ValueError("there is no point to draw; measure something first")
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    parts = [_style(len(names)), element("rect", width="100%", height="100%", class_="ground")]
    for number, panel in enumerate(panels):
        frame = _Frame(number * _WIDTH, max(xs) or 1.0, panel.most or 1.0)
        parts += [*_ground(panel, frame, across), *_lines(panel, frame, names)]
    return picture(_WIDTH * len(panels), _HEIGHT, label, parts)


def _style(count: int) -> Markup:
    def rules(colours: Sequence[str]) -> str:
        return "".join(
            f".s{n}{{stroke:{colours[n % len(colours)]}}}"
            + (f".s{n}{{stroke-dasharray:5 3}}" if n >= len(colours) else "")
            for n in range(count)
        )

    return element("style", Markup(_STYLE.format(light=rules(_COLOURS), dark=rules(_DARK))))  # noqa: S704  (our own text)


def _ground(panel: Panel, frame: _Frame, across: str) -> list[Markup]:
    parts = [text(panel.title, frame.left + _LEFT, 20, "title")]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = share * frame.most_y
        left, right = frame.at((0, y)), frame.at((frame.most_x, y))
        parts += [
            path([left, right], "grid"),
            text(_tick(y), left[0] - 6, left[1] + 4, "", "end"),
        ]
    for x in (0.0, frame.most_x / 2, frame.most_x):
        place = frame.at((x, 0))
        parts.append(text(_tick(x), place[0], place[1] + 16, "", "middle"))
    middle = frame.at((frame.most_x / 2, 0))
    return [*parts, text(across, middle[0], middle[1] + 34, "", "middle")]


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.4g}"


def _lines(panel: Panel, frame: _Frame, names: Sequence[str]) -> list[Markup]:
    drawn = {name: [frame.at(point) for point in points] for name, points in panel.lines.items()}
    drawn = {name: points for name, points in drawn.items() if points}
    parts = [path(points, f"s{names.index(name)}") for name, points in drawn.items()]
    ends = {name: points[-1] for name, points in drawn.items()}
    for name, height in _apart({name: y for name, (_, y) in ends.items()}).items():
        x, y = ends[name]
        parts.append(path([(x + 2, y), (x + 14, height)], f"s{names.index(name)}"))
        parts.append(text(name, x + 18, height + 4))
    return parts


def _apart(heights: Mapping[str, float]) -> dict[str, float]:
    """Heights at least a line apart, in their order, inside the panel."""
    order = sorted(heights, key=lambda name: heights[name])
    placed: dict[str, float] = {}
    least, most = _TOP, _HEIGHT - _BOTTOM
    for name in order:
        placed[name] = max(heights[name], least)
        least = placed[name] + _LINE
    for name in reversed(order):
        placed[name] = min(placed[name], most)
        most = placed[name] - _LINE
    return placed
