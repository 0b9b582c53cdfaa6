r"""MUSE: verbatim memory of texts and knowledge of what they say.

    cut_answer("In 1994.\n\nQuestion: Who ...")  ->  "In 1994."

VerbMem: ROUGE-L F1 of the 128 greedy tokens after the beginning of a text. KnowMem: ROUGE-L F1 of a
few-shot answer of 32 tokens, cut where the model goes on to the next question. The two token limits
are the suite's; PrivLeak is among the membership attacks. Source: Shi et al. 2024 (arXiv
2407.06460).
"""

from __future__ import annotations

import re

from evals.metrics.outcomes import Case, Outcome, mean_of
from evals.metrics.rouge import rouge_l
from evals.records import Figure

__all__ = ["cut_answer", "figures", "knowmem", "verbmem"]

_NEXT = re.compile(r"\n\s*\n|\bQuestion\b")


def verbmem(text: str, reply: str) -> float:
    """ROUGE-L F1 of a continuation against the text's own."""
    return rouge_l(text, reply).f1


def knowmem(answer: str, reply: str) -> float:
    """ROUGE-L F1 of the first answer in a reply."""
    return rouge_l(answer, cut_answer(reply)).f1


def cut_answer(reply: str) -> str:
    """The reply up to a blank line or the next 'Question'."""
    return _NEXT.split(reply.lstrip(), maxsplit=1)[0].strip()


def figures(case: Case) -> list[Figure]:
    """VerbMem and KnowMem of MUSE's parts."""
    found: list[Figure] = []
    for part, outcomes in case.outcomes.items():
        if part.startswith("verbmem"):
            found += mean_of(f"{part}/verbmem", outcomes, _verbmem)
        elif part.startswith("knowmem"):
            found += mean_of(f"{part}/knowmem", outcomes, _knowmem)
    return found


def _verbmem(outcome: Outcome) -> float | None:
    return None if outcome.reply is None else verbmem(outcome.item.answer, outcome.reply)


def _knowmem(outcome: Outcome) -> float | None:
    return None if outcome.reply is None else knowmem(outcome.item.answer, outcome.reply)
