"""Options that several commands take, each with its words in one place, and typed lists.

def nano_box(limit: PerSet = None) -> None: ...
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.commands.modules import module_of

__all__ = [
    "Chance",
    "ExamSize",
    "FolderOrHub",
    "ForgetSplit",
    "GoesOnFrom",
    "GoldRetrain",
    "HighestRate",
    "LessonModel",
    "OfAdapter",
    "OfCertificate",
    "OfPeople",
    "People",
    "PerLoad",
    "PerSet",
    "Published",
    "RankOfMethods",
    "Response",
    "Semantic",
    "SuitesOfExam",
    "TaughtModel",
    "TofuFiles",
    "TopLayers",
    "listed",
    "model_named",
    "quick_look",
]


def quick_look(what: str) -> Any:
    """The option that takes fewer of ``what`` than there are."""
    return typer.Option(help=f"{what}, for a quick look.")


PerSet = Annotated[int | None, quick_look("Questions per set")]
Published = Annotated[
    Path | None, typer.Option(envvar="BOXED_DATA", help="A folder with wmdp/ and mmlu/; else nano.")
]
TofuFiles = Annotated[
    Path, typer.Option(envvar="BOXED_DATA", help="A folder with TOFU's files, or tofu/ in it.")
]
FolderOrHub = Annotated[
    str | None, typer.Option(help="A folder of published data, or 'hub'; BOXED_DATA if unset.")
]
Semantic = Annotated[bool, typer.Option(help="Screen by meaning besides names.")]
OfPeople = Annotated[str, typer.Option(help="nano, tofu, rwku or pii.")]
People = Annotated[int | None, typer.Option(help="How many are forgotten; all if unset.")]
Response = Annotated[str, typer.Option(help="What the policies answer with.")]
Chance = Annotated[int, typer.Option(help="Which questions, and every chance in them.")]
LessonModel = Annotated[str, typer.Option(help="A packaged model, a folder, or a hub name.")]
SuitesOfExam = Annotated[
    Path | None,
    typer.Option(
        envvar="BOXED_DATA", help="A folder with rwku/ and tofu/, for the exam; none if unset."
    ),
]
ExamSize = Annotated[int, typer.Option(help="Messages of the exam about every subject.", min=2)]
OfAdapter = Annotated[int, typer.Option(help="Rank of the adapter.", min=1)]
TopLayers = Annotated[int, typer.Option(help="How many top layers have it; 0: all.")]
TaughtModel = Annotated[
    str | None, typer.Option(help="A pretrained model that knows TOFU; else the embedded one.")
]
GoldRetrain = Annotated[str | None, typer.Option(help="The model trained without the forget set.")]
ForgetSplit = Annotated[str, typer.Option(help="The forget split of TOFU or pii: 01, 05 or 10.")]
RankOfMethods = Annotated[
    int, typer.Option(help="Methods train adapters of this rank; 0: the weights.", min=0)
]
GoesOnFrom = Annotated[
    Path | None, typer.Option(help="Folder of an adapter of this shape to go on from.")
]
HighestRate = Annotated[float, typer.Option(help="The highest one.")]
PerLoad = Annotated[float, typer.Option(help="Longest time per load.")]
OfCertificate = Annotated[float, typer.Option(help="Of the certificate.")]


def model_named(name: str) -> str:
    """What transformers loads for a model's name: packaged ones and GGUF files by their folder.

    Ends the program with the remedy where the weights are not here.
    """
    try:
        return str(module_of("boxed.models.named").folder_of(name))
    except (OSError, ValueError) as error:
        sys.exit(str(error))


def listed(text: str) -> tuple[str, ...]:
    """The words between commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())
