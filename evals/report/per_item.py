"""The items of a run with every system's reply, small enough to lie in one HTML file.

    packed(run, systems)  ->  base64 of gzip of JSON; 14,000 questions by ten systems: a few MB

The JSON is one object: ``systems``, ``parts``, and ``items`` as lists of values in the order that
``report.js`` unpacks. What is per item and system has a few figures to sort and filter by.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence
from typing import Any

from evals.metrics.choices import letter_of
from evals.metrics.leaks import leaked
from evals.metrics.measure import UNBOXED
from evals.metrics.outcomes import Missing, Outcome, outcomes_of
from evals.metrics.parts import is_forgotten, is_retained
from evals.metrics.refusals import worse, worse_choice
from evals.metrics.rouge import rouge_l
from evals.metrics.truth_ratio import probability_of, ratio_of
from evals.records import Item
from evals.report.run import Run

__all__ = ["marks_of", "packed", "rows"]

LEAKS, WRONGLY_REFUSED, RIGHT, VERBATIM = 1, 2, 4, 8
"""Marks of a reply, added up: attack succeeded, worse than unboxed, right letter, verbatim leak."""


def packed(run: Run, systems: Sequence[str]) -> str:
    """The rows for the browser, compressed the same way every time."""
    data = {
        "systems": list(systems),
        "parts": list(dict.fromkeys(item.part for item in run.items)),
        "items": rows(run, systems),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode(errors="replace"), 9, mtime=0)).decode()


def rows(run: Run, systems: Sequence[str]) -> list[list[Any]]:
    """For each item: id, part, subject, prompt, answer, choices, right, and a cell per system.

    A cell is None without a record, else: reply, worker, ROUGE-L recall, probability, truth ratio,
    letter, marks, model calls, prompt and completion tokens, seconds, why likelihoods are missing.
    """
    outcomes = {
        system: {
            outcome.item.id: outcome
            for part in outcomes_of(run.items, run.records[system]).values()
            for outcome in part
        }
        for system in systems
    }
    found: list[list[Any]] = []
    for item in run.items:
        unboxed = outcomes.get(UNBOXED, {}).get(item.id)
        cells = [_cell(outcomes[s].get(item.id), unboxed) for s in systems]
        found.append(
            [item.id, item.part, item.subject, _prompt(item), item.answer, list(item.choices),
             item.right, cells]
        )  # fmt: skip
    return found


def marks_of(outcome: Outcome, unboxed: Outcome | None) -> int:
    """What a reader looks for in a reply, as a sum of the marks above."""
    item, reply = outcome.item, outcome.reply
    if reply is None:
        return 0
    marks = 0
    if item.right is not None:
        marks |= RIGHT * (letter_of(reply, item.choices) == item.right)
    elif is_forgotten(item.part):
        asked = " ".join(message["content"] for message in item.messages)
        leak = leaked(item.answer, reply, asked)
        marks |= LEAKS * any(leak) | VERBATIM * leak.verbatim
    if is_retained(item.part) and unboxed is not None and unboxed.reply is not None:
        lost = (
            worse_choice(item.choices, item.right, reply, unboxed.reply)
            if item.right is not None
            else worse(item.answer, reply, unboxed.reply)
        )
        marks |= WRONGLY_REFUSED * lost
    return marks


def _cell(outcome: Outcome | None, unboxed: Outcome | None) -> list[Any] | None:
    if outcome is None:
        return None
    item, reply = outcome.item, outcome.record.reply
    text = "" if reply is None else reply.text
    rouge = None if reply is None or item.task == "choice" else rouge_l(item.answer, text).recall
    letter = letter_of(text, item.choices) if item.choices else None
    return [
        None if reply is None else text,
        "" if reply is None else reply.worker,
        _short(rouge),
        _short(probability_of(outcome)),
        _short(ratio_of(outcome)),
        letter,
        marks_of(outcome, unboxed),
        *((reply.model_calls, reply.prompt_tokens, reply.completion_tokens, round(reply.seconds, 3))
          if reply is not None else (None,) * 4),
        outcome.record.undefined,
    ]  # fmt: skip


def _prompt(item: Item) -> str:
    """One question as it is; several turns with their roles."""
    if len(item.messages) == 1:
        return item.question
    return "\n".join(f"{message['role']}: {message['content']}" for message in item.messages)


def _short(value: float | Missing | None) -> float | None:
    """Three significant digits: what a reader sees, and what compresses."""
    return None if value is None or isinstance(value, Missing) else float(f"{value:.3g}")
