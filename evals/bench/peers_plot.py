"""What `peers` measured as bars: how many times the bare proxy's processor time a reply takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from evals.bench.peers import Row

__all__ = ["drawn"]

_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#5f6875}.title{font-weight:600}"
    ".ground{fill:#fff}.b0{fill:#0a7288}.b1{fill:#b85a08}.b2{fill:#7a3ea8}"
    "@media(prefers-color-scheme:dark){text{fill:#9ba5b2}.ground{fill:#14171b}"
    ".b0{fill:#5fc4d6}.b1{fill:#eea05a}.b2{fill:#c79df0}}"
)
_LEFT, _WIDTH, _BAR, _GAP, _TOP = 190, 560, 14, 10, 40


def drawn(rows: Sequence[Row]) -> str:
    """An SVG with a bar for each kind of reply of every target, on a logarithmic scale."""
    measured = [row for row in rows if row.ratios]
    most = max((one.processor for row in measured for one in row.ratios.values()), default=10.0)
    decades = max(1, math.ceil(math.log10(max(most, 10.0))))
    parts: list[str] = []
    y = _TOP
    for row in measured:
        name = escape(f"{row.peer}, {row.rules:,} rules")
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 11}" text-anchor="end">{name}</text>')
        for number, (kind, ratio) in enumerate(row.ratios.items()):
            times = ratio.processor
            length = _WIDTH * min(1.0, max(0.002, math.log10(max(times, 1.0)) / decades))
            parts.append(
                f'<rect x="{_LEFT}" y="{y}" width="{length:.0f}" height="{_BAR - 2}" '
                f'class="b{number % 3}"/><text x="{_LEFT + length + 6:.0f}" y="{y + 10}">'
                f"{times:.1f} {escape(kind)}</text>"
            )
            y += _BAR
        y += _GAP
    title = "Processor time of a reply, times the bare proxy's (logarithmic)"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {y + 10}" role="img">'
        f'<title>{title}</title><style>{_STYLE}</style><rect width="100%" height="100%" '
        f'class="ground"/><text x="{_LEFT}" y="22" class="title">{title}</text>'
        f"{''.join(parts)}</svg>\n"
    )
