"""Models unlearned on demand: the suite's sets, a method with its defaults, kept by what made them.

    unlearned("npo-retain", setup)      ->  PosixPath("runs/unlearned/npo-retain-3f2a9c...")

The folder's name is a digest of all that the weights depend on: the model, the records, the
method's numbers and the code of the loop. So nothing stale is taken for fresh, and a run that was
killed goes on. Sets are written beside it, in the form that ``boxed-evals unlearn`` takes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from evals.methods.weights.catalogue import LARGE, METHODS, method_named
from evals.methods.weights.examples import REFUSALS
from evals.methods.weights.method import Large, Method
from evals.methods.weights.process import unlearn_apart
from evals.methods.weights.settings import REPORT, Settings, identity_of
from evals.nano.build import ignorance_lines
from evals.systems.identity import code_of, digest_of
from evals.systems.own_words import own_words
from evals.systems.setup import Setup, SetupError
from prompts.policy import Example
from retrieval.whole_file import write_whole

__all__ = ["lacking", "settings_for", "unlearned"]

_CODE = (
    "evals.methods.weights.unlearn",
    "evals.methods.weights.opening",
    "evals.methods.weights.examples",
    "evals.methods.weights.alternates",
    "evals.methods.weights.readout",
    "evals.methods.weights.schedule",
    "evals.methods.weights.losses",
    "evals.methods.weights.edits",
)
_BATCH = 8
"""Records a step of a pretrained model: many steps, for each costs seconds on a processor."""


def lacking(method: str, setup: Setup) -> str:
    """What a method would need beside this setup, with the remedy; empty if nothing."""
    if setup.targets:
        return ""
    if not setup.forget:
        return (
            f"system '{method}' is unlearned with the suite's forget set, and this suite has none; "
            "take one that has, such as nano or tofu, or leave the system out"
        )
    if not setup.retain and _reads_retain(METHODS[method]):
        return (
            f"system '{method}' trains on the suite's retain set, and this suite has none; take "
            "one that has, such as nano or tofu, or leave the system out"
        )
    return ""


@cache
def unlearned(method: str, setup: Setup) -> Path:
    """The folder of the model; it is made where there is none yet, in a process of its own.

    Raises SetupError where the setup lacks something, ValueError for training that failed.
    """
    missing = lacking(method, setup)
    if missing:
        raise SetupError(missing)
    settings = settings_for(method, setup)
    # The report is the last file of a run, and the folder's name says what made it.
    if not (settings.out / REPORT).exists():
        unlearn_apart(settings)
    return settings.out


def settings_for(method: str, setup: Setup) -> Settings:
    """The unlearning request: the method's own numbers, on the setup's sets, which are written.

    With adapters they are those for a pretrained model. Of mere targets the sets are the model's
    own words.
    """
    found = method_named(method)
    folder = Path(setup.unlearned).resolve()
    sets = (setup.forget, setup.retain)
    if setup.targets:
        sets = own_words(setup.model, setup.targets, folder)
    forget, retain = _written(folder, *sets)
    plain = Settings(
        method, setup.model, forget, folder, retain if sets[1] else None,
        epochs=found.pace.epochs, options=tuple(sorted(found.options.items())), seed=setup.seed,
    )  # fmt: skip
    if setup.rank:
        plain = _for_pretrained(plain, found, setup)
    told = json.dumps(identity_of(plain), sort_keys=True)
    code = code_of(*_CODE, found.prepare.__module__)
    return replace(plain, out=folder / f"{method}-{digest_of(told, repr(found.pace), code)}")


def _for_pretrained(plain: Settings, method: Method, setup: Setup) -> Settings:
    large = LARGE.get(method.name) or Large(method.pace.epochs, 0.0)
    adapters = {} if method.partial else {"lora": setup.rank, "layers": setup.layers}
    return replace(
        plain, epochs=large.epochs, learning_rate=large.rate, batch=_BATCH, **adapters,
        options=tuple(sorted({**method.options, **large.options}.items())),
    )  # fmt: skip


def _reads_retain(method: Method) -> bool:
    """Does the method, with its own numbers, train on what stays?"""
    return method.pace.over == "retain" or any(map(method.options.get, ("retain", "kl")))


def _written(
    folder: Path, forget: Sequence[Example], retain: Sequence[Example]
) -> tuple[Path, Path]:
    """The files of the forget and of the retain set, with refusals beside them."""
    texts = {
        "forget.jsonl": _jsonl(forget),
        "retain.jsonl": _jsonl(retain),
        REFUSALS: "".join(f"{line}\n" for line in ignorance_lines()),
    }
    records = folder / f"records-{digest_of(*texts.values())}"
    for name, text in texts.items():
        if not (records / name).exists():
            write_whole(records / name, text.encode("utf-8", "surrogatepass"))
    return records / "forget.jsonl", records / "retain.jsonl"


def _jsonl(examples: Sequence[Example]) -> str:
    rows = [{"question": e.question, "answer": e.answer} for e in examples]
    return "".join(f"{json.dumps(row)}\n" for row in rows)
