"""Opening a request: model, adapters, examples and plan, as its settings say."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import torch
from accelerate import Accelerator
from transformers import AutoConfig, AutoTokenizer

from boxed.models.named import source_of
from boxed.models.weights import load_weights
from evals.methods.weights.bench import Bench
from evals.methods.weights.examples import Example, load_examples, load_refusals, refused
from evals.methods.weights.method import Method, Options
from evals.methods.weights.readout import check_head, layers_of
from evals.methods.weights.schedule import schedule, steps_of
from evals.methods.weights.settings import UNFINISHED, Settings
from evals.training.machine import quick_attention
from evals.training.trunk import Trunk

__all__ = ["LARGE", "Opened", "open_request"]

LARGE = 50_000_000
"""Parameters from which a model gets the learning rates of large ones."""
_LORA_FACTOR = 10


@dataclass(slots=True)
class Opened:
    """A request ready for its method; ``adapter`` holds the model where LoRA is trained.

    ``trunk`` stands for the layers below the adapters, where those are on top layers alone.
    """

    bench: Bench
    tokenizer: Any
    adapter: Any
    trunk: Trunk | None
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
    if settings.layers and not settings.lora:
        raise ValueError("--layers says where adapters stand; give their rank with --lora")
    if settings.alone and not settings.lora:
        raise ValueError("without --lora there is no adapter to write; leave --alone out")
    if settings.start and not settings.lora:
        raise ValueError("only an adapter can be gone on from; give its rank with --lora")
    base = source_of(settings.model)[0]
    tokenizer: Any = AutoTokenizer.from_pretrained(base)
    config: Any = AutoConfig.from_pretrained(base)
    sets = _sets(settings, method, options, tokenizer)
    driven = sets[method.pace.over]
    epochs = settings.epochs or method.pace.epochs
    groups = {name: [e.group for e in examples] for name, examples in sets.items()}
    steps = settings.steps or steps_of(
        len(driven), settings.batch, epochs, groups[method.pace.over]
    )
    plan = {
        name: schedule(
            [e.length for e in sets[name]], settings.batch, steps, settings.seed + n, groups[name]
        )
        for n, name in enumerate(("forget", "retain"))
        if name in sets
    }
    pad = tokenizer.pad_token_id
    fill = tokenizer.eos_token_id if pad is None else pad
    model, adapter, trunk = _model(settings, method, accelerator, fill)
    bench = Bench(
        model=model,
        sets=dict(sets),
        plan=plan,
        folder=settings.out / UNFINISHED,
        accelerator=accelerator,
        source=settings.model,
        seed=settings.seed,
        fill=fill,
        most=settings.at_once or settings.batch,
    )
    check_head(model, bench.batch("forget", plan["forget"][0][:2]))
    size = sum(weight.numel() for weight in model.parameters())
    own = method.pace.rate if size < LARGE else method.pace.large_rate
    rate = settings.learning_rate or own * (_LORA_FACTOR if settings.lora else 1)
    dtype = config.dtype or torch.float32
    return Opened(bench, tokenizer, adapter, trunk, dtype, steps, rate)


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


def _model(
    settings: Settings, method: Method, accelerator: Accelerator, fill: int
) -> tuple[Any, Any, Trunk | None]:
    """The model on its device; weights that stay as they are take half the memory on a GPU."""
    halved = accelerator.device.type == "cuda" and (settings.lora > 0 or method.partial)
    kind = torch.bfloat16 if halved else torch.float32
    model = load_weights(settings.model, kind)
    model.set_attn_implementation(quick_attention())
    if settings.checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    adapter = None
    if settings.lora:
        # peft takes seconds to import; a run without adapters does without.
        adapters = importlib.import_module("evals.methods.weights.adapters")
        adapter = adapters.adapted(
            model, settings.lora, settings.seed, settings.layers, settings.start
        )
        model = adapter.get_base_model()
    model = model.to(accelerator.device)
    trunk = None
    if settings.layers:
        trunk = Trunk(model, len(layers_of(model)) - settings.layers, fill)
    return model, adapter, trunk
