"""``boxed-evals relearn``, ``stream``, ``order``, ``epsilon``: does forgetting last, how dear?"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.commands.modules import module_of
from evals.commands.options import (
    FolderOrHub,
    ForgetSplit,
    GoldRetrain,
    RankOfMethods,
    TaughtModel,
    TopLayers,
    listed,
)

__all__ = ["epsilon", "order", "relearn", "stream"]

_OUT = Path("runs/lasting")
_Rates = Annotated[
    list[str] | None, typer.Option(help="METHOD=RATE in place of the method's own; repeatable.")
]
_Out = Annotated[Path, typer.Option(help="Where models, points and the report are kept.")]
_Systems = Annotated[str, typer.Option(help="Boxes, and methods of 'unlearn', by commas.")]
_Requests = Annotated[int, typer.Option(help="Forget requests, one author each.")]
_Epochs = Annotated[float, typer.Option(help="Passes over a request; 0: the method's own.")]
_PerAuthor = Annotated[int, typer.Option(help="Questions about each author.")]
_Retained = Annotated[int, typer.Option(help="Questions about what must stay.")]


def relearn(
    systems: Annotated[
        str, typer.Option(help="original, retrain, boxes, or methods of 'unlearn', by commas.")
    ] = "original,retrain,box,box-pseudonymise,grad-diff,npo-retain,simnpo,rmu,idk",
    on: Annotated[
        str, typer.Option(help="What to train on, of unrelated, neighbours, tenth.")
    ] = "unrelated,neighbours,tenth",
    steps: Annotated[str, typer.Option(help="After which steps to measure.")] = "5,10,20,40",
    bits: Annotated[str, typer.Option(help="Quantised weights to measure: 8, 4.")] = "8,4",
    limit: Annotated[int, typer.Option(help="Questions each of forget and retain.")] = 60,
    batch: Annotated[int, typer.Option(help="Records of a step.")] = 16,
    learning_rate: Annotated[float, typer.Option(help="Of the relearning.")] = 3e-4,
    rate: _Rates = None,
    model: TaughtModel = None,
    retrain: GoldRetrain = None,
    data: FolderOrHub = None,
    forget: ForgetSplit = "10",
    rank: RankOfMethods = 16,
    layers: TopLayers = 10,
    out: _Out = _OUT,
) -> None:
    """Train systems on, or quantise them: does what was forgotten come back?"""
    if model is not None and retrain is None:
        sys.exit(f"--model {model} needs the model that never saw the forget set: --retrain")
    module = module_of("evals.studies.lasting.relearn")
    taught = model and module_of("evals.studies.lasting.pretrained").Taught(
        out, dict(_rates(rate)), data=data, share=forget, model=model, retrain=retrain, rank=rank,
        layers=layers,
    )  # fmt: skip
    options = module.Options(
        listed(systems), out, listed(on), _whole("steps", steps), _whole("bits", bits), limit,
        batch, learning_rate, _rates(rate),
    )  # fmt: skip
    _run("relearn", lambda tell: module.relearn(options, tell, taught), out)


def stream(
    systems: _Systems = "box,box-pseudonymise,grad-diff,npo-retain,simnpo",
    requests: _Requests = 20,
    revoke: Annotated[
        str, typer.Option(help="REQUEST@STEP: which are withdrawn, and when, by commas.")
    ] = "5@8,11@15",
    epochs: _Epochs = 0,
    per_author: _PerAuthor = 2,
    retained: _Retained = 20,
    rate: _Rates = None,
    out: _Out = _OUT,
) -> None:
    """Forget one author after the other, and take some requests back: how do systems drift?"""
    module = module_of("evals.studies.lasting.stream")
    options = module.Options(
        listed(systems), out, requests, _revocations(revoke), epochs, per_author, retained,
        _rates(rate),
    )  # fmt: skip
    _run("stream", lambda tell: module.stream(options, tell), out)


def order(
    systems: _Systems = "box,grad-diff,npo-retain,simnpo",
    requests: _Requests = 4,
    orders: Annotated[int, typer.Option(help="Orders of them, the first by number.")] = 3,
    repeats: Annotated[
        int, typer.Option(help="How often each comes in a run of its own; 1: no such run.")
    ] = 2,
    together: Annotated[bool, typer.Option(help="Also all of them as one request.")] = True,
    epochs: _Epochs = 0,
    per_author: _PerAuthor = 4,
    retained: _Retained = 20,
    seed: Annotated[int, typer.Option(help="Which orders.")] = 0,
    rate: _Rates = None,
    out: _Out = _OUT,
) -> None:
    """Forget the same authors in other orders, twice, and at once: does the order matter?"""
    module = module_of("evals.studies.lasting.order")
    options = module.Options(
        listed(systems), out, requests, orders, repeats, together, epochs, per_author, retained,
        seed, _rates(rate),
    )  # fmt: skip
    _run("order", lambda tell: module.orders(options, tell), out)


def epsilon(
    methods: Annotated[
        str, typer.Option(help="Methods of 'unlearn', by commas.")
    ] = "grad-diff,npo-retain,simnpo",
    runs: Annotated[int, typer.Option(help="Models of each kind, each by a seed of its own.")] = 8,
    authors: Annotated[int, typer.Option(help="Authors that stay, beside the forgotten one.")] = 8,
    steps: Annotated[int, typer.Option(help="Training steps of a model.")] = 60,
    epochs: Annotated[float, typer.Option(help="Of unlearning; 0: the method's own.")] = 0,
    rate: _Rates = None,
    out: _Out = _OUT,
) -> None:
    """Repeat unlearning and retraining in a small world: can the results be told apart?"""
    module, world = (
        module_of("evals.studies.lasting.repeats"),
        module_of("evals.studies.lasting.small_world"),
    )
    options = module.Options(
        listed(methods), out, runs, world.Scale(authors, steps), epochs, _rates(rate)
    )
    _run("epsilon", lambda tell: module.repeat(options, tell), out)


def _run(name: str, work: Callable[[Any], Any], out: Path) -> None:
    """Do the work with its progress shown, write its report, and say where that is."""
    console = module_of("evals.running.console")
    module_of("transformers.utils.logging").disable_progress_bar()
    try:
        with console.bars() as progress:
            found = work(progress)
        file = module_of(f"evals.studies.lasting.{name}_report").write(found, out, _command())
    except console.FAULTS as error:
        sys.exit(console.told(error))
    typer.echo(f"report: {file}")


def _command() -> str:
    """The command line as it was given."""
    return shlex.join(["boxed-evals", *sys.argv[1:]])


def _whole(option: str, text: str) -> tuple[int, ...]:
    try:
        return tuple(int(word) for word in listed(text))
    except ValueError:
        sys.exit(f"--{option} '{text}' is no list of whole numbers such as 5,10,20")


def _revocations(text: str) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for pair in listed(text):
        request, _, step = pair.partition("@")
        if not (request.isdigit() and step.isdigit()):
            sys.exit(f"--revoke '{pair}' is not REQUEST@STEP, as in 5@8")
        found.append((int(request), int(step)))
    return tuple(found)


def _rates(given: Sequence[str] | None) -> tuple[tuple[str, float], ...]:
    found: list[tuple[str, float]] = []
    for pair in given or ():
        method, _, rate = pair.partition("=")
        try:
            found.append((method, float(rate)))
        except ValueError:
            sys.exit(f"--rate '{pair}' is not METHOD=RATE, as in npo-retain=1e-4")
    return tuple(found)
