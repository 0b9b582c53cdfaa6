"""Models that a system is made of, trained on demand and kept by what made them.

    folder = trained("fine-tune", base, examples, Path("runs/unlearned"))

The folder's name is a digest of the model that the training goes on from, the records, the numbers
and the code. So nothing stale is taken for fresh, and a training that was killed goes on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.methods.weights.catalogue import method_named
from evals.methods.weights.process import unlearn_apart
from evals.methods.weights.settings import REPORT, Settings, identity_of
from evals.systems.identity import code_of, digest_of
from prompts.policy import Example
from retrieval.whole_file import write_whole

__all__ = ["cost_of", "records_file", "sum_up", "trained"]

_CODE = (
    "evals.methods.weights.unlearn",
    "evals.methods.weights.examples",
    "evals.methods.weights.readout",
    "evals.methods.weights.schedule",
    "evals.methods.weights.losses",
)
_SUMMED = ("steps", "trained", "seconds", "tokens")
_HIGHEST = ("parameters", "peak_bytes")


def records_file(folder: Path, examples: Sequence[Example]) -> Path:
    """A JSONL file of the examples, in the form that trainings read, named by its content."""
    rows = [{"question": example.question, "answer": example.answer} for example in examples]
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    file = folder / "records" / f"{digest_of(text)}.jsonl"
    if not file.exists():
        write_whole(file, text.encode())
    return file


def trained(
    method: str,
    model: str,
    learnt: Sequence[Example],
    folder: Path,
    retain: Sequence[Example] = (),
    **numbers: Any,
) -> Path:
    """The model's folder below ``folder``; it is made where there is none yet.

    ``learnt`` is what the method calls its forget set; ``numbers`` are fields of ``Settings``.
    Raises ValueError for a training that failed.
    """
    kept, found = folder.resolve(), method_named(method)
    other = records_file(kept, retain) if retain else None
    settings = Settings(method, model, records_file(kept, learnt), kept, other, **numbers)
    told = json.dumps(identity_of(settings), sort_keys=True)
    own = repr((found.pace, sorted(found.options.items())))
    name = f"{method}-{digest_of(told, own, code_of(*_CODE, found.prepare.__module__))}"
    settings = replace(settings, out=kept / name)
    # The report is the last file of a run.
    if not (settings.out / REPORT).exists():
        unlearn_apart(settings)
    return settings.out


def cost_of(folder: Path) -> Mapping[str, float]:
    """What the making of a folder took: the result that its report holds."""
    return json.loads((folder / REPORT).read_text(encoding="utf-8"))["result"]


def sum_up(name: str, parts: Sequence[Path], folder: Path) -> Path:
    """A folder with the report of a system that consists of several trained ones.

    Steps, trained weights, seconds and tokens are the sums over the parts; parameters and peak
    memory those of the largest, for parts are made one after the other.
    """
    costs = [cost_of(part) for part in parts]
    result = {key: sum(cost[key] for cost in costs) for key in _SUMMED}
    result |= {key: max(cost[key] for cost in costs) for key in _HIGHEST}
    names = [part.name for part in parts]
    report = {"identity": {"method": name, "parts": names}, "options": {}, "result": result}
    out = folder.resolve() / f"{name}-{digest_of(*names)}"
    write_whole(out / REPORT, f"{json.dumps(report, indent=1)}\n".encode())
    return out
