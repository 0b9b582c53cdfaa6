"""One run of `evals.bench.unlearn`: `python -m evals.bench.unlearn_process WAY METHOD MODEL ...`.

After the model come the folder of the sets and the number of steps; WAY is `ours` or `plain`.
Prints one line of JSON: seconds of the steps (and of what they were prepared with), and the bytes
that the process held at most, above what its libraries hold. Linux alone can tell the latter.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from transformers import AutoModelForCausalLM

from evals.bench.plain_unlearning import BATCH, plain_run
from evals.methods.weights.settings import Settings
from evals.methods.weights.unlearn import unlearn

FORGET, RETAIN = "forget10.jsonl", "retain90.jsonl"


def _ours(method: str, model: str, folder: Path, steps: int) -> float:
    with tempfile.TemporaryDirectory() as out:
        settings = Settings(
            method, model, folder / FORGET, Path(out) / "out", folder / RETAIN, steps=steps,
            learning_rate=1e-5, batch=BATCH, checkpoint_every=steps + 1,
        )  # fmt: skip
        return unlearn(settings).seconds


def _held() -> int:
    """Bytes that the process holds; its peak is counted from here on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _status("VmRSS")


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    [found] = [line.split()[1] for line in lines if line.startswith(f"{field}:")]
    return int(found) * 1024


if __name__ == "__main__":
    way, method, model, folder, steps = sys.argv[1:]
    # Whatever libraries load with a first model is no part of the run.
    AutoModelForCausalLM.from_pretrained(model)
    libraries = _held()
    if way == "ours":
        seconds = _ours(method, model, Path(folder), int(steps))
    else:
        sets = Path(folder) / FORGET, Path(folder) / RETAIN
        seconds = plain_run(method, model, *sets, int(steps)).seconds
    told = {"seconds": seconds, "bytes": _status("VmHWM") - libraries}
    sys.stdout.write(json.dumps(told) + "\n")
