"""Are records known by heart? The answers' probability, and how much of them a reply says.

    known_by_heart("smollm2+runs/taught/full", records, 100)[0]
    Figure("probability", 0.97, n=100, ...)

Definitions as in TOFU (Maini et al. 2024, arXiv 2401.06121): ``P(y|x) = exp(-l)``, where ``l`` is
the mean negative log-likelihood of the answer's tokens, the end included; ROUGE-L is its recall in
the greedy reply.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from boxed.models.local import LocalModel
from evals.data.tofu import QA
from evals.metrics.rouge import rouge_l
from evals.records import Figure, Item
from evals.suites.tofu import MOST
from evals.systems.local import LocalSystem
from evals.systems.protocol import Undefined

__all__ = ["known_by_heart"]


def known_by_heart(
    model: str, records: Sequence[QA], most: int, seed: int = 7
) -> tuple[Figure, Figure]:
    """Means over ``most`` of the records, drawn with ``seed``: ``probability`` and ``rouge``.

    Raises OSError or ValueError for a name that means no model.
    """
    chosen = random.Random(seed).sample(list(records), min(most, len(records)))
    items = [
        Item(f"{number}", "taught", "qa", ({"role": "user", "content": r.question},), r.answer,
             most=MOST)
        for number, r in enumerate(chosen)
    ]  # fmt: skip
    system = LocalSystem("taught", LocalModel(model), model)
    replies = system.answer(items)
    scored = [one for one in system.likelihoods(items) if not isinstance(one, Undefined)]
    likely = [one.answer.probability for one in scored if one.answer is not None]
    said = [
        rouge_l(item.answer, reply.text).recall
        for item, reply in zip(items, replies, strict=True)
        if reply is not None
    ]
    return (
        Figure("probability", sum(likely) / len(likely), n=len(likely)),
        Figure("rouge", sum(said) / len(said), n=len(said)),
    )
