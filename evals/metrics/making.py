"""What it cost to make a system by training: seconds, peak memory, tokens and steps.

    figures(seconds=61.2, peak_bytes=None, reason="no peak was recorded")[1].undefined

Once for each system, not for each request. Seconds and memory are those of the machine that trained
it: read them as ratios to retraining, and only where one machine did both.
"""

from __future__ import annotations

from evals.records import Figure

__all__ = ["MAKING", "figures"]

MAKING = ("making_seconds", "making_peak_mib", "making_tokens", "making_steps")


def figures(
    *,
    seconds: float | None = None,
    peak_bytes: float | None = None,
    tokens: float | None = None,
    steps: float | None = None,
    reason: str = "",
) -> tuple[Figure, ...]:
    """The four figures; ``reason`` says why there is none where a number is None."""
    mebibytes = None if peak_bytes is None else peak_bytes / 2**20
    return tuple(
        Figure(name, value, n=int(value is not None), undefined=reason if value is None else "")
        for name, value in zip(MAKING, (seconds, mebibytes, tokens, steps), strict=True)
    )
