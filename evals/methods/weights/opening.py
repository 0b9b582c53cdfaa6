"""Opening a request: model, adapters, examples and plan, as its settings say."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import torch
from accelerate import Accelerator
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from evals.methods.weights.bench import Bench
from evals.methods.weights.examples import Example, load_examples, load_refusals, refused
from evals.methods.weights.method import Method, Options
from evals.methods.weights.readout import check_head
from evals.methods.weights.schedule import schedule, steps_of
from evals.methods.weights.settings import UNFINISHED, Settings
from evals.training.machine import quick_attention

__all__ = ["LARGE", "Opened", "open_request"]

LARGE = 50_000_000
"""Parameters from which a model gets the learning rates of large ones."""
_LORA_FACTOR = 10


@dataclass(slots=True)
class Opened:
    """A request ready for its method; ``adapter`` holds the model where LoRA is trained."""

    bench: Bench
    tokenizer: Any
    adapter: Any
    dtype: torch.dtype
    steps: int
    rate: float


def open_request(
    settings: Settings, method: Method, options: Options, accelerator: Accelerator
) -> Opened:
    """Load everything that the settings name.

    Raises ValueError or DataError for what does not fit together, OSError for a model that is none.
    """
    if method.whole and settings.lora:
        raise ValueError(
            f"method '{method.name}' edits the weights themselves, which adapters leave alone; run "
            "it without --lora"
        )
    if settings.batch < accelerator.num_processes:
        raise ValueError(
            f"a batch of {settings.batch} examples cannot be shared by {accelerator.num_processes} "
            "processes; raise --batch"
        )
    tokenizer: Any = AutoTokenizer.from_pretrained(settings.model)
    config: Any = AutoConfig.from_pretrained(settings.model)
    sets = _sets(settings, method, options, tokenizer)
    driven = sets[method.pace.over]
    epochs = settings.epochs or method.pace.epochs
    steps = settings.steps or steps_of(len(driven), settings.batch, epochs)
    plan = {
        name: schedule([e.length for e in sets[name]], settings.batch, steps, settings.seed + n)
        for n, name in enumerate(("forget", "retain"))
        if name in sets
    }
    model, adapter = _model(settings, method, accelerator)
    fill = tokenizer.pad_token_id
    bench = Bench(
        model=model,
        sets=dict(sets),
        plan=plan,
        folder=settings.out / UNFINISHED,
        accelerator=accelerator,
        source=settings.model,
        seed=settings.seed,
        fill=tokenizer.eos_token_id if fill is None else fill,
        most=settings.at_once or settings.batch,
    )
    check_head(model, bench.batch("forget", plan["forget"][0][:2]))
    size = sum(weight.numel() for weight in model.parameters())
    own = method.pace.rate if size < LARGE else method.pace.large_rate
    rate = settings.learning_rate or own * (_LORA_FACTOR if settings.lora else 1)
    dtype = config.dtype or torch.float32
    return Opened(bench, tokenizer, adapter, dtype, steps, rate)


def _sets(
    settings: Settings, method: Method, options: Options, tokenizer: Any
) -> dict[str, tuple[Example, ...]]:
    forget = load_examples(settings.forget, tokenizer, settings.max_tokens)
    sets = {"forget": forget}
    if settings.retain is not None:
        sets["retain"] = load_examples(settings.retain, tokenizer, settings.max_tokens)
    elif options.get("retain") or options.get("kl") or method.pace.over == "retain":
        raise ValueError(
            f"method '{method.name}', with these options, reads a retain set; name its file with "
            "--retain"
        )
    if method.refuses:
        lines = load_refusals(settings.refusals, settings.forget)
        sets["refusals"] = refused(forget, lines, tokenizer, settings.seed)
    return sets


def _model(settings: Settings, method: Method, accelerator: Accelerator) -> tuple[Any, Any]:
    """The model on its device; weights that stay as they are take half the memory on a GPU."""
    halved = accelerator.device.type == "cuda" and (settings.lora > 0 or method.partial)
    kind = torch.bfloat16 if halved else torch.float32
    model: Any = AutoModelForCausalLM.from_pretrained(settings.model, dtype=kind)
    model.set_attn_implementation(quick_attention())
    if settings.checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    adapter = None
    if settings.lora:
        # peft takes seconds to import; a run without adapters does without.
        adapters = importlib.import_module("evals.methods.weights.adapters")
        adapter = adapters.adapted(model, settings.lora, settings.seed)
        model = adapter.get_base_model()
    return model.to(accelerator.device), adapter
