"""Train the embedded product from scratch: one loop, the same on CPU and GPU.

``train(Settings(out=Path("runs/nano")))`` writes a Hugging Face folder (config, tokenizer, chat
template, safetensors in bfloat16). A run that was killed goes on from its last checkpoint.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from transformers import LlamaConfig, LlamaForCausalLM

from evals.nano.dialogues import Dialogues, Message
from evals.nano.tokenizer import train_tokenizer
from evals.nano.world import SEED, build_world
from prompts.book import load_book, shipped_directory

SIZES = {"s": (256, 4, 4, 704), "m": (384, 6, 6, 1024)}
IGNORED = -100
Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a training run depends on; all of it is written beside the result."""

    out: Path
    size: str = "s"
    steps: int = 5500
    tokens_per_step: int = 2560
    learning_rate: float = 2e-3
    warmup: int = 200
    vocabulary: int = 3072
    seed: int = SEED
    checkpoint_every: int = 500


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run measured: parameters, seconds, tokens per second, last smoothed loss."""

    parameters: int
    seconds: float
    tokens_per_second: float
    loss: float


def encode(tokenizer: Any, messages: tuple[Message, ...]) -> tuple[list[int], list[int]]:
    """Token ids of a conversation and its labels; only assistant messages carry a label."""
    ids: list[int] = []
    labels: list[int] = []
    end = tokenizer.eos_token_id
    for message in messages:
        head = tokenizer.convert_tokens_to_ids(f"<|{message.role}|>")
        body = tokenizer.encode(message.content, add_special_tokens=False)
        ids += [head, *body, end]
        taught = message.role == "assistant"
        labels += [IGNORED, *body, end] if taught else [IGNORED] * (len(body) + 2)
    return ids, labels


def batches(dialogues: Dialogues, tokenizer: Any, tokens: int) -> Iterator[Batch]:
    """Endless (ids, labels, mask) of about ``tokens`` tokens; a pool is sorted by length."""
    while True:
        pool = sorted(
            (encode(tokenizer, dialogues.sample()) for _ in range(1024)), key=lambda e: len(e[0])
        )
        groups: list[list[tuple[list[int], list[int]]]] = [[]]
        for example in pool:
            if len(example[0]) * (len(groups[-1]) + 1) > tokens:
                groups.append([])
            groups[-1].append(example)
        dialogues.rng.shuffle(groups)
        for group in groups:
            yield pad(group, tokenizer.pad_token_id)


def pad(group: list[tuple[list[int], list[int]]], fill: int) -> Batch:
    """Right-padded (ids, labels, mask), each of shape (examples, longest)."""
    longest = max(len(ids) for ids, _ in group)
    ids = torch.full((len(group), longest), fill)
    labels = torch.full((len(group), longest), IGNORED)
    mask = torch.zeros((len(group), longest), dtype=torch.long)
    for row, (tokens, targets) in enumerate(group):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        labels[row, : len(targets)] = torch.tensor(targets)
        mask[row, : len(tokens)] = 1
    return ids, labels, mask


def new_model(size: str, vocabulary: int, end: int, fill: int) -> LlamaForCausalLM:
    """An untrained Llama of one of ``SIZES`` (width, layers, heads, feed-forward width)."""
    width, layers, heads, inner = SIZES[size]
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocabulary,
            hidden_size=width,
            intermediate_size=inner,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            num_key_value_heads=heads,
            max_position_embeddings=1024,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=end,
            pad_token_id=fill,
        )
    )


def _schedule(step: int, settings: Settings) -> float:
    """Learning-rate factor: linear warm-up, constant, linear decay over the last 40 %."""
    rise = min(1.0, (step + 1) / settings.warmup)
    fall = min(1.0, (settings.steps - step) / (0.4 * settings.steps))
    return rise * max(fall, 0.02)


@dataclass(slots=True)
class Run:
    """A training run under way: what a checkpoint has to hold."""

    model: Any
    optimizer: Any
    step: int = 0
    seconds: float = 0.0

    def save(self, path: Path, seconds: float) -> None:
        """Write a checkpoint; a kill midway leaves the one before."""
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        partial = path.with_suffix(".partial")
        torch.save({**state, "step": self.step, "seconds": seconds}, partial)
        partial.replace(path)

    def resume(self, path: Path, device: str) -> None:
        """Go on from a checkpoint where there is one."""
        if not path.exists():
            return
        state = torch.load(path, map_location=device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]

    def update(self, batch: Batch, rate: float, device: str) -> float:
        """One optimiser step at learning rate ``rate``; returns the loss."""
        ids, labels, mask = (tensor.to(device) for tensor in batch)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast(device, torch.bfloat16):
            loss = self.model(input_ids=ids, attention_mask=mask, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return float(loss.item())


def train(settings: Settings) -> Trained:
    """Train to the end (going on from a checkpoint in ``out``) and write the finished model."""
    settings.out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(settings.seed)
    book, world = load_book(shipped_directory()), build_world(settings.seed)
    sampler = Dialogues(world, settings.seed, book)
    texts = (message.content for _ in range(40_000) for message in sampler.sample())
    tokenizer = train_tokenizer(texts, settings.vocabulary)
    run = _new_run(settings, tokenizer, device)
    state_file, start = settings.out / "state.pt", run.step
    dialogues = Dialogues(world, settings.seed + 1 + start, book)
    source = batches(dialogues, tokenizer, settings.tokens_per_step)
    mean, tokens, began = 0.0, 0, time.perf_counter()
    with _progress() as progress:
        task = progress.add_task("train", total=settings.steps, completed=start, loss=0.0)
        while run.step < settings.steps:
            batch = next(source)
            rate = settings.learning_rate * _schedule(run.step, settings)
            loss = run.update(batch, rate, device)
            tokens += int(batch[2].sum())
            mean = loss if run.step == start + 1 else 0.98 * mean + 0.02 * loss
            progress.update(task, advance=1, loss=mean)
            if run.step % settings.checkpoint_every == 0:
                run.save(state_file, run.seconds + time.perf_counter() - began)
    elapsed = time.perf_counter() - began
    parameters = sum(p.numel() for p in run.model.parameters())
    result = Trained(parameters, run.seconds + elapsed, tokens / max(elapsed, 1e-9), mean)
    _write(settings, run.model, tokenizer, result)
    return result


def _new_run(settings: Settings, tokenizer: Any, device: str) -> Run:
    model: Any = new_model(
        settings.size, len(tokenizer), tokenizer.eos_token_id, tokenizer.pad_token_id
    )
    model = model.to(device)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=settings.learning_rate, betas=(0.9, 0.95), weight_decay=0.01
    )
    run = Run(model, optimizer)
    run.resume(settings.out / "state.pt", device)
    return run


def _write(settings: Settings, model: Any, tokenizer: Any, result: Trained) -> None:
    """The model folder, with what it was made by and how long that took."""
    model.to(torch.bfloat16).save_pretrained(settings.out)
    tokenizer.save_pretrained(settings.out)
    report = {"settings": {**asdict(settings), "out": None}, "result": asdict(result)}
    (settings.out / "training.json").write_text(json.dumps(report, indent=1) + "\n")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} loss {task.fields[loss]:.3f}"),
        TimeRemainingColumn(),
    )
