"""The console as the gateway mounts it: the page, its data, and what it watches.

app = create_app(box, gateway, beside=Console(box, settings, forgetting))
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence

from starlette.routing import Route

from boxed.api.chat import Body
from boxed.box import Box
from boxed.console.access import Access
from boxed.console.data import API, Asked, data_route
from boxed.console.decisions import Decisions
from boxed.console.forgets import Forgets
from boxed.console.granting import Granting
from boxed.console.policies import Policies
from boxed.console.reports import Reports
from boxed.console.served import page_routes
from boxed.console.trying import Trying
from boxed.gateway.contract import Forgetting
from boxed.gateway.door import Door
from boxed.gateway.handled import Handled
from boxed.settings import Settings

__all__ = ["API", "Console", "console_of"]


def console_of(box: Box, settings: Settings, forgetting: Forgetting | None) -> Console | None:
    """The console, None where the settings turn it off."""
    return None if settings.console == "off" else Console(box, settings, forgetting)


class Console:
    """One for each gateway; raises StoreError where `store` is no store's address."""

    def __init__(self, box: Box, settings: Settings, forgetting: Forgetting | None = None) -> None:
        self._box = box
        self._everybody = settings.console == "open"
        self._decisions = Decisions(box)
        self._policies = Policies(box, settings)
        self._trying = Trying(box)
        self._forgets = Forgets(settings, forgetting)
        self._granting = Granting(box, settings)
        self._reports = Reports(settings.reports)
        self._keys = settings.keys is not None

    def tell(self, handled: Handled) -> None:
        """Note one request that the gateway has handled."""
        self._decisions.tell(handled)

    def routes(self, door: Door) -> Sequence[Route]:
        """The page for everybody, and its data for whoever `door` knows as an administrator."""
        access = Access(door, everybody=self._everybody)
        served = (
            ("/state", "GET", self._state),
            ("/decisions", "GET", self._decisions.serve),
            ("/policies", "GET", self._policies.listed),
            ("/policies", "POST", self._policies.create),
            ("/policies/{file}", "GET", self._policies.text),
            ("/policies/{file}", "PUT", self._policies.save),
            ("/policies/{file}/check", "POST", self._policies.check),
            ("/try", "POST", self._trying.serve),
            ("/forget", "POST", self._forgets.order),
            ("/receipts", "GET", self._forgets.receipts),
            ("/receipts/verify", "POST", self._forgets.verify),
            ("/receipts/{number}", "GET", self._forgets.receipt),
            ("/keys", "GET", self._granting.listed),
            ("/keys", "POST", self._granting.new),
            ("/keys/{id}/revoke", "POST", self._granting.revoke),
            ("/tenants", "PUT", self._granting.tenant),
            ("/reports", "GET", self._reports.listed),
            ("/reports/{name}", "GET", self._reports.one),
        )
        return (*page_routes(), *(data_route(access, *one) for one in served))

    async def _state(self, asked: Asked) -> Body:
        """What is in force and what of the console there is to use."""
        figures = self._box.figures()
        return {
            "version": importlib.metadata.version("boxed"),
            "way": asked.way,
            "book": figures.book,
            "policies": figures.policies,
            "reloads": figures.reloads,
            "not_ready": self._box.ready(),
            **self._box.condition(),
            "forgetting": self._forgets.there,
            "why_no_forgetting": self._forgets.why_not,
            "keys": self._keys,
            "reports": self._reports.there,
        }
