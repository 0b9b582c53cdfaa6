"""A program of this package in a process of its own, whose peak of memory is then its own.

run_apart("evals.methods.weights.process", settings_as_json, "unlearning")
"""

from __future__ import annotations

import subprocess
import sys

__all__ = ["run_apart"]


def run_apart(program: str, told: str, task: str) -> None:
    """Run the module with one argument to its end.

    Raises ValueError with what it said last, or with the signal that ended it.
    """
    done = subprocess.run(  # noqa: S603 - this package's own program
        [sys.executable, "-m", program, told],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode < 0:
        raise ValueError(
            f"{task} was ended by signal {-done.returncode}; the same command goes on from its "
            "last checkpoint (with less memory where more of it is needed: --also takes what "
            "'boxed-evals unlearn --at-once' made)"
        )
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2]
        raise ValueError(said or f"{task} ended with {done.returncode}; start it again")
