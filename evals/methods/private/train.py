"""DP-SGD: training in which every record's influence is bounded and hidden in noise.

    train(Settings("model", Path("records.jsonl"), Path("out"))).epsilon

Each record joins a step's batch by chance, its gradient is cut to ``clip``, and Gaussian noise of
``noise * clip`` is added to the sum, which is divided by the *expected* size of a batch. Adam takes
the result, which is private already. The unit is one record. Source: Abadi et al. 2016 (arXiv
1607.00133); with adapters: Yu et al. 2021 (arXiv 2110.06500).
"""

from __future__ import annotations

import importlib
import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from evals.methods.private.accountant import epsilon_of
from evals.methods.private.clipping import clipped_sum, gradients_of
from evals.methods.private.settings import Settings, identity_of
from evals.methods.weights.examples import Example, collate, load_examples
from evals.methods.weights.settings import REPORT, UNFINISHED, claim
from evals.training.machine import quick_in_bfloat16
from evals.training.peak import peak_bytes

__all__ = ["Trained", "drawn", "train"]


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run came to: its promise for any one record, (epsilon, delta), and what it cost."""

    steps: int
    learning_rate: float
    parameters: int
    trained: int
    seconds: float
    tokens: int
    peak_bytes: int
    records: int
    epsilon: float
    delta: float


@dataclass(slots=True)
class _Run:
    model: Any
    weights: dict[str, Tensor]
    optimizer: Any
    step: int = 0
    seconds: float = 0.0
    tokens: int = 0

    def save(self, file: Path, seconds: float) -> None:
        """Write a checkpoint; a kill midway leaves the one before."""
        state = {
            "weights": self.weights, "optimizer": self.optimizer.state_dict(), "step": self.step,
            "seconds": seconds, "tokens": self.tokens,
        }  # fmt: skip
        partial = file.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(file)

    def resume(self, file: Path) -> None:
        """Go on from a checkpoint where there is one."""
        if not file.exists():
            return
        state = torch.load(file, weights_only=True, map_location=self.model.device)
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(state["weights"][name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds, self.tokens = state["step"], state["seconds"], state["tokens"]


def train(settings: Settings) -> Trained:
    """Train to the end, going on from a checkpoint in ``out``, and write the model.

    Raises ValueError for settings that do not fit, ``evals.data.jsonl.DataError`` for bad records,
    OSError for a model that cannot be loaded.
    """
    identity = identity_of(settings)
    finished = claim(settings.out, identity)
    if finished is not None:
        return Trained(**finished["result"])
    began = time.perf_counter()
    tokenizer: Any = AutoTokenizer.from_pretrained(settings.model)
    examples = load_examples(settings.data, tokenizer, settings.max_tokens)
    rate = settings.batch / len(examples)
    # Numbers that promise nothing are told before they cost anything.
    epsilon = epsilon_of(rate, settings.noise, settings.steps, settings.delta)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    whole, adapter = _opened(settings, device)
    weights = {name: w for name, w in whole.named_parameters() if w.requires_grad}
    optimizer = torch.optim.AdamW(weights.values(), settings.learning_rate, weight_decay=0.0)
    run = _Run(whole, {n: w.detach() for n, w in weights.items()}, optimizer)
    state = settings.out / UNFINISHED / "state.pt"
    run.resume(state)
    while run.step < settings.steps:
        _step(run, weights, examples, settings)
        if run.step % settings.checkpoint_every == 0:
            run.save(state, run.seconds + time.perf_counter() - began)
    model = whole if adapter is None else adapter.merge_and_unload()
    result = Trained(
        run.step,
        settings.learning_rate,
        sum(weight.numel() for weight in model.parameters()),
        sum(weight.numel() for weight in weights.values()),
        run.seconds + time.perf_counter() - began,
        run.tokens,
        peak_bytes(),
        len(examples),
        epsilon,
        settings.delta,
    )
    kind = AutoConfig.from_pretrained(settings.model).dtype or torch.float32
    model.to(kind).save_pretrained(settings.out)
    tokenizer.save_pretrained(settings.out)
    report = {"identity": identity, "options": {}, "result": asdict(result)}
    (settings.out / REPORT).write_text(f"{json.dumps(report, indent=1)}\n", encoding="utf-8")
    shutil.rmtree(settings.out / UNFINISHED, ignore_errors=True)
    return result


def drawn(count: int, rate: float, generator: torch.Generator) -> list[int]:
    """The numbers of the records that join a batch: each by itself, with probability ``rate``."""
    return (torch.rand(count, generator=generator) < rate).nonzero()[:, 0].tolist()


def _opened(settings: Settings, device: torch.device) -> tuple[Any, Any]:
    model: Any = AutoModelForCausalLM.from_pretrained(settings.model, dtype=torch.float32)
    model = model.to(device)
    if not settings.lora:
        return model.eval(), None
    # peft takes seconds to import; a run without adapters does without.
    adapters = importlib.import_module("evals.methods.weights.adapters")
    adapter = adapters.adapted(model, settings.lora, settings.seed)
    return adapter.get_base_model().eval(), adapter


def _step(
    run: _Run, weights: dict[str, Tensor], examples: Sequence[Example], settings: Settings
) -> None:
    random = torch.Generator().manual_seed(1_000_003 * settings.seed + run.step)
    batch = drawn(len(examples), settings.batch / len(examples), random)
    total = {name: torch.zeros_like(weight) for name, weight in run.weights.items()}
    # Examples of like length side by side: what is padded is computed for nothing.
    ordered = sorted(batch, key=lambda number: examples[number].length)
    for at in range(0, len(ordered), settings.at_once):
        part = collate(examples, ordered[at : at + settings.at_once], fill=0).to(run.model.device)
        with torch.autocast(part.ids.device.type, torch.bfloat16, enabled=quick_in_bfloat16()):
            found = gradients_of(run.model, run.weights, part.ids, part.labels)
        for name, gradient in clipped_sum(found, settings.clip).items():
            total[name] += gradient
    for name, weight in weights.items():
        hidden = torch.randn(weight.shape, generator=random) * settings.noise * settings.clip
        weight.grad = (total[name] + hidden.to(weight.device)) / settings.batch
    run.optimizer.step()
    run.optimizer.zero_grad(set_to_none=True)
    run.tokens += sum(examples[number].length for number in batch)
    run.step += 1
