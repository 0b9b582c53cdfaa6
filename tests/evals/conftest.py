"""What several of these tests share."""

import importlib
from typing import Any

import pytest


@pytest.fixture
def trained_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings run in this process: one of its own would import torch first, for ten seconds.

    `test_unlearned.py` and `test_sisa.py` hold that processes of their own do as well.
    """

    def here(settings: Any) -> None:
        settings.out.parent.mkdir(parents=True, exist_ok=True)
        # Only here, for most of these tests do without torch.
        importlib.import_module("evals.methods.weights.unlearn").unlearn(settings)

    for module in ("trained", "unlearned"):
        monkeypatch.setattr(f"evals.systems.{module}.unlearn_apart", here)
