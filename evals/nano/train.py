"""Train small chat models from scratch: one loop, the same on CPU and GPU, through accelerate.

``train(Settings(split="base"))`` teaches everything but the world's authors; a split such as
``retain90`` goes on from the base. ``data`` may name a folder with TOFU's files instead: those
records alone, from random weights. The result is a Hugging Face folder (config, tokenizer, chat
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
from accelerate import Accelerator
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

from evals.data.tofu import load_split
from evals.nano.curriculum import BASE, LANGUAGE, Mixture, Records, Source
from evals.nano.dialogues import Message
from evals.nano.tokenizer import train_tokenizer
from evals.nano.world import SEED, build_world

SIZES = {
    "xs": (128, 4, 4, 352),
    "s": (192, 4, 6, 512),
    "m": (256, 4, 8, 704),
    "l": (384, 6, 6, 1024),
}
"""Width, layers, heads, feed-forward width: 1.1, 2.2, 3.7 and 11.4 million parameters."""
NANO = "nano"
STAGES = {
    "language": (4600, 2560, 2.5e-3),
    "base": (5600, 1280, 1.5e-3),
    "split": (8000, 1280, 1.5e-3),
    "records": (4400, 1280, 1.5e-3),
}
"""Steps, tokens per step of all processes together, highest learning rate."""
VOCABULARY = 2048
TEXTS = 10_000  # conversations that the tokenizer is learned from
IGNORED = -100
Batch = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a training run depends on; all of it is written beside the result.

    ``base`` is the model folder that a split of the embedded world goes on from; None starts from
    random weights. ``steps``, ``tokens_per_step`` and ``learning_rate`` 0 take the stage's own.
    """

    out: Path
    data: str = NANO
    split: str = "full"
    size: str = "s"
    base: Path | None = None
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
        return self.split if self.split in (LANGUAGE, BASE) else "split"

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


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run measured: parameters, seconds, tokens per second, last smoothed loss.

    ``matrix_share`` is the share of the machine's own matrix throughput that training reached: 6
    operations per parameter and token, over what one large product reaches in the same process.
    """

    parameters: int
    seconds: float
    tokens_per_second: float
    loss: float
    matrix_share: float


def encode(
    tokenizer: Any, messages: tuple[Message, ...], prompts: bool = False
) -> tuple[list[int], list[int]]:
    """Token ids of a conversation and its labels.

    Taught assistant messages carry labels; with ``prompts`` so do the other roles' messages, which
    repeat names so often that a small model learns to copy from them.
    """
    ids: list[int] = []
    labels: list[int] = []
    end = tokenizer.eos_token_id
    for message in messages:
        head = tokenizer.convert_tokens_to_ids(f"<|{message.role}|>")
        body = tokenizer.encode(message.content, add_special_tokens=False)
        ids += [head, *body, end]
        taught = message.taught if message.role == "assistant" else prompts
        labels += [IGNORED, *body, end] if taught else [IGNORED] * (len(body) + 2)
    return ids, labels


def batches(
    source: Source, tokenizer: Any, tokens: int, prompts: bool = False, pool: int = 1024
) -> Iterator[Batch]:
    """Endless (ids, labels) of about ``tokens`` tokens; a pool is sorted by length."""
    while True:
        drawn = (encode(tokenizer, source.sample(), prompts) for _ in range(pool))
        ready = sorted(drawn, key=lambda example: len(example[0]))
        groups: list[list[tuple[list[int], list[int]]]] = [[]]
        for example in ready:
            if groups[-1] and len(example[0]) * (len(groups[-1]) + 1) > tokens:
                groups.append([])
            groups[-1].append(example)
        source.rng.shuffle(groups)
        for group in groups:
            yield pad(group, tokenizer.pad_token_id)


def pad(group: list[tuple[list[int], list[int]]], fill: int) -> Batch:
    """Right-padded (ids, labels), each of shape (examples, longest).

    No mask is needed: attention looks back only, so the padding behind a text changes nothing.
    """
    longest = max(len(ids) for ids, _ in group)
    ids = torch.full((len(group), longest), fill)
    labels = torch.full((len(group), longest), IGNORED)
    for row, (tokens, targets) in enumerate(group):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        labels[row, : len(targets)] = torch.tensor(targets)
    return ids, labels


def taught_loss(model: Any, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy (nats) of the labelled tokens; logits are computed for those alone."""
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state
    wanted = labels[:, 1:] != IGNORED
    logits = model.lm_head(hidden[:, :-1][wanted])
    return cross_entropy(logits.float(), labels[:, 1:][wanted])


class Taught(torch.nn.Module):
    """A causal language model whose forward pass is its training loss, as wrappers need it."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """``taught_loss``; ids and labels of shape (examples, tokens)."""
        return taught_loss(self.model, ids, labels)


def new_model(size: str, vocabulary: int, end: int, fill: int) -> LlamaForCausalLM:
    """An untrained Llama of one of ``SIZES``."""
    width, layers, heads, inner = SIZES[size]
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocabulary,
            hidden_size=width,
            intermediate_size=inner,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            num_key_value_heads=heads,
            max_position_embeddings=2048,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=end,
            pad_token_id=fill,
        )
    )


def _schedule(step: int, settings: Settings) -> float:
    """Learning-rate factor: linear warm-up, constant, linear decay over the last half."""
    total = settings.total_steps
    rise = min(1.0, (step + 1) / settings.warmup)
    fall = min(1.0, (total - step) / (0.5 * total))
    return rise * max(fall, 0.02)


def quick_in_bfloat16() -> bool:
    """Whether this machine computes faster in bfloat16: a CPU without the instructions crawls."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


