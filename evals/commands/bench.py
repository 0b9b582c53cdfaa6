"""`boxed-evals bench`: programs that print ratios or counts from one run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from evals.commands.contrast import contrast
from evals.commands.modules import module_of
from evals.commands.options import PerLoad, Response

__all__ = ["bench"]

bench = typer.Typer(help="Benchmarks; each prints ratios from one run.", no_args_is_help=True)
bench.command("contrast")(contrast)


_LocalModel = Annotated[str, typer.Option(help="A packaged model, or gguf:FILE.")]
_Coined = Annotated[int, typer.Option(help="Coined policies that are looked for.")]
_Kinds = Annotated[list[str] | None, typer.Option(help="Only texts of this kind; may be repeated.")]


@bench.command("gateway")
def bench_gateway(
    policies: Annotated[
        list[int] | None, typer.Option(help="Policy counts, screened by names alone.")
    ] = None,
    semantic: Annotated[
        list[int] | None, typer.Option(help="Policy counts, screened by meaning too.")
    ] = None,
    seconds: PerLoad = 3.0,
    replies: Annotated[int, typer.Option(help="Most replies per load.")] = 500,
) -> None:
    """Measure what the gateway adds to a mock product, and what it can serve."""
    module_of("evals.bench.gateway").run(
        policies or (10, 1_000, 100_000), semantic or (10, 1_000), seconds=seconds, replies=replies
    )


@bench.command("peers")
def bench_peers(
    rules: Annotated[list[int] | None, typer.Option(help="Rule counts; may be repeated.")] = None,
    peer: Annotated[
        list[str] | None, typer.Option(help="boxed, litellm or nemo; may be repeated.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Pairs of measurements.")] = 3,
    seconds: PerLoad = 2.0,
    plot: Annotated[Path | None, typer.Option(help="Draw the ratios into this SVG.")] = None,
) -> None:
    """The gateway, LiteLLM's proxy and NeMo Guardrails, as ratios to a bare proxy."""
    rows = module_of("evals.bench.peers").run(
        rules or (0, 10, 1_000, 10_000),
        peer or ("boxed", "litellm", "nemo"),
        rounds=rounds,
        seconds=seconds,
    )
    if plot is not None:
        plot.write_text(module_of("evals.bench.peers_plot").drawn(rows), encoding="utf-8")


@bench.command("engines")
def bench_engines(
    model: _LocalModel = "smollm2",
    questions: Annotated[int, typer.Option(min=1, max=6, help="Questions to each engine.")] = 4,
) -> None:
    """Tokens per second of a local model on transformers and on llama.cpp, in one run."""
    try:
        module_of("evals.bench.engines").run(model, questions)
    except module_of("boxed.settings").SettingsError as error:
        sys.exit(str(error))


@bench.command("own-text")
def bench_own_text(
    model: _LocalModel = "smollm2",
    tasks: Annotated[int, typer.Option(min=1, help="Tasks, spread over the list.")] = 80,
    tokens: Annotated[int, typer.Option(min=1, help="The longest reply.")] = 96,
    longest: Annotated[
        int, typer.Option(help="Characters; tasks on longer texts are left out.")
    ] = 2_000,
    out: Annotated[Path | None, typer.Option(help="Where the replies are written, JSONL.")] = None,
) -> None:
    """Measure whether tasks on a client's own text are done through the box, by a real model."""
    try:
        module_of("evals.bench.own_text").run(model, tasks, tokens, longest, out)
    except module_of("boxed.settings").SettingsError as error:
        sys.exit(str(error))


@bench.command("start")
def bench_start(
    policies: Annotated[
        list[int] | None, typer.Option(help="Policy counts; may be repeated.")
    ] = None,
) -> None:
    """Processor time and memory of a start on books of several sizes, in files."""
    module_of("evals.bench.start").run(policies or (10, 1_000, 10_000, 100_000))


@bench.command("screen")
def bench_screen(
    policies: Annotated[
        list[int] | None, typer.Option(help="Books of so many policies; may be repeated.")
    ] = None,
    repeats: Annotated[int, typer.Option(help="Messages; every one is new.")] = 200,
) -> None:
    """Milliseconds to look for names in 200 words, whole and streamed, by number of policies."""
    module_of("evals.bench.screen").run(policies or (10, 10_000, 100_000), repeats=repeats)


@bench.command("reading")
def bench_reading(
    names: Annotated[int, typer.Option(help="Coined names that are looked for.")] = 1_000,
) -> None:
    """Measure what reading texts for coded names costs, whole and as a stream, and how it grows."""
    module_of("evals.bench.reading").run(names)


