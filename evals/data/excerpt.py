"""TOFU with fewer authors: the same files, small enough to be learnt on two processor cores.

    write_excerpt(Path("data"), Path("runs/tofu20"), share="05", authors=10)

The forget split stays whole. Of the retained authors the first ones stay; half of those are asked
about (``retain_perturbed``), the others are what unlearning may train on, as in TOFU itself.
"""

from __future__ import annotations

from pathlib import Path

from evals.data.jsonl import DataError, folder_of, read_text
from evals.data.tofu import RETAINED, load_split
from retrieval.whole_file import write_whole

__all__ = ["MOST_AUTHORS", "write_excerpt"]

EACH = 20
"""Records of each author, which stand together."""
MOST_AUTHORS = 40
"""Of as many retained authors at most half can be asked about: TOFU has 20 with wrong answers."""
_WHOLE = (
    *("real_authors.jsonl", "real_authors_perturbed.jsonl", "idontknow.txt"),
    *("world_facts.jsonl", "world_facts_perturbed.jsonl"),
)


def write_excerpt(data: Path, out: Path, share: str, authors: int) -> dict[str, int]:
    """Write the files into ``out/tofu``; how many records each split has.

    ``share`` is the forget split (01, 05 or 10), ``authors`` how many retained ones stay. Raises
    ValueError for numbers that do not fit, DataError for files that are not TOFU's, OSError where
    nothing can be written.
    """
    if share not in RETAINED:
        raise ValueError(f"forget '{share}' is not one of {', '.join(RETAINED)}")
    if authors < 2 or authors > MOST_AUTHORS or authors % 2:
        raise ValueError(f"{authors} authors: take an even number from 2 to {MOST_AUTHORS}")
    retained, asked = RETAINED[share], authors // 2 * EACH
    for split in (retained, f"forget{share}", "retain_perturbed"):
        load_split(data, split)
    source = folder_of(data, "tofu")
    kept = _lines(source / f"{retained}.jsonl")[: authors * EACH]
    about = _lines(source / "retain_perturbed.jsonl")[:asked]
    forgotten = _lines(source / f"forget{share}.jsonl")
    if len(kept) < authors * EACH:
        raise DataError(f"{source}: {retained} has only {len(kept)} records; take fewer authors")
    found = {
        f"{retained}.jsonl": kept,
        "retain_perturbed.jsonl": about,
        f"forget{share}.jsonl": forgotten,
        "full.jsonl": [*kept, *forgotten],
        **{
            name: _lines(source / name)
            for name in (f"forget{share}_perturbed.jsonl", f"holdout{share}.jsonl", *_WHOLE)
        },
    }
    for name, lines in found.items():
        write_whole(out / "tofu" / name, "".join(f"{line}\n" for line in lines).encode())
    _check(out, retained)
    return {Path(name).stem: len(lines) for name, lines in found.items() if name not in _WHOLE}


def _lines(file: Path) -> list[str]:
    return [line for line in read_text(file).split("\n") if line.strip()]


def _check(out: Path, retained: str) -> None:
    """What is asked about must be among what is taught. Raises DataError."""
    taught = {record.question for record in load_split(out, retained)}
    strange = [r.question for r in load_split(out, "retain_perturbed") if r.question not in taught]
    if strange:
        raise DataError(
            f"retain_perturbed asks '{strange[0][:60]}', which {retained} does not teach; give "
            "TOFU's own files, in their order"
        )