@dataclass(slots=True)
class Run:
    """A training run under way: what a checkpoint has to hold."""

    taught: Any
    optimizer: Any
    accelerator: Accelerator
    step: int = 0
    seconds: float = 0.0

    @property
    def model(self) -> Any:
        """The language model itself."""
        return self.accelerator.unwrap_model(self.taught).model

    def save(self, path: Path, seconds: float) -> None:
        """Write a checkpoint; a kill midway leaves the one before."""
        if not self.accelerator.is_main_process:
            return
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        partial = path.with_suffix(".partial")
        torch.save({**state, "step": self.step, "seconds": seconds}, partial)
        partial.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint where there is one."""
        if not path.exists():
            return
        state = torch.load(path, map_location=self.accelerator.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]

    def update(self, batch: Batch, rate: float) -> float:
        """One optimiser step at learning rate ``rate``; returns the loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss = self.taught(*(tensor.to(self.accelerator.device) for tensor in batch))
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.taught.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return float(loss.item())


def train(settings: Settings) -> Trained:
    """Train to the end (going on from a checkpoint in ``out``) and write the finished model.

    Raises ValueError for an unknown split or size, ``evals.data.jsonl.DataError`` for bad records.
    """
    settings.out.mkdir(parents=True, exist_ok=True)
    accelerator = Accelerator(mixed_precision="bf16" if quick_in_bfloat16() else "no")
    torch.manual_seed(settings.seed)
    with accelerator.main_process_first():
        tokenizer, model = _beginning(settings)
        # A run that goes on must read the tokens that it began with.
        tokenizer.save_pretrained(settings.out)
    optimizer = torch.optim.AdamW(
        model.parameters(), settings.rate, (0.9, 0.95), weight_decay=0.01, fused=True
    )
    prepared: Any = accelerator.prepare(Taught(model), optimizer)
    run = Run(prepared[0], prepared[1], accelerator)
    state_file = settings.out / "state.pt"
    run.resume(state_file)
    start = run.step
    # A resumed run, and each of several processes, draws conversations of its own.
    source = _source(settings, settings.seed + 1 + start + 1_000_003 * accelerator.process_index)
    own = settings.step_tokens // accelerator.num_processes
    supply = batches(source, tokenizer, own, prompts=settings.stage == LANGUAGE)
    mean, tokens, began = 0.0, 0, time.perf_counter()
    with _progress(accelerator) as progress:
        total = settings.total_steps
        task = progress.add_task(settings.split, total=total, completed=start, loss=0.0)
        while run.step < total:
            batch = next(supply)
            loss = run.update(batch, settings.rate * _schedule(run.step, settings))
            tokens += int((batch[0] != tokenizer.pad_token_id).sum())
            mean = loss if run.step == start + 1 else 0.98 * mean + 0.02 * loss
            progress.update(task, advance=1, loss=mean)
            if run.step % settings.checkpoint_every == 0:
                run.save(state_file, run.seconds + time.perf_counter() - began)
    elapsed = time.perf_counter() - began
    result = _result(run, elapsed, tokens * accelerator.num_processes, mean)
    if accelerator.is_main_process:
        _write(settings, run.model, tokenizer, result)
    return result


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
    if (settings.out / "tokenizer.json").exists():
        tokenizer = AutoTokenizer.from_pretrained(str(settings.out))
    else:
        sampler = _source(settings, settings.seed)
        texts = (message.content for _ in range(TEXTS) for message in sampler.sample())
        tokenizer = train_tokenizer(texts, settings.vocabulary)
    end, fill = tokenizer.eos_token_id, tokenizer.pad_token_id
    return tokenizer, new_model(settings.size, len(tokenizer), end, fill)


def _result(run: Run, elapsed: float, tokens: int, loss: float) -> Trained:
    parameters = sum(p.numel() for p in run.model.parameters())
    rate = tokens / max(elapsed, 1e-9)
    able = matrix_throughput(run.accelerator.device) * run.accelerator.num_processes
    share = 6 * parameters * rate / able
    return Trained(parameters, run.seconds + elapsed, rate, loss, share)


def matrix_throughput(device: torch.device, width: int = 1024, repeats: int = 8) -> float:
    """Operations per second of a square matrix product, in the precision that training uses."""
    kind = torch.bfloat16 if quick_in_bfloat16() else torch.float32
    left = torch.randn(width, width, device=device, dtype=kind)
    best = 0.0
    for _ in range(repeats):
        began = time.perf_counter()
        # Reading a number waits for the device to finish.
        float((left @ left)[0, 0])
        best = max(best, 2 * width**3 / (time.perf_counter() - began))
    return best


def _write(settings: Settings, model: Any, tokenizer: Any, result: Trained) -> None:
    """The model folder, with what it was made by and how long that took."""
    model.to(torch.bfloat16).save_pretrained(settings.out)
    tokenizer.save_pretrained(settings.out)
    told = asdict(settings)
    told |= {"steps": settings.total_steps, "tokens_per_step": settings.step_tokens}
    told["learning_rate"] = settings.rate
    for name in ("out", "base"):
        told.pop(name)
    told["data"] = settings.data if settings.data == NANO else "folder"
    report = {"settings": told, "result": asdict(result)}
    (settings.out / "training.json").write_text(json.dumps(report, indent=1) + "\n")


def _progress(accelerator: Accelerator) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} loss {task.fields[loss]:.3f}"),
        TimeRemainingColumn(),
        disable=not accelerator.is_main_process,
    )
