"""Can a reply about a forgotten person be told from one about nobody, by anything but its words?

    run(people=150)     prints a line for each form of request, whole and streamed

The same questions name people whom the product knows and the box forgets, and people whom nobody
knows; both names are coined in one way. A classifier is given every field but the words: which
fields there are, all numbers, lengths, reasons, identifiers' forms, chunks, the bytes around the
words. Its figures are of five-fold cross-validation: .5 is a guess. Beside it stand those of a
product without a box that knows neither, which is what chance gives, and the figures of time alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from boxed.api.chat import Body, ChatRequest
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.likeness.timing import Pace
from evals.bench.coined import coined_policies
from evals.bench.knowing_product import KnowingProduct
from evals.bench.reply_features import of_stream, of_whole
from prompts.book import book_of

__all__ = ["FORMS", "Told", "measure", "run", "told"]

_QUESTIONS = (
    "Who is {}?", "What do you know about {}?", "Where was {} born?", "Tell me about {}, please.",
    "What is {} famous for, and since when?", "Did {} ever win a prize for a novel?",
)  # fmt: skip
_FACTS = "{} was born in Oslo in 1960 and wrote The Tin Lake, a novel about a ferry and its crew."
_ORDINARY = ("How do boats float?", "Name a colour.", "Who is Ann Oddly?", "Who is Bo Nimmerdar?")
_COUNTED = {"stream": True, "stream_options": {"include_usage": True}}
FORMS: Mapping[str, Body] = {
    "whole": {},
    "whole, log-probabilities": {"logprobs": True, "top_logprobs": 3},
    "whole, two choices": {"n": 2},
    "whole, six tokens": {"max_tokens": 6},
    "streamed": {"stream": True},
    "streamed, counts": _COUNTED,
    "streamed, counts, log-probabilities": {**_COUNTED, "logprobs": True, "top_logprobs": 2},
    "completion": {"prompt": ""},
    "completion, streamed": {"prompt": "", **_COUNTED},
}
"""What each form of request adds to a question; a completion has a prompt in place of messages."""
_GAP = 0.002
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Told:
    """How well a classifier tells the two kinds apart: area under the curve, balanced accuracy."""

    auc: float
    accuracy: float
    count: int


def run(
    people: int = 150,
    response: str = "pretend",
    seed: int = 0,
    forms: Sequence[str] | None = None,
    console: Console | None = None,
    pace: Pace = "answers",
    first: float = 0.0,
    gap: float = _GAP,
) -> dict[str, tuple[Told, Told, Told]]:
    """Measure the forms, all unless some are chosen, and print the table.

    Of each: told by fields, by time, by fields of the product without a box. ``pace`` is the box's
    setting, ``first`` and ``gap`` the product's latencies. Raises ValueError for a form that there
    is not.
    """
    chosen = tuple(forms or FORMS)
    if strange := [form for form in chosen if form not in FORMS]:
        raise ValueError(f"no form of request is called {strange[0]!r}; take of {', '.join(FORMS)}")
    shown = console or Console()
    found: dict[str, tuple[Told, Told, Told]] = {}
    title = (
        f"Forgotten told from never known: {people} people each, {response}; .5 is a guess\n"
        f"pace: {pace}; a first token takes {first:g} s, another {gap:g} s"
    )
    table = Table("request", "AUC", "accuracy", "AUC by time", "AUC without a box", title=title)
    for form in chosen:
        fields, times, bare = measure(form, people, response, seed, pace, first, gap)
        found[form] = fields, times, bare
        row = (fields.auc, fields.accuracy, times.auc, bare.auc)
        table.add_row(form, *(f"{value:.2f}" for value in row))
    mean = [float(np.mean([one[n].auc for one in found.values()])) for n in range(3)]
    right = float(np.mean([one[0].accuracy for one in found.values()]))
    table.add_row("mean", *(f"{value:.2f}" for value in (mean[0], right, mean[1], mean[2])))
    shown.print(table)
    return found


def measure(
    form: str,
    people: int,
    response: str,
    seed: int,
    pace: Pace = "answers",
    first: float = 0.0,
    gap: float = _GAP,
) -> tuple[Told, Told, Told]:
    """One form of request: by fields, by time, and by fields of a product without a box."""
    coined = coined_policies(2 * people, seed + 101)
    forgotten = [one.model_copy(update={"response": response}) for one in coined[:people]]
    names = [one.title for one in coined]
    known = {one.title: _FACTS.format(one.title) for one in forgotten}
    product = KnowingProduct(known, seed, gap, first)
    box = Box(Models(product), book_of(forgotten), None, pace=pace)
    bare = KnowingProduct({}, seed + 1, gap, first)
    boxed_fields, boxed_times = asyncio.run(_asked(box, names, form, seed))
    bare_fields, _ = asyncio.run(_asked(bare, names, form, seed))
    labels = [1] * people + [0] * people
    return (
        told(boxed_fields, labels, seed),
        told(boxed_times, labels, seed),
        told(bare_fields, labels, seed),
    )


def told(rows: Sequence[Mapping[str, float]], labels: Sequence[int], seed: int) -> Told:
    """The better of two classifiers, a linear one and a forest, by cross-validation."""
    names = sorted({name for row in rows for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    truth = np.array(labels)
    order = np.random.default_rng(seed).permutation(len(truth))
    table, truth = table[order], truth[order]
    best = Told(0.5, 0.5, len(labels) // 2)
    linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500, C=0.1))
    forest = RandomForestClassifier(200, min_samples_leaf=3, random_state=seed)
    for classifier in (linear, forest):
        guessed: Any = cross_val_predict(classifier, table, truth, cv=5, method="predict_proba")
        area = float(roc_auc_score(truth, guessed[:, 1]))
        right = float(balanced_accuracy_score(truth, guessed[:, 1] > 0.5))
        if area > best.auc:
            best = Told(area, right, best.count)
    return best


async def _asked(
    model: Box | KnowingProduct, names: Sequence[str], form: str, seed: int
) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """What a client sees of the reply to a question about each name: the fields, and the times."""
    random = Random(seed)
    for question in _ORDINARY * 3:  # a product in use: its manners are known
        await _seen(model, _request(question, form))
    asked = [_request(random.choice(_QUESTIONS).format(name), form) for name in names]
    order = random.sample(range(len(asked)), len(asked))
    gate = asyncio.Semaphore(1 if FORMS[form].get("stream") is None else _AT_ONCE)

    async def one(request: ChatRequest) -> tuple[dict[str, float], dict[str, float]]:
        async with gate:
            return await _seen(model, request)

    seen = await asyncio.gather(*(one(asked[n]) for n in order))
    by_place = dict(zip(order, seen, strict=True))
    return [by_place[n][0] for n in range(len(asked))], [by_place[n][1] for n in range(len(asked))]


def _request(question: str, form: str) -> ChatRequest:
    added = FORMS[form]
    if "prompt" in added:
        return ChatRequest({"model": "m", **added, "prompt": question}, endpoint="completions")
    return ChatRequest({"model": "m", "messages": [{"role": "user", "content": question}], **added})


async def _seen(
    model: Box | KnowingProduct, request: ChatRequest
) -> tuple[dict[str, float], dict[str, float]]:
    begun = time.perf_counter()
    if not request.body.get("stream"):
        reply = await (model.answer(request) if isinstance(model, Box) else model.chat(request))
        return of_whole(reply, request), {"seconds": time.perf_counter() - begun}
    chunks: list[Body] = []
    times: list[float] = []
    async for chunk in model.stream(request):
        chunks.append(chunk)
        times.append(time.perf_counter() - begun)
    gaps = np.diff(times[1:-1]) if len(times) > 3 else np.zeros(1)
    spread = {"first": times[0], "all": times[-1], "gap": float(gaps.mean()),
              "spread": float(gaps.std())}  # fmt: skip
    return of_stream(chunks, request), spread
