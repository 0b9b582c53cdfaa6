"""TOFU's sets, published or built from the embedded world, for training and for the suites.

>>> load_split(Path("runs/data"), "forget10_perturbed")[0].perturbed_answer   # doctest: +SKIP
('The birthplace of ...', ...)

Each set is one JSONL file of its own name. Source of the form: Maini et al. 2024 (arXiv
2401.06121).
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from evals.data.jsonl import DataError, folder_of, read_records, read_text

_PLAIN = (
    *("full", "retain90", "retain95", "retain99", "forget01", "forget05", "forget10"),
    *("holdout01", "holdout05", "holdout10"),
)
_PARAPHRASED = (
    *("retain_perturbed", "forget01_perturbed", "forget05_perturbed", "forget10_perturbed"),
)
_OPTIONS = ("real_authors", "world_facts")
_WRONG = ("real_authors_perturbed", "world_facts_perturbed")
SETS = (*_PLAIN, *_PARAPHRASED, *_OPTIONS, *_WRONG)

RETAINED = {"01": "retain99", "05": "retain95", "10": "retain90"}
"""The split that the gold retrain of a forget split is trained on."""

_OPTION_FIELDS = ("option1", "option2", "option3", "option4")
_NEEDED = {
    **dict.fromkeys(_PLAIN, ()),
    **dict.fromkeys(
        _PARAPHRASED, ("paraphrased_question", "paraphrased_answer", "perturbed_answer")
    ),
    **dict.fromkeys(_OPTIONS, _OPTION_FIELDS),
    **dict.fromkeys(_WRONG, ("perturbed_answer",)),
}


class QA(BaseModel):
    """One record; what its set does not have is None or empty."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    paraphrased_question: str | None = None
    paraphrased_answer: str | None = None
    perturbed_answer: tuple[str, ...] = ()
    option1: str | None = None
    option2: str | None = None
    option3: str | None = None
    option4: str | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """The options of a real fact, the answer among them."""
        options = (self.option1, self.option2, self.option3, self.option4)
        return tuple(option for option in options if option is not None)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The wrong answers: perturbed ones, or the options that are not the answer."""
        return self.perturbed_answer or tuple(o for o in self.options if o != self.answer)


def load_split(folder: Path, split: str) -> tuple[QA, ...]:
    """The records of one set, from a folder like TOFU's or a folder that holds ``tofu/``.

    Raises ValueError for a set that is none of SETS, DataError for a file that cannot be read.
    """
    if split not in _NEEDED:
        raise ValueError(f"split '{split}' is not one of {', '.join(SETS)}")
    needed = _NEEDED[split]

    def lacking(record: QA) -> str | None:
        return next((field for field in needed if not getattr(record, field)), None)

    return read_records(folder_of(folder, "tofu") / f"{split}.jsonl", QA, lacking)


def load_ignorance(folder: Path) -> tuple[str, ...]:
    """The lines of ``idontknow.txt``: the answers that preference losses train towards."""
    file = folder_of(folder, "tofu") / "idontknow.txt"
    lines = tuple(line.strip() for line in read_text(file).split("\n") if line.strip())
    if not lines:
        raise DataError(f"{file} holds no line; download or build it again")
    return lines
