"""One training loop for every unlearning method, on a CPU, a GPU or several through accelerate.

    unlearn(Settings("npo-retain", "model", Path("forget10.jsonl"), Path("out"), retain=...))

The result is a Hugging Face folder that loads wherever the original did, with ``unlearning.json``
beside it. A run that was killed goes on from its last checkpoint, and ends with the same weights;
a finished one is not made again.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from evals.methods.weights.bench import Bench
from evals.methods.weights.catalogue import method_named
from evals.methods.weights.method import Loss, Prepared, Step
from evals.methods.weights.opening import Opened, open_request
from evals.methods.weights.settings import (
    REPORT,
    UNFINISHED,
    Settings,
    claim,
    identity_of,
    options_of,
)
from evals.training.machine import peak_memory, quick_accelerator

__all__ = ["Unlearned", "unlearn"]

_MEASURED = 64
"""Answers per set whose loss is reported before and after."""


@dataclass(frozen=True, slots=True)
class Unlearned:
    """What a run measured. Losses are mean nats per answer token over ``measured`` answers a set.

    ``seconds`` are those of preparation and training, ``tokens`` what the training steps read,
    padding left out; ``peak_bytes`` the most memory that the process (on a GPU: its tensors) held.
    """

    steps: int
    learning_rate: float
    parameters: int
    trained: int
    seconds: float
    tokens: int
    peak_bytes: int
    measured: int
    forget_before: float
    forget_after: float
    retain_before: float | None
    retain_after: float | None


class _Objective(torch.nn.Module):
    """A model whose forward pass is its loss, as wrappers for several processes need it."""

    def __init__(self, model: Any, loss: Loss) -> None:
        super().__init__()
        self.model = model
        self._loss = loss

    def forward(self, step: Step) -> torch.Tensor:
        return self._loss(self.model, step)


@dataclass(slots=True)
class _Run:
    """A run under way: what a checkpoint has to hold, and what a step needs."""

    objective: Any
    optimizer: Any
    weights: dict[str, Any]
    masks: Mapping[str, torch.Tensor]
    accelerator: Accelerator
    carried: dict[str, float] = field(default_factory=dict[str, float])
    step: int = 0
    seconds: float = 0.0
    tokens: int = 0

    def save(self, path: Path, seconds: float) -> None:
        """Write a checkpoint; a kill midway leaves the one before."""
        if not self.accelerator.is_main_process:
            return
        state = {
            "weights": {name: weight.detach() for name, weight in self.weights.items()},
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": seconds,
            "tokens": self.tokens,
            "carried": dict(self.carried),
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint where there is one."""
        if not path.exists():
            return
        state = torch.load(path, map_location=self.accelerator.device, weights_only=True)
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(state["weights"][name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds, self.tokens = state["step"], state["seconds"], state["tokens"]
        self.carried.update(state.get("carried", {}))

    def update(self, parts: Sequence[Step], rate: float) -> float:
        """One optimiser step over the mean of the parts' losses, which it returns."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        total = 0.0
        for number, part in enumerate(parts, 1):
            last = number == len(parts)
            with nullcontext() if last else self.accelerator.no_sync(self.objective):
                loss = self.objective(part) / len(parts)
                self.accelerator.backward(loss)
            total += float(loss.item())
        for name, mask in self.masks.items():
            self.weights[name].grad.mul_(mask)
        self.accelerator.clip_grad_norm_(self.weights.values(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return total


def unlearn(settings: Settings) -> Unlearned:
    """Carry the request out (going on from a checkpoint in ``out``) and write the model.

    Raises ValueError for settings that do not fit, ``evals.data.jsonl.DataError`` for bad records,
    OSError for a model that cannot be loaded.
    """
    method = method_named(settings.method)
    options = options_of(method, dict(settings.options))
    identity = identity_of(settings)
    accelerator = quick_accelerator()
    with accelerator.main_process_first():
        finished = claim(settings.out, identity)
    if finished is not None:
        return Unlearned(**finished["result"])
    opened = open_request(settings, method, options, accelerator)
    bench = opened.bench
    before = _losses(bench)
    began = time.perf_counter()
    prepared = method.prepare(bench, options)
    run = _run(opened, prepared)
    _train(run, prepared, opened, settings, began)
    if opened.trunk is not None:
        opened.trunk.leave()
    if settings.alone:
        _write_adapter(settings, opened, run.weights)
    model = bench.model if opened.adapter is None else opened.adapter.merge_and_unload()
    if prepared.finish is not None:
        prepared.finish(model)
    seconds = run.seconds + time.perf_counter() - began
    # What is written is rounded to the original's precision, so that is what is measured.
    bench.model = model.to(opened.dtype).float()
    after = _losses(bench)
    result = Unlearned(
        opened.steps,
        opened.rate,
        sum(weight.numel() for weight in model.parameters()),
        sum(weight.numel() for weight in run.weights.values()),
        seconds,
        run.tokens,
        peak_memory(accelerator.device),
        _MEASURED,
        before["forget"],
        after["forget"],
        before.get("retain"),
        after.get("retain"),
    )
    if accelerator.is_main_process:
        report = {"identity": identity, "options": options, "result": asdict(result)}
        _write(settings, opened, report)
    accelerator.wait_for_everyone()
    return result


def _run(opened: Opened, prepared: Prepared) -> _Run:
    bench, accelerator = opened.bench, opened.bench.accelerator
    for name, weight in bench.model.named_parameters():
        if prepared.trains is not None:
            weight.requires_grad_(prepared.trains(name))
        if weight.requires_grad:
            weight.data = weight.data.float()
    weights = {n: w for n, w in bench.model.named_parameters() if w.requires_grad}
    optimizer = torch.optim.AdamW(weights.values(), opened.rate, weight_decay=0.0, fused=True)
    bench.model.train()
    objective: Any = _Objective(bench.model, prepared.loss)
    ready: Any = accelerator.prepare(objective, optimizer)
    return _Run(ready[0], ready[1], weights, prepared.masks, accelerator, prepared.carried)


def _train(run: _Run, prepared: Prepared, opened: Opened, settings: Settings, began: float) -> None:
    state = opened.bench.folder / "state.pt"
    run.resume(state)
    with _progress(run.accelerator) as progress:
        task = progress.add_task(
            settings.method, total=opened.steps, completed=run.step, loss=float("nan")
        )
        while run.step < opened.steps:
            parts = _parts(opened.bench, prepared.reads, run.step)
            run.tokens += _tokens(opened.bench, prepared.reads, run.step)
            loss = run.update(parts, opened.rate * _pace(run.step, opened.steps))
            if prepared.after is not None:
                prepared.after()
            if loss != loss or abs(loss) == float("inf"):
                raise ValueError(
                    f"the loss is {loss} at step {run.step}; lower --learning-rate, or take fewer "
                    "--steps"
                )
            progress.update(task, advance=1, loss=loss)
            if run.step % settings.checkpoint_every == 0:
                run.save(state, run.seconds + time.perf_counter() - began)


def _parts(bench: Bench, reads: frozenset[str], step: int) -> list[Step]:
    """This process's share of a step, in passes of ``bench.most`` examples of each set."""
    accelerator = bench.accelerator
    own = {
        name: _share(
            bench.numbers(name, step), accelerator.process_index, accelerator.num_processes
        )
        for name in reads
    }
    count = max(-(-len(numbers) // bench.most) for numbers in own.values())
    seed = (bench.seed * 1_000_003 + step) * 4096
    return [
        Step(
            seed + accelerator.process_index * count + part,
            **{n: bench.batch(n, _share(numbers, part, count)) for n, numbers in own.items()},
        )
        for part in range(count)
    ]


def _share(numbers: Sequence[int], index: int, of: int) -> Sequence[int]:
    """Every ``of``-th number; where there are fewer than that, the first stands in."""
    return numbers[index::of] or numbers[:1]


def _pace(step: int, total: int) -> float:
    """Learning-rate factor: linear warm-up over a tenth, then linear decay to the last step."""
    rise = (step + 1) / max(1, total // 10)
    return min(1.0, rise, (total - step) / total)


def _tokens(bench: Bench, reads: frozenset[str], step: int) -> int:
    """What all processes read in a step, padding left out."""
    return sum(bench.sets[name][n].length for name in reads for n in bench.numbers(name, step))


def _losses(bench: Bench) -> dict[str, float]:
    return {
        name: bench.mean_loss(name, range(min(_MEASURED, len(bench.sets[name]))))
        for name in ("forget", "retain")
        if name in bench.sets
    }


def _write(settings: Settings, opened: Opened, report: Mapping[str, Any]) -> None:
    """The model folder; the report comes last, and what was unfinished goes."""
    out = settings.out
    if not settings.alone:
        opened.bench.model.to(opened.dtype).save_pretrained(out)
        opened.tokenizer.save_pretrained(out)
    (out / REPORT).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(out / UNFINISHED, ignore_errors=True)


def _write_adapter(settings: Settings, opened: Opened, weights: Mapping[str, Any]) -> None:
    """The adapter as a folder of peft's; its numbers are rounded to what is written."""
    for weight in weights.values():
        weight.data = weight.data.bfloat16()
    if opened.bench.accelerator.is_main_process:
        # What it stands on, by the name that was given: no place of this machine.
        opened.adapter.peft_config["default"].base_model_name_or_path = settings.model
        opened.adapter.save_pretrained(settings.out)
        (settings.out / "README.md").unlink(missing_ok=True)
    for weight in weights.values():
        weight.data = weight.data.float()


def _progress(accelerator: Accelerator) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} loss {task.fields[loss]:.3f}"),
        TimeRemainingColumn(),
        disable=not accelerator.is_main_process,
    )
