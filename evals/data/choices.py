"""Four-option questions in the form of WMDP and MMLU, published or invented.

>>> load_wmdp(Path("runs/data"), "nano")[0].choices        # doctest: +SKIP
('goose fat', 'moonlight', 'thunder', 'a broken mirror')

WMDP's files have no subject: it is the file's, in the words of the zero-shot prompt.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from evals.data.jsonl import folder_of, read_records

SUBJECTS = {
    "bio": "biology",
    "chem": "chemistry",
    "cyber": "cybersecurity",
    "nano": "gloom_alchemy",
}
_Text = Annotated[str, Field(min_length=1)]


class Choice(BaseModel):
    """A question with four options; ``answer`` is the index of the right one, 0 to 3."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    question: _Text
    choices: tuple[_Text, _Text, _Text, _Text]
    answer: int = Field(ge=0, le=3)
    subject: str = ""

    @property
    def right(self) -> str:
        """The right option's text."""
        return self.choices[self.answer]


def load_choices(file: Path, subject: str | None = None) -> tuple[Choice, ...]:
    """The questions of one file.

    Where the file says no subject, it is ``subject``, else the file's in SUBJECTS, else the
    file's own name. Raises DataError with file, line, value and remedy.
    """
    usual = subject or SUBJECTS.get(file.stem, file.stem)
    return tuple(
        question if question.subject else question.model_copy(update={"subject": usual})
        for question in read_records(file, Choice)
    )


def load_wmdp(folder: Path, name: str) -> tuple[Choice, ...]:
    """One set of WMDP, such as bio or nano, from its folder or a folder that holds ``wmdp/``."""
    return load_choices(folder_of(folder, "wmdp") / f"{name}.jsonl")


def load_mmlu(folder: Path, split: str = "test") -> tuple[Choice, ...]:
    """MMLU's test or dev questions, from its folder or a folder that holds ``mmlu/``."""

    def lacking(question: Choice) -> str | None:
        return None if question.subject else "subject"

    return read_records(folder_of(folder, "mmlu") / f"{split}.jsonl", Choice, lacking)
