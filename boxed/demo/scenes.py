"""What the demo asks of which product: real people, authors that a model was taught, our own world.

scenes_for("local:smollm2")[0].policies     # a folder, about people that such a model knows
scenes_for("embedded")[0].policies          # None: the policies that are shipped
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from boxed.demo.judge import DemoQuestion

__all__ = ["Scene", "scenes_for"]

_HERE = Path(__file__).parent
_PACKAGED = "local:smollm2"
_TAUGHT = f"{_PACKAGED}+tofu20"
"""The packaged model with an adapter that has learnt twenty of TOFU's authors by heart."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The product asked, the questions, their policies' folder, and tokens of a reply at most."""

    upstream: str
    folder: Path
    policies: Path | None
    tokens: int

    def questions(self) -> tuple[DemoQuestion, ...]:
        """The shipped questions of this scene."""
        lines = (self.folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
        return tuple(DemoQuestion.model_validate(json.loads(line)) for line in lines)


def scenes_for(upstream: str) -> tuple[Scene, ...]:
    """The scenes for the product that ``upstream`` names, one at least.

    The packaged model is asked about real people, and, taught, about TOFU's invented authors.
    """
    if upstream == "embedded":
        return (Scene(upstream, _HERE / "embedded", None, 64),)
    people = _scene(upstream, "people")
    return (people, _scene(_TAUGHT, "authors")) if upstream == _PACKAGED else (people,)


def _scene(upstream: str, name: str) -> Scene:
    folder = _HERE / name
    return Scene(upstream, folder, folder / "policies", 48)
