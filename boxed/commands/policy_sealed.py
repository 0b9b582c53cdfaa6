"""``boxed policy new --sealed``: a policy that holds fingerprints in place of names."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import typer

from boxed.commands.console import told
from boxed.commands.policy import new_file, write
from boxed.sealing import needed_seal_key
from boxed.settings import SettingsError, load_settings
from guards.names.seal import SealKey, fingerprints
from prompts.policy import KINDS, SEALED_RESPONSES, Kind, Response, long_enough
from prompts.starter import sealed_policy_text


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks for; ``id`` and ``title`` are of policies in plain text."""

    sealed: bool
    id: str | None
    title: str | None
    names: tuple[str, ...]
    kind: str
    response: str | None


@told
def run(order: Order, policies: Path | None) -> int:
    """Write the policy under a random id; the names are kept nowhere."""
    kind, response = _checked(order)
    key = needed_seal_key(load_settings())
    target = new_file(f"sealed-{secrets.token_hex(6)}", policies)
    names = order.names or tuple(_typed())
    sealed = sorted({one for name in names for one in _sealed(name, key)})
    return write(target, sealed_policy_text(target.stem, kind, response, sealed, key.id))


def _checked(order: Order) -> tuple[Kind, Response]:
    response = order.response or "redact"
    if not order.sealed:
        raise SettingsError("--name is for sealed policies; write --sealed, or a --title")
    if order.id is not None or order.title is not None:
        raise SettingsError(
            "a sealed policy gets a random id and no title; leave both out, and give the names "
            "when you are asked, or by --name"
        )
    if order.kind not in KINDS:
        raise SettingsError(f"kind '{order.kind}' is not one of {', '.join(KINDS)}")
    if response not in SEALED_RESPONSES:
        allowed = " or ".join(SEALED_RESPONSES)
        raise SettingsError(f"response '{response}' is not for sealed policies; write {allowed}")
    return order.kind, response


def _typed() -> list[str]:
    """Names typed unseen, each twice, until an empty one: a slip would protect nobody."""
    names: list[str] = []
    while True:
        asked = "Another name (empty: no more)" if names else "Name"
        name = str(typer.prompt(asked, "", hide_input=True, show_default=False))
        if not name:
            if names:
                return names
            raise SettingsError("no name was typed; nothing was written")
        if name != typer.prompt("The same again", "", hide_input=True, show_default=False):
            raise SettingsError("the two differ; nothing was written")
        names.append(name)


def _sealed(name: str, key: SealKey) -> tuple[str, ...]:
    if not long_enough(name):
        raise SettingsError(
            "a name has fewer than 3 letters or digits (2 in Chinese, Japanese or Korean) and "
            "would match everywhere; write a longer one"
        )
    try:
        return fingerprints(name, key)
    except ValueError as error:
        raise SettingsError(str(error)) from None
