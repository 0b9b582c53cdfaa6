"""What a part of a suite is for: what must be forgotten, what must stay, what was never known.

    is_forgotten("forget_level2"), is_retained("mmlu"), is_unseen("holdout")  ->  all True

Parts carry their benchmarks' own names. A part that is none of these (of a suite added later) gets
the figures that need no such role.
"""

from __future__ import annotations

__all__ = ["NORMALISED", "UTILITY", "is_forgotten", "is_retained", "is_unseen"]

UTILITY = ("retain", "real_authors", "world_facts")
"""The three parts whose probability, ROUGE and truth ratio make up TOFU's model utility."""

NORMALISED = ("real_authors", "world_facts")
"""Where the probability of an answer is normalised over the right and the wrong ones."""

_FORGOTTEN = ("forget", "bio", "chem", "cyber", "hazard", "verbmem", "knowmem_forget",
              "privleak_forget", "attack")  # fmt: skip
_RETAINED = (*UTILITY, "neighbor", "neighbour", "harmless", "mmlu", "knowmem_retain")
_UNSEEN = ("holdout", "privleak_holdout", "stranger")


def is_forgotten(part: str) -> bool:
    """Must a system give nothing away here?"""
    return part.startswith(_FORGOTTEN)


def is_retained(part: str) -> bool:
    """Must a system answer as well as before here?"""
    return part.startswith(_RETAINED)


def is_unseen(part: str) -> bool:
    """Is this about what no model under test was trained on?"""
    return part.startswith(_UNSEEN)
