"""``boxed keys``: what an operator types to let clients in, and to see what they use."""

from __future__ import annotations

from typing import Annotated

import typer

from boxed.commands.modules import module_of

__all__ = ["keys"]

keys = typer.Typer(help="Make, list and revoke clients' keys.", no_args_is_help=True)

Place = Annotated[
    str | None,
    typer.Option(
        "--keys", help="A file or a postgresql:// URL, if not the setting's.", show_default=False
    ),
]
Requests = Annotated[
    int | None, typer.Option(min=1, max=100_000, help="Requests in any minute.", show_default=False)
]
Tokens = Annotated[
    int | None,
    typer.Option(min=1, max=10**15, help="Tokens in a calendar month (UTC).", show_default=False),
]
Upstream = Annotated[
    str | None, typer.Option(help="A name in the setting 'upstreams'.", show_default=False)
]


@keys.command("new")
def keys_new(
    tenant: Annotated[str | None, typer.Option(help="Whose policies it meets.")] = None,
    scope: Annotated[str, typer.Option(help="chat, or admin: the routes under /admin.")] = "chat",
    label: Annotated[str, typer.Option(help="A word of your own, for the list.")] = "",
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="Days until it expires.")
    ] = None,
    requests_a_minute: Requests = None,
    tokens_a_month: Tokens = None,
    upstream: Upstream = None,
    keys: Place = None,
) -> None:
    """Make a key, and print it this once."""
    command = module_of("keys")
    limits = command.Limits(requests_a_minute, tokens_a_month, upstream)
    raise typer.Exit(command.new(keys, tenant, scope, label, days, limits))


@keys.command("list")
def keys_list(
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
    keys: Place = None,
) -> None:
    """List keys and tenants with their limits and what they used this month."""
    raise typer.Exit(module_of("keys").show_all(keys, as_json))


@keys.command("revoke")
def keys_revoke(
    id: Annotated[str, typer.Argument(help="The key's id, as 'boxed keys list' shows it.")],
    keys: Place = None,
) -> None:
    """Take a key back: a gateway refuses it within two seconds."""
    raise typer.Exit(module_of("keys").revoke(keys, id))


@keys.command("tenant")
def keys_tenant(
    name: Annotated[str, typer.Argument(help="The tenant, as policies name it.")],
    requests_a_minute: Requests = None,
    tokens_a_month: Tokens = None,
    upstream: Upstream = None,
    keys: Place = None,
) -> None:
    """Set what all keys of a tenant may use together; what is not said is not limited."""
    command = module_of("keys")
    limits = command.Limits(requests_a_minute, tokens_a_month, upstream)
    raise typer.Exit(command.tenant(keys, name, limits))
