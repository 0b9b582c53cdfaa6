"""Train small chat models from scratch: one loop, the same on CPU and GPU, through accelerate.

``train(Settings(split="base"))`` teaches everything but the world's authors; a split such as
``retain90`` goes on from the base. ``data`` may name a folder with TOFU's files instead: those
records alone, from random weights. The result is a Hugging Face folder (config, tokenizer, chat
template, safetensors in bfloat16). A run that was killed goes on from its last checkpoint.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from transformers import AutoModelForCausalLM, AutoTokenizer

from evals.data.tofu import load_split
from evals.nano.batches import batches
from evals.nano.curriculum import Mixture, Records, Source
from evals.nano.identity import REPORT, STATE, TOKENIZER, claim, identity_of
from evals.nano.network import new_model
from evals.nano.run import Run
from evals.nano.settings import NANO, Settings
from evals.nano.tokenizer import train_tokenizer
from evals.nano.world import build_world
from evals.training.machine import (
    forget_peak_memory,
    matrix_throughput,
    quick_accelerator,
    quick_attention,
)
from evals.training.taught_loss import Taught

TEXTS = 10_000  # conversations that the tokenizer is learned from
POOL = 1024  # conversations that are sorted by length together


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run measured: parameters, seconds, tokens per second, last smoothed loss.

    ``matrix_share`` is the share of the machine's own matrix throughput that training reached: 6
    operations per parameter and token, over what one large product reaches in the same process.
    ``peak_bytes`` is the most memory that the process (the first of several; on a GPU: its tensors)
    held while it trained, in any sitting; None where one of them did not record it.
    """

    parameters: int
    seconds: float
    tokens_per_second: float
    loss: float
    matrix_share: float
    peak_bytes: int | None = None


def _schedule(step: int, settings: Settings) -> float:
    """Learning-rate factor: linear warm-up, constant, linear decay over the last half."""
    total = settings.total_steps
    rise = min(1.0, (step + 1) / settings.warmup)
    fall = min(1.0, (total - step) / (0.5 * total))
    return rise * max(fall, 0.02)


def train(settings: Settings) -> Trained:
    """Train to the end (going on from a checkpoint in ``out``) and write the finished model.

    A run that is finished already gives its recorded result. Raises ValueError for an unknown
    split or size and for a folder that holds another run's training or more steps than asked for,
    ``evals.data.jsonl.DataError`` for bad records.
    """
    accelerator = quick_accelerator()
    identity = identity_of(settings)
    with accelerator.main_process_first():
        claim(settings.out, identity)
    recorded = _recorded(settings)
    if recorded is not None:
        return recorded
    forget_peak_memory(accelerator.device)
    torch.manual_seed(settings.seed)
    with accelerator.main_process_first():
        tokenizer, model = _beginning(settings)
        # A run that goes on must read the tokens that it began with.
        tokenizer.save_pretrained(settings.out)
    model.set_attn_implementation(quick_attention())
    optimizer = torch.optim.AdamW(
        model.parameters(), settings.rate, (0.9, 0.95), weight_decay=0.01, fused=True
    )
    prepared: Any = accelerator.prepare(Taught(model), optimizer)
    run = Run(prepared[0], prepared[1], accelerator, identity)
    run.resume(settings.out)
    if run.step > settings.total_steps:
        raise ValueError(_too_far(settings, run.step))
    _learn(run, settings, tokenizer)
    result = _result(run)
    if accelerator.is_main_process:
        _write(settings, run.model, tokenizer, result)
    accelerator.wait_for_everyone()
    return result


def _recorded(settings: Settings) -> Trained | None:
    """The result of a finished run; None where there is none, or where more steps are asked for.

    Raises ValueError if the folder's run cannot become the one that is asked for.
    """
    file = settings.out / REPORT
    if not file.exists():
        return None
    report = json.loads(file.read_text())
    told = report["settings"]
    if all(told[name] == value for name, value in settings.pace().items()):
        return Trained(**report["result"])
    if settings.total_steps <= told["steps"] or not (settings.out / STATE).exists():
        raise ValueError(_too_far(settings, told["steps"]))
    return None


def _too_far(settings: Settings, steps: int) -> str:
    return (
        f"{settings.out} holds a run of {steps} steps, which cannot become one of "
        f"{settings.total_steps}; ask for more steps, or give another folder with --out"
    )


def _learn(run: Run, settings: Settings, tokenizer: Any) -> None:
    """Every step that is left, with a checkpoint now and then and one at the end."""
    start, total = run.step, settings.total_steps
    # A resumed run, and each of several processes, draws conversations of its own.
    process = run.accelerator.process_index
    source = _source(settings, settings.seed + 1 + start + 1_000_003 * process)
    own = settings.step_tokens // run.accelerator.num_processes
    supply = batches(source, tokenizer, own, settings.reads_prompts, POOL)
    with _progress(run.accelerator) as progress:
        task = progress.add_task(settings.split, total=total, completed=start, loss=run.loss)
        while run.step < total:
            rate = settings.rate * _schedule(run.step, settings)
            run.update(next(supply), rate, tokenizer.pad_token_id)
            progress.update(task, advance=1, loss=run.loss)
            if run.step % settings.checkpoint_every == 0 or run.step == total:
                run.save(settings.out)


def _source(settings: Settings, seed: int) -> Source:
    """The conversations of the settings' data and split."""
    if settings.data == NANO:
        return Mixture(build_world(), settings.split, seed)
    return Records(load_split(Path(settings.data), settings.split), seed)


def _beginning(settings: Settings) -> tuple[Any, Any]:
    """The tokenizer and the model to go on from: the base's, or fresh ones."""
    if settings.base is not None:
        tokenizer: Any = AutoTokenizer.from_pretrained(str(settings.base))
        model: Any = AutoModelForCausalLM.from_pretrained(str(settings.base), dtype=torch.float32)
        return tokenizer, model
    given = settings.out if (settings.out / TOKENIZER).exists() else settings.tokenizer
    if given is not None:
        tokenizer = AutoTokenizer.from_pretrained(str(given))
    else:
        sampler = _source(settings, settings.seed)
        texts = (message.content for _ in range(TEXTS) for message in sampler.sample())
        tokenizer = train_tokenizer(texts, settings.vocabulary)
    end, fill = tokenizer.eos_token_id, tokenizer.pad_token_id
    return tokenizer, new_model(settings.size, len(tokenizer), end, fill)


def _result(run: Run) -> Trained:
    """What a finished run measured, over all its sittings."""
    parameters = sum(p.numel() for p in run.model.parameters())
    processes = run.accelerator.num_processes
    rate = run.tokens * processes / max(run.seconds, 1e-9)
    share = 6 * parameters * rate / (matrix_throughput(run.accelerator.device) * processes)
    return Trained(parameters, run.seconds, rate, run.loss, share, run.peak_bytes)


def _write(settings: Settings, model: Any, tokenizer: Any, result: Trained) -> None:
    """The model folder, with what it was made by and how long that took."""
    model.to(torch.bfloat16).save_pretrained(settings.out)
    tokenizer.save_pretrained(settings.out)
    told = asdict(settings) | settings.pace()
    for name in ("out", "base", "tokenizer"):
        told.pop(name)
    told["data"] = settings.data if settings.data == NANO else "folder"
    report = {"settings": told, "result": asdict(result)}
    (settings.out / REPORT).write_text(json.dumps(report, indent=1) + "\n")


def _progress(accelerator: Accelerator) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} loss {task.fields[loss]:.3f}"),
        TimeRemainingColumn(),
        disable=not accelerator.is_main_process,
    )
