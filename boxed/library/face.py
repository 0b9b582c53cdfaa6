"""``from boxed import Box, wrap``: a client object whose answers are guarded in the same process.

    client = wrap(OpenAI(), "prompts")
    client.chat.completions.create(model="m", messages=[...])

A wrapped client is a new one of the same package. All that it sends goes to a gateway in the
process; that asks the client that was given. It knows neither the product's address nor its key,
so no method of it, websockets included, gets past the box.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, cast

import httpx2

from boxed.assemble import book_in_force, watch
from boxed.box import Box as GuardedProduct
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.gateway.settings import gateway_settings
from boxed.library.calls import Calls
from boxed.library.in_process import AppThread, AsyncTransport, SyncTransport
from boxed.library.products import AnthropicProduct, OpenAIProduct
from boxed.sealing import seal_key_of
from boxed.settings import load_settings
from boxed.store.embedding import load_embedder
from prompts.book import PolicyBook, load_book
from prompts.watch import BookWatcher

__all__ = ["Box", "wrap"]

Client = TypeVar("Client")
_NOWHERE = "http://boxed.invalid"
_FAMILIES = ("openai", "anthropic")


class Box:
    """Policies, and the clients that are held to them. Use it in a ``with``, or ``close`` it."""

    def __init__(
        self,
        policies: str | Path | PolicyBook,
        *,
        tenant: str | None = None,
        watched: bool = False,
        **settings: Any,
    ) -> None:
        """``policies`` is a prompt folder; ``watched`` takes its edits in as they are saved.

        ``settings`` are those of ``boxed.toml``: ``semantic``, ``seal_key``, ``embeddings``,
        ``conversations`` and so on. Raises ``BookError`` and ``SettingsError``.
        """
        if isinstance(policies, PolicyBook):
            self._settings = load_settings(**settings)
            self._book = policies
            self._folder = None
        else:
            self._folder = Path(policies)
            self._settings = load_settings(policies=self._folder, **settings)
            self._book = book_in_force(self._settings)
        self._embed = load_embedder(self._settings)
        self._tenant = tenant
        self._watched = watched and self._folder is not None
        self._boxes: list[GuardedProduct] = []
        self._watchers: list[BookWatcher] = []
        self._thread: AppThread | None = None

    def wrap(self, client: Client) -> Client:
        """A client that answers as ``client`` does, but for what is forgotten.

        ``client`` is one of OpenAI's or Anthropic's, whether it waits or is awaited; raises
        ``TypeError`` for another.
        """
        family = _family(client)
        calls = Calls(client, family)
        product = OpenAIProduct(calls) if family == "openai" else AnthropicProduct(calls)
        guarded = GuardedProduct(
            Models(product),
            self._book,
            self._embed,
            self._settings.router,
            seal_key=seal_key_of(self._settings),
            tenants=self._settings.tenants,
        )
        self._boxes.append(guarded)
        if self._watched:
            self._watchers.append(watch(guarded, self._settings))
        return cast("Client", self._wrapped(family, calls.waits, self._app(guarded)))

    def reload(self) -> None:
        """Take the folder as it stands now, for every client; raises ``BookError``."""
        if self._folder is not None:
            self._book = load_book(self._folder)
        for box in self._boxes:
            box.swap_book(self._book)

    def close(self) -> None:
        """Let go of threads and watchers; the clients that were wrapped stay as they are."""
        for watcher in self._watchers:
            watcher.stop()
        if self._thread is not None:
            self._thread.close()

    def __enter__(self) -> Box:
        """The box itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def _app(self, guarded: GuardedProduct) -> Any:
        return create_app(guarded, gateway_settings(self._settings))

    def _wrapped(self, family: str, waits: bool, app: Any) -> Any:
        package = importlib.import_module(family)
        name = "OpenAI" if family == "openai" else "Anthropic"
        if waits:
            self._thread = self._thread or AppThread()
            http = httpx2.Client(transport=SyncTransport(app, self._thread), timeout=None)
        else:
            http = httpx2.AsyncClient(transport=AsyncTransport(app), timeout=None)
        made = getattr(package, name if waits else f"Async{name}")
        headers = {} if self._tenant is None else {"X-Boxed-Tenant": self._tenant}
        more: dict[str, Any] = {"base_url": _NOWHERE}
        if family == "openai":
            nowhere = _NOWHERE.replace("http", "ws", 1)
            more = {"base_url": f"{_NOWHERE}/v1", "websocket_base_url": f"{nowhere}/v1"}
        return made(
            api_key="boxed", http_client=http, max_retries=0, timeout=None,
            default_headers=headers, **more,
        )  # fmt: skip


def wrap(client: Client, policies: str | Path | PolicyBook, **settings: Any) -> Client:
    """``client``, held to the policies of a folder: see ``Box``, which can hold several."""
    return Box(policies, **settings).wrap(client)


def _family(client: object) -> str:
    for kind in type(client).__mro__:
        package = kind.__module__.partition(".")[0]
        if package in _FAMILIES and kind.__name__ in ("SyncAPIClient", "AsyncAPIClient"):
            return package
    raise TypeError(
        f"{type(client).__qualname__} is no client of OpenAI's or Anthropic's; put the gateway in "
        "front of it ('boxed serve')"
    )
