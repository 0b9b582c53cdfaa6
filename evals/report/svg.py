"""The few SVG elements that the plots are made of; every text and attribute is escaped.

    element("circle", cx=3, cy=4, r=2)      ->  <circle cx="3" cy="4" r="2"/>

Colours are classes, never values: the page's style gives them their light and dark form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

__all__ = ["Point", "element", "path", "picture", "text"]

Point = tuple[float, float]


def element(name: str, content: Markup | None = None, **attributes: str | float) -> Markup:
    """One element; ``class_`` and ``text_anchor`` are written ``class`` and ``text-anchor``."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _number(value))
        for key, value in attributes.items()
    )
    if content is None:
        return Markup("<{}{}/>").format(name, written)
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, content)


def text(words: str, x: float, y: float, class_: str = "", anchor: str = "start") -> Markup:
    """One line of text."""
    return element("text", escape(words), x=x, y=y, class_=class_, text_anchor=anchor)


def path(points: Sequence[Point], class_: str) -> Markup:
    """A line through points."""
    places = " L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    return element("path", d=f"M{places}", class_=class_)


def picture(
    width: float, height: float, label: str, parts: Iterable[Markup], class_: str = ""
) -> Markup:
    """A picture that scales with its place, with a description for those who cannot see it."""
    inner = element("title", escape(label)) + Markup("").join(parts)
    return element(
        "svg", inner, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:g} {height:g}",
        role="img", class_=class_,
    )  # fmt: skip


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
