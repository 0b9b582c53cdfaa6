"""How well a model knows records by heart: those that it was trained on, or those left out.

    for figure in measure_records(Path("runs/model"), Path("runs/data")): print(figure)

Definitions as in TOFU (Maini et al. 2024, arXiv 2401.06121): an answer's probability is
``exp(-l)``, where ``l`` is the mean negative log-likelihood of its tokens, the end included.
"""

from __future__ import annotations

import random
from pathlib import Path

from boxed.models.local import LocalModel
from evals.data.tofu import load_split
from evals.nano.figures import Figure

SETS = ("retain90", "forget10")


def measure_records(
    folder: Path, data: Path, per_set: int | None = None, seed: int = 7
) -> list[Figure]:
    """Three means for each of ``SETS``, over ``per_set`` records drawn with ``seed`` (None: all).

    The answers' probability; the share of answers' tokens, and of whole answers, that are the
    model's first choice. Raises ``evals.data.jsonl.DataError`` for files that cannot be read.
    """
    model, figures = LocalModel(folder), []
    for name in SETS:
        records = load_split(data, name)
        chosen = random.Random(seed).sample(records, min(per_set or len(records), len(records)))
        items = [([{"role": "user", "content": r.question}], [r.answer]) for r in chosen]
        scored = [one for [one] in model.score_many(items)]
        choices = [first for one in scored for first in one.greedy]
        probability = sum(one.probability for one in scored) / len(scored)
        whole = sum(all(one.greedy) for one in scored) / len(scored)
        figures += [
            Figure(f"{name}: probability of the answer", probability, len(scored)),
            Figure(f"{name}: tokens first choice", sum(choices) / len(choices), len(choices)),
            Figure(f"{name}: whole answers first choice", whole, len(scored)),
        ]
    return figures
