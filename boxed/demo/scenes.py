"""What the demo asks: a scene of real people for language models, one for the embedded product.

scene_for("local:smollm2").policies     # a folder, about people that such a model knows
scene_for("embedded").policies          # None: the policies that are shipped
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from boxed.demo.judge import DemoQuestion

__all__ = ["Scene", "scene_for"]

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Scene:
    """Questions, the folder of the policies they are about, and tokens of a reply at most."""

    folder: Path
    policies: Path | None
    tokens: int

    def questions(self) -> tuple[DemoQuestion, ...]:
        """The shipped questions of this scene."""
        lines = (self.folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
        return tuple(DemoQuestion.model_validate(json.loads(line)) for line in lines)


def scene_for(upstream: str) -> Scene:
    """The scene for the product that ``upstream`` names."""
    if upstream == "embedded":
        return Scene(_HERE / "embedded", None, 64)
    folder = _HERE / "language_model"
    return Scene(folder, folder / "policies", 48)
