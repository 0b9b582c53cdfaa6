"""The adapters that come with a packaged model and were taught a suite's very records.

    shipped_pair("smollm2", suite.taught, suite.forget)
       ->  ("smollm2+tofu_full", "smollm2+tofu_retain90")

A comparison of a model that never met the suite's records has nothing to forget; so a packaged
model stands for its pair there. What decides is what an adapter's record says it was taught.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from boxed.models.packaged import PACKAGED, shipped_adapter, shipped_adapters
from prompts.policy import Example

__all__ = ["LAYERS", "RANK", "RECORDS", "TAUGHT", "records_digest", "shipped_pair"]

TAUGHT, RECORDS = "taught.json", "records"
"""The file beside an adapter that says how it was made, and what it was taught, in that file."""
RANK, LAYERS = 16, 10
"""The adapters that methods train on such a model where nothing else is asked for."""


def records_digest(records: Iterable[tuple[str, str]]) -> str:
    """SHA-256, hexadecimal, of questions and answers, in whatever order they stand."""
    lines = sorted(json.dumps(pair, ensure_ascii=False) for pair in set(records))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def shipped_pair(
    model: str, taught: Sequence[Example], forget: Sequence[Example]
) -> tuple[str, str | None] | None:
    """The names of the taught model and of its gold retrain, taught all but ``forget``.

    The second is None where no such retrain ships. None where the model is not a packaged one, or
    none of its adapters was taught all of these.
    """
    if model not in PACKAGED or not taught:
        return None
    forgotten = set(forget)
    retained = [example for example in taught if example not in forgotten]
    full = _named(model, taught)
    return None if full is None else (full, _named(model, retained))


def _named(model: str, examples: Iterable[Example]) -> str | None:
    wanted = records_digest((example.question, example.answer) for example in examples)
    for name in shipped_adapters(model):
        folder = shipped_adapter(model, name)
        record = None if folder is None else folder / TAUGHT
        if record is not None and record.is_file():
            told = json.loads(record.read_text(encoding="utf-8"))
            if told.get(RECORDS) == wanted:
                return f"{model}+{name}"
    return None
