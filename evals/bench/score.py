"""Scoring multiple-choice questions: ours against one answer at a time, and against lm-eval.

    run(limit=200, repeats=3)

One model, the same questions, one process, one run. Every way takes texts and gives choices, its
tokenisation included. The ways take turns, so that a busy machine is busy for all of them, and each
ratio is the median over the rounds. lm-evaluation-harness is used as its ``simple_evaluate`` uses
it: ``HFLM.loglikelihood`` over four requests per question, at several batch sizes, and compared at
its best. It is asked for letters (which it, too, scores in one pass) and for whole options.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import logging
import random
import statistics
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table
from transformers import AutoModelForCausalLM, AutoTokenizer

from boxed.models.connect import EMBEDDED
from boxed.models.scoring import next_token_logprobs, plain_item, score_items, single_token
from evals.nano.facts import facts
from evals.nano.hazard import LETTERS, multiple_choice_prompt

__all__ = ["Question", "Timed", "lm_eval_installed", "measure", "questions", "run", "table_of"]

LM_EVAL_BATCHES = (1, 16, 64, "auto")
_INSTALL = "lm-eval is not installed; 'pip install -c constraints.txt .[bench]' adds its rows"

Scores = list[list[float]]
"""Per question, the log-probability of each of its four answers."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with four options, and the prompt that ends where a letter is due."""

    prompt: str
    options: tuple[str, ...]
    right: int


@dataclass(frozen=True, slots=True)
class Timed:
    """One way to score: questions per second in each round, and what it found."""

    kind: str
    way: str
    rates: tuple[float, ...]
    scores: Scores

    @property
    def rate(self) -> float:
        """Questions per second, the median of the rounds."""
        return statistics.median(self.rates)

    @property
    def choices(self) -> list[int]:
        """The most likely option of each question."""
        return [max(range(len(row)), key=row.__getitem__) for row in self.scores]

    def over(self, other: Timed) -> float:
        """How many times faster than ``other``, the median of the rounds."""
        return statistics.median(a / b for a, b in zip(self.rates, other.rates, strict=True))

    def agrees(self, other: Timed) -> float:
        """Share of questions where both choose the same."""
        pairs = zip(self.choices, other.choices, strict=True)
        return statistics.fmean(mine == theirs for mine, theirs in pairs)

    def apart(self, other: Timed) -> float:
        """The greatest difference of two log-probabilities, in nats."""
        rows = zip(self.scores, other.scores, strict=True)
        return max(abs(a - b) for r, s in rows for a, b in zip(r, s, strict=True))


def questions(limit: int | None = None) -> list[Question]:
    """General facts as four-option questions, in the form of WMDP and MMLU; the same every time."""
    out: list[Question] = []
    for fact in facts():
        options = [fact.value, *fact.wrong[: len(LETTERS) - 1]]
        if len(options) < len(LETTERS):
            continue
        random.Random(fact.question).shuffle(options)
        prompt = multiple_choice_prompt("general_facts", fact.question, options)
        out.append(Question(prompt, tuple(options), options.index(fact.value)))
    random.Random(0).shuffle(out)
    return out[:limit]


def lm_eval_installed() -> bool:
    """Whether lm-evaluation-harness and what its local models need are there."""
    return all(importlib.util.find_spec(name) for name in ("lm_eval", "accelerate"))


def run(
    *, limit: int = 200, repeats: int = 3, model: Path | None = None,
    threads: int | None = None, console: Console | None = None,
) -> list[Timed]:  # fmt: skip
    """Measure, and print the table; ``threads`` is torch's number of threads for every way."""
    if threads:
        torch.set_num_threads(threads)
    shown = console or Console()
    asked = questions(limit)
    sizes = LM_EVAL_BATCHES if lm_eval_installed() else ()
    found = measure(asked, repeats, model or EMBEDDED, sizes)
    shown.print(table_of(found))
    right = [question.right for question in asked]
    for one in _ours(found):
        hits = statistics.fmean(a == b for a, b in zip(one.choices, right, strict=True))
        shown.print(f"{one.kind}: {hits:.1%} right of n={len(asked)} (25 % is chance)")
    shown.print(f"torch threads: {torch.get_num_threads()}, rounds: {repeats}, float32 on CPU")
    if not sizes:
        shown.print(_INSTALL, markup=False)
    return found


