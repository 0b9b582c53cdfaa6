"""``boxed models``: fetch the weights of a model that people know, and say where they lie."""

from __future__ import annotations

import importlib

from rich.markup import escape
from rich.table import Table

from boxed.commands.console import console, faults, told
from boxed.models.named import folder_of, named, packaged_words
from boxed.models.packaged import PACKAGED, Packaged, shipped_adapters
from boxed.settings import SettingsError


@told
def get(name: str, source: str) -> int:
    """Fetch, unless it is there; status 2 where it cannot be had."""
    model = _known(name)
    if source not in ("auto", "index", "hub"):
        raise SettingsError(f"--from '{source}' is not one of auto, index, hub")
    # Subprocesses and archives: a command that only lists does without.
    fetching = importlib.import_module("boxed.models.fetching")
    try:
        place = fetching.fetch(model, source)
    except fetching.FetchError as error:
        raise SettingsError(str(error)) from None
    faults.print(f"{model.about}, {model.licence}: use it as local:{model.name}", highlight=False)
    console.print(str(place), soft_wrap=True, markup=False, highlight=False)
    return 0


@told
def show_all() -> int:
    """Every packaged model, whether it is here, and what adapters come with it."""
    table = Table("name", "what it is", "licence", "download", "here")
    for model in PACKAGED.values():
        here = [str(place) for place in (model.gguf, model.from_hub) if place.exists()]
        size = f"{model.bytes / 1e6:.0f} MB"
        table.add_row(model.name, model.about, model.licence, size, escape("\n".join(here)) or "no")
    console.print(table)
    for name in PACKAGED:
        adapters = ", ".join(f"{name}+{one}" for one in shipped_adapters(name))
        if adapters:
            console.print(f"with an adapter that ships: {adapters}", highlight=False)
    return 0


@told
def path(name: str, weights: bool) -> int:
    """Print where the model lies: its GGUF file, or the folder that transformers loads."""
    _known(name)
    try:
        place = folder_of(name) if weights else str(named(name).gguf or folder_of(name))
    except OSError as error:
        raise SettingsError(str(error)) from None
    console.print(place, soft_wrap=True, markup=False, highlight=False)
    return 0


def _known(name: str) -> Packaged:
    if name not in PACKAGED:
        raise SettingsError(
            f"model '{name}' is not packaged; 'boxed models get' knows {packaged_words()}. A hub "
            "name or a folder is used as it is: local:NAME"
        )
    return PACKAGED[name]
