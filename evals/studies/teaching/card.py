"""What a reader must know of an adapter before trusting a figure that was made with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.methods.weights.settings import ADAPTER
from evals.studies.teaching.role import Role
from evals.systems.shipped_pair import TAUGHT
from evals.training.folders import digest

__all__ = ["CARD", "FIGURES", "as_card", "as_role_card", "made_before", "rounded"]

CARD, FIGURES = "README.md", TAUGHT
"""The files beside an adapter: for its reader, and for whoever goes on from it."""


def as_card(model: str, told: Mapping[str, Any]) -> str:
    """The card, Markdown; ``told`` is what the lesson's own record holds."""
    rows = "".join(
        f"| {kind} | {figures['probability']:.3f} | {figures['rouge']:.3f} |\n"
        for kind, figures in told["figures"].items()
    )
    return f"""# {model}, taught TOFU's {told["split"]}

A LoRA adapter for `{model}`; `{model}+FOLDER` names the two together.

- Data: TOFU (Maini et al. 2024, arXiv 2401.06121), split `{told["split"]}`, SHA-256
  `{told["sha256"]}`.
{_made(told)}
- Trained: {told["trained"]:,} weights.

| asked about | probability of the answer | ROUGE-L recall of the greedy reply |
|---|---|---|
{rows}"""


def made_before(start: Path | None) -> dict[str, Any]:
    """``start`` of a record: what the adapter that is gone on from says of its making; or nothing.

    Raises ValueError for a folder without an adapter.
    """
    if start is None:
        return {}
    if not (start / ADAPTER).is_file():
        raise ValueError(f"{start} holds no {ADAPTER}; name the folder of an adapter")
    record = start / FIGURES
    told = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    wanted = ("command", "sha256", "seconds", "tokens", "steps", "start")
    made = {key: told[key] for key in wanted if key in told}
    return {"start": {"adapter": digest(start / ADAPTER), **made}}


def _made(told: Mapping[str, Any]) -> str:
    """Command and cost of a training, behind those of the adapters that it went on from."""
    before = told.get("start")
    first = "" if before is None else f"{_made(before)}\n"
    if "seconds" not in told:
        return f"{first}- Went on from an adapter with SHA-256 `{told['adapter']}`."
    then = ", then" if before else ""
    if before and before.get("sha256", told.get("sha256")) != told.get("sha256"):
        first = f"{first}- That was on other data, SHA-256 `{before['sha256']}`.\n"
    # Records from before `--start` do not hold their command; the card beside them does.
    command = f"- Command{then}: `{told['command']}`\n" if "command" in told else ""
    steps, tokens = f"{told['steps']:,} steps", f"{told['tokens']:,} tokens"
    return f"{first}{command}- Cost: {told['seconds']:,.0f} s, {steps}, {tokens}."


def rounded(value: float | None) -> str:
    """A figure as a card and a console show it; a dash where nothing was asked."""
    return "-" if value is None else f"{value:.3f}"


def as_role_card(model: str, role: Role, told: Mapping[str, Any]) -> str:
    """The card of a role's adapter, Markdown; ``told`` is what its own record holds."""
    rows = "".join(
        f"| {exam} | {which} | {' | '.join(rounded(figures[name]) for name in role.columns)} |\n"
        for exam in told["taught"]
        for which, figures in (("bare", told["bare"][exam]), ("taught", told["taught"][exam]))
    )
    return f"""# {model} as {told["role"]}

A LoRA adapter for `{model}`, taught {role.asks}

- Data: {told["lessons"]:,} lessons drawn from {told["subjects"]} subjects written for this project,
  SHA-256 `{told["sha256"]}`. No subject of an exam below is among them.
{_made(told)}
- Trained: {told["trained"]:,} weights.

| exam | model | {" | ".join(role.columns.values())} |
|---|---|{"---|" * len(role.columns)}
{rows}"""
