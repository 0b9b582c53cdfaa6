"""A training run under way: one step, a checkpoint written, a checkpoint read."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator

from evals.nano.identity import STATE
from evals.training.folders import Identity, check
from evals.training.machine import peak_memory
from evals.training.padding import Batch


@dataclass(slots=True)
class Run:
    """A training run under way; all but the first four fields is what it has measured so far.

    ``tokens`` counts what this process has read, padding left out; ``loss`` is smoothed.
    ``peak_bytes`` is the most memory of any sitting; None where a sitting did not record its own.
    """

    taught: Any
    optimizer: Any
    accelerator: Accelerator
    identity: Identity
    step: int = 0
    seconds: float = 0.0
    tokens: int = 0
    loss: float = 0.0
    peak_bytes: int | None = 0
    _since: float = field(default_factory=time.perf_counter)

    @property
    def model(self) -> Any:
        """The language model itself."""
        return self.accelerator.unwrap_model(self.taught).model

    def save(self, folder: Path) -> None:
        """Write a checkpoint; a kill midway leaves the one before."""
        now = time.perf_counter()
        self.seconds, self._since = self.seconds + now - self._since, now
        if self.peak_bytes is not None:
            self.peak_bytes = max(self.peak_bytes, peak_memory(self.accelerator.device))
        if not self.accelerator.is_main_process:
            return
        state = {
            "identity": self.identity,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            **{name: getattr(self, name) for name in _MEASURED},
        }
        path = folder / STATE
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def resume(self, folder: Path) -> None:
        """Go on from a checkpoint where there is one.

        Raises ValueError if another run wrote it.
        """
        path = folder / STATE
        if not path.exists():
            return
        state = torch.load(path, map_location=self.accelerator.device, weights_only=True)
        check(self.identity, state["identity"], folder)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        for name in _MEASURED:
            # The first checkpoints that were written held no peak.
            setattr(self, name, state.get(name) if name == _PEAK else state[name])
        self._since = time.perf_counter()

    def update(self, batch: Batch, rate: float, padding: int) -> None:
        """One optimiser step at learning rate ``rate``; ``padding`` is the token not counted."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss = self.taught(*(tensor.to(self.accelerator.device) for tensor in batch))
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.taught.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        value = float(loss.item())
        self.loss = 0.98 * self.loss + 0.02 * value if self.step else value
        self.tokens += int((batch[0] != padding).sum())
        self.step += 1


_PEAK = "peak_bytes"
_MEASURED = ("step", "seconds", "tokens", "loss", _PEAK)