@bench.command("telling")
def bench_telling(
    people: Annotated[int, typer.Option(help="People of each kind.", min=10)] = 150,
    response: Response = "pretend",
    forms: Annotated[
        list[str] | None, typer.Option("--form", help="Forms of request; all if unset.")
    ] = None,
    pace: Annotated[
        Literal["off", "answers", "all"], typer.Option(help="The box's setting of that name.")
    ] = "answers",
    first: Annotated[float, typer.Option(help="Seconds before the product's first token.")] = 0.0,
    gap: Annotated[float, typer.Option(help="Seconds for each token.")] = 0.002,
    words: Annotated[
        bool, typer.Option("--words", help="Told by the words instead, on RWKU's people.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(envvar="BOXED_DATA", help="With --words: a folder with rwku/.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="With --words: weights in place of the scripted product.")
    ] = None,
    questions: Annotated[int, typer.Option(min=1, help="With --words: of each person.")] = 4,
) -> None:
    """Measure whether a reply about a forgotten person is told, by its words or by all else."""
    if words:
        _told_by_words(data, questions, response, model)
        return
    module_of("evals.bench.telling").run(
        people, response, forms=forms, pace=pace, first=first, gap=gap
    )


def _told_by_words(data: Path | None, questions: int, response: str, model: str | None) -> None:
    if data is None:
        sys.exit("--words asks about RWKU's people; name their folder with --data or BOXED_DATA")
    wrong = (module_of("evals.data.jsonl").DataError, module_of("boxed.settings").SettingsError)
    try:
        module_of("evals.bench.telling_words").run(data, questions, response, model)
    except wrong as error:
        sys.exit(str(error))


@bench.command("hostile")
def bench_hostile(
    policies: _Coined = 1_000,
    length: Annotated[int, typer.Option(help="Characters of the shorter text.")] = 4_000,
    kind: _Kinds = None,
) -> None:
    """Seconds per megabyte of texts that are made to cost much, and how that grows."""
    module_of("evals.bench.hostile").run(policies, length, kind or ())


@bench.command("health")
def bench_health(
    policies: _Coined = 100,
    length: Annotated[int, typer.Option(help="Characters of a text.")] = 20_000,
    kind: _Kinds = None,
) -> None:
    """Milliseconds that /healthz takes while the gateway reads texts that cost much."""
    module_of("evals.bench.health").run(policies, length, kind or ())


@bench.command("soak")
def bench_soak(
    policies: _Coined = 1_000,
    minutes: Annotated[float, typer.Option(help="How long to ask.")] = 30,
    streams: Annotated[int, typer.Option(help="Clients at once; every third leaves early.")] = 32,
) -> None:
    """Memory and descriptors of a gateway that serves for long, to clients that come and go."""
    found = module_of("evals.bench.soak").run(minutes, streams, policies)
    raise typer.Exit(0 if found.flat and not found.faults else 1)


@bench.command("erase")
def bench_erase(
    chunks: Annotated[
        list[int] | None, typer.Option(help="Sizes of the store, in chunks; repeatable.")
    ] = None,
    subject: Annotated[int, typer.Option(help="Chunks about the subject that goes.")] = 100,
) -> None:
    """Measure what forgetting a subject costs, against rebuilding the collection without it."""
    module_of("evals.bench.erase").run(chunks or (1_000, 10_000, 100_000), subject)


@bench.command("score")
def bench_score(
    questions: Annotated[int, typer.Option(help="Four-option questions, about 290 at most.")] = 200,
    repeats: Annotated[int, typer.Option(help="Rounds; every way has its turn in each.")] = 3,
    model: Annotated[
        Path | None, typer.Option(help="A model folder; the shipped one by default.")
    ] = None,
    threads: Annotated[int | None, typer.Option(help="torch's threads, for every way.")] = None,
) -> None:
    """Measure likelihood scoring against one answer at a time and against lm-eval."""
    module_of("evals.bench.score").run(
        limit=questions, repeats=repeats, model=model, threads=threads
    )


@bench.command("unlearn")
def bench_unlearn(
    steps: Annotated[int, typer.Option(help="Training steps of each run.")] = 26,
    repeats: Annotated[int, typer.Option(help="Rounds; both loops have their turn in each.")] = 3,
    model: Annotated[
        str | None, typer.Option(help="A model folder or hub name; the embedded full by default.")
    ] = None,
) -> None:
    """Measure our unlearning loop against one as it is commonly written, for NPO and RMU."""
    module_of("transformers.utils.logging").disable_progress_bar()
    try:
        module_of("evals.bench.unlearn").run(steps=steps, repeats=repeats, model=model)
    except (ValueError, OSError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))


@bench.command("suites")
def bench_suites(
    systems: Annotated[
        str, typer.Option(help="'original' and others, separated by commas; at most one box.")
    ] = "original,box",
    questions: Annotated[int, typer.Option(help="Questions of MMLU.")] = 2000,
    items: Annotated[int | None, typer.Option(help="Items of each of TOFU's parts.")] = None,
    data: Annotated[str | None, typer.Option(help="A folder of published data, or 'hub'.")] = None,
) -> None:
    """Measure what an evaluation costs through the box, against the bare model's."""
    _run_suites(systems.split(","), questions, items, data)


def _run_suites(systems: list[str], questions: int, items: int | None, data: str | None) -> None:
    try:
        module_of("evals.bench.suites").run(
            systems=systems, questions=questions, items=items, data=data
        )
    except (ValueError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))