def measure(
    asked: Sequence[Question],
    repeats: int,
    folder: Path,
    lm_eval_batches: Sequence[int | str] = (),
) -> list[Timed]:
    """Every way on the same questions, ``repeats`` rounds in turn after one that warms up.

    lm-eval takes part once for each of ``lm_eval_batches``.
    """
    tokenizer: Any = AutoTokenizer.from_pretrained(str(folder))
    model: Any = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32).eval()
    answers = {
        "letters": [tuple(f" {letter}" for letter in LETTERS)] * len(asked),
        "texts": [tuple(f" {option}" for option in question.options) for question in asked],
    }
    ways: dict[tuple[str, str], Callable[[Sequence[Question]], Scores]] = {}
    for kind, of in answers.items():
        texts = dict(zip((q.prompt for q in asked), of, strict=True))
        ours = _our_letters if kind == "letters" else _our_texts
        ways[kind, "ours"] = _bound(ours, model, tokenizer, texts)
        ways[kind, "one by one"] = _bound(_one_by_one, model, tokenizer, texts)
        for size in lm_eval_batches:
            harness = _harness(model, tokenizer, size)
            ways[kind, f"lm-eval, batch {size}"] = _bound(_lm_eval, harness, tokenizer, texts)
    rates: dict[tuple[str, str], list[float]] = {name: [] for name in ways}
    scores: dict[tuple[str, str], Scores] = {}
    for way in ways.values():
        way(asked[:4])
    for _ in range(repeats):
        for name, way in ways.items():
            begun = time.perf_counter()
            scores[name] = way(asked)
            rates[name].append(len(asked) / (time.perf_counter() - begun))
    return [Timed(*name, tuple(rates[name]), scores[name]) for name in ways]


def table_of(found: Sequence[Timed]) -> Table:
    """Ours beside every other way, and beside lm-eval at its best."""
    table = Table(title="Four-option questions scored, interleaved in one run")
    for name in ("kind", "way", "questions/s", "ours is", "same choice", "largest difference"):
        table.add_column(name, justify="left" if name in ("kind", "way") else "right")
    for ours in _ours(found):
        others = [one for one in found if one.kind == ours.kind and one is not ours]
        best = max((o for o in others if "lm-eval" in o.way), key=lambda o: o.rate, default=None)
        table.add_row(ours.kind, "ours", f"{ours.rate:.1f}", "", "", "")
        for other in others:
            table.add_row(
                other.kind, other.way + (" (its best)" if other is best else ""),
                f"{other.rate:.1f}", f"{ours.over(other):.1f}x faster",
                f"{ours.agrees(other):.1%}", f"{ours.apart(other):.0e} nats",
            )  # fmt: skip
        loop = next(o for o in others if o.way == "one by one")
        if best:
            table.add_row("", "lm-eval against one by one", "", "", f"{best.agrees(loop):.1%}",
                          f"{best.apart(loop):.0e} nats")  # fmt: skip
    return table


def _ours(found: Sequence[Timed]) -> list[Timed]:
    return [one for one in found if one.way == "ours"]


Texts = dict[str, tuple[str, ...]]


def _bound(
    way: Callable[[Any, Any, Sequence[Question], Texts], Scores],
    model: Any, tokenizer: Any, texts: Texts,
) -> Callable[[Sequence[Question]], Scores]:  # fmt: skip
    return lambda asked: way(model, tokenizer, asked, texts)


def _room(model: Any) -> int:
    return int(model.config.max_position_embeddings)


def _our_letters(model: Any, tokenizer: Any, asked: Sequence[Question], texts: Texts) -> Scores:
    tokens = [single_token(tokenizer, f" {letter}") for letter in LETTERS]
    prompts = [tokenizer.encode(question.prompt) for question in asked]
    return [list(row) for row in next_token_logprobs(model, prompts, tokens, room=_room(model))]


def _our_texts(model: Any, tokenizer: Any, asked: Sequence[Question], texts: Texts) -> Scores:
    items = [plain_item(tokenizer, q.prompt, texts[q.prompt]) for q in asked]
    found = score_items(model, items, room=_room(model))
    return [[scored.total for scored in row] for row in found]


@torch.inference_mode()
def _one_by_one(model: Any, tokenizer: Any, asked: Sequence[Question], texts: Texts) -> Scores:
    """The plain computation: one forward pass per answer, prompt and all."""

    def alone(prompt: list[int], answer: list[int]) -> float:
        logits = model(input_ids=torch.tensor([prompt + answer])).logits[0]
        logs = logits[len(prompt) - 1 : -1].float().log_softmax(-1)
        return float(logs.gather(1, torch.tensor(answer)[:, None]).sum())

    out: Scores = []
    for question in asked:
        item = plain_item(tokenizer, question.prompt, texts[question.prompt])
        out.append([alone(list(item.prompt), list(answer)) for answer in item.answers])
    return out


def _harness(model: Any, tokenizer: Any, size: int | str) -> Any:
    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    kind = importlib.import_module("lm_eval.models.huggingface").HFLM
    with _quiet():
        return kind(pretrained=model, tokenizer=tokenizer, batch_size=size, device="cpu")


def _lm_eval(harness: Any, tokenizer: Any, asked: Sequence[Question], texts: Texts) -> Scores:
    instance = importlib.import_module("lm_eval.api.instance").Instance
    requests = [
        instance(request_type="loglikelihood", doc={}, arguments=(q.prompt, answer), idx=n)
        for q in asked
        for n, answer in enumerate(texts[q.prompt])
    ]
    with _quiet():
        found = [score for score, _ in harness.loglikelihood(requests, disable_tqdm=True)]
    width = len(LETTERS)
    return [found[at : at + width] for at in range(0, len(found), width)]


@contextlib.contextmanager
def _quiet() -> Generator[None]:
    """The harness prints what batch size it found."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield
