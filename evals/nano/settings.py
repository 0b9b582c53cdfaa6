"""What a training run depends on: data, split, size, steps and learning rate.

>>> Settings(Path("runs/retain90"), split="retain90").total_steps
8000
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evals.nano.curriculum import BASE, ROLES
from evals.nano.world import SEED

SIZES = {
    "xs": (128, 4, 4, 352),
    "s": (192, 4, 6, 512),
    "m": (256, 4, 8, 704),
    "l": (384, 6, 6, 1024),
}
"""Width, layers, heads, feed-forward width: 1.1, 2.2, 3.7 and 11.4 million parameters."""
NANO = "nano"
STAGES = {
    BASE: (4600, 2560, 2.5e-3),
    ROLES: (16000, 1280, 2e-3),
    "split": (8000, 1280, 1.5e-3),
    "records": (4400, 1280, 1.5e-3),
}
"""Steps, tokens per step of all processes together, highest learning rate."""
VOCABULARY = 2048


@dataclass(frozen=True, slots=True)
class Settings:
    """What a training run depends on; all of it is written beside the result.

    ``base`` is the model folder that a stage of the embedded world goes on from; None starts from
    random weights. Those read with the ``tokenizer`` of a model folder; None learns one from the
    data. Models that are compared token by token, or joined, need one tokenizer. ``steps``,
    ``tokens_per_step`` and ``learning_rate`` 0 take the stage's own.
    """

    out: Path
    data: str = NANO
    split: str = "full"
    size: str = "s"
    base: Path | None = None
    tokenizer: Path | None = None
    steps: int = 0
    tokens_per_step: int = 0
    learning_rate: float = 0.0
    warmup: int = 200
    vocabulary: int = VOCABULARY
    seed: int = SEED
    checkpoint_every: int = 200

    @property
    def stage(self) -> str:
        """One of ``STAGES``."""
        if self.data != NANO:
            return "records"
        return self.split if self.split in (BASE, ROLES) else "split"

    @property
    def total_steps(self) -> int:
        """Training steps to the end."""
        return self.steps or STAGES[self.stage][0]

    @property
    def rate(self) -> float:
        """The highest learning rate."""
        return self.learning_rate or STAGES[self.stage][2]

    @property
    def step_tokens(self) -> int:
        """About how many tokens one step reads."""
        return self.tokens_per_step or STAGES[self.stage][1]

    @property
    def reads_prompts(self) -> bool:
        """Whether prompts are taught with the answers: where the language is learned, they are."""
        return self.stage == BASE or (self.stage == ROLES and self.base is None)

    def pace(self) -> dict[str, float]:
        """What may differ between two runs of one identity: how long and how fast they learn."""
        return {
            "steps": self.total_steps,
            "tokens_per_step": self.step_tokens,
            "learning_rate": self.rate,
            "warmup": self.warmup,
        }
