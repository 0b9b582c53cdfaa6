"""Forget requests that come over HTTP, one after the other, on the store that the box reads.

The book is reloaded as soon as the policy's file is there, so the subject is suppressed before the
first record goes, whatever the watcher of the folder does.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from boxed.api.chat import Body
from boxed.forgetting.judge import judge_of
from boxed.forgetting.report import closure_body, forgotten_body, withdrawn_body
from boxed.forgetting.request import Forgotten, forget, needs_folder, open_desk, withdraw
from boxed.forgetting.resume import finish_cut_short
from boxed.gateway.errors import RequestError, invalid
from boxed.models.errors import error_body
from boxed.sealing import needed_seal_key
from boxed.settings import Settings, SettingsError
from boxed.store.shared import SharedStore
from guards.verdicts import Embed
from prompts.errors import BookError
from retrieval.closure import ClosureError, ForgetRequest, closure
from retrieval.erasing.fingerprints import FingerprintError
from retrieval.ledger.errors import LedgerError
from retrieval.store import StoreError

if TYPE_CHECKING:
    from retrieval.chroma.store import ChromaStore

__all__ = ["ForgetService"]

log = logging.getLogger("boxed.forget")
_STATUS = {"matches-nothing": 404, "matches-everything": 409, "undecided": 409}


class _Order(BaseModel):
    """What an administrator may ask for beside the request itself."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = False
    yes_all: bool = False
    sealed: bool = False
    policy: bool = True
    withdraw: str | None = Field(default=None, max_length=80)
    readmit: bool = False
    also: list[str] = Field(default_factory=list[str], max_length=10_000)
    also_undecided: bool = False


class ForgetService:
    """Carries out forget requests; safe to call from any thread, one at a time is served."""

    def __init__(
        self,
        store: SharedStore[ChromaStore],
        settings: Settings,
        embed: Embed,
        reload: Callable[[], None],
    ) -> None:
        """``reload`` puts the prompt folder in force as it stands."""
        self._store = store
        self._settings = settings
        self._embed = embed
        self._reload = reload
        self._turn = threading.Lock()

    def order(self, body: Mapping[str, Any]) -> Body:
        """The closure, the receipt or the withdrawal that the body asks for; RequestError."""
        order, request = _parsed(body)
        try:
            with self._turn:
                if order.withdraw is not None:
                    if order.dry_run:
                        raise invalid("A withdrawal has no dry run; leave that out.", "dry_run")
                    return self._withdraw(order)
                if request is None:
                    raise invalid("Nothing is named; give one of subject, source, document, ...")
                return self._forget(order, request)
        except ClosureError as error:
            raise invalid(
                f"{error.happened}; {_remedy(error)}.",
                status=_STATUS[error.kind],
                code=error.kind.replace("-", "_"),
            ) from None
        except SettingsError as error:
            raise invalid(str(error), code="not_possible") from None
        except BookError as error:
            # A fault's text may quote a policy.
            places = ", ".join(fault.place for fault in error.errors)
            raise _failed(f"The prompt folder does not load: {places}.") from None
        except (StoreError, LedgerError, FingerprintError) as error:
            raise _failed(str(error)) from None
        except OSError as error:
            raise _failed(f"The disk failed: {error.strerror or 'no reason given'}.") from None

    def _forget(self, order: _Order, request: ForgetRequest) -> Body:
        settings = self._settings
        if not order.dry_run:
            needs_folder(request, settings.policies, order.policy)
            earlier = self._finished(request)
            if earlier is not None:
                return forgotten_body(None, earlier)
        with self._store.reading() as held, judge_of(settings) as judge:
            if held is None:
                raise StoreError("the store", "is being erased from", "try again in a moment")
            found = closure(
                held,
                request,
                self._embed,
                judge=judge,
                allow_most=order.yes_all or order.dry_run,
                also=None if order.also_undecided else order.also,
            )
        if order.dry_run:
            return closure_body(found)
        if not found.items:
            raise ClosureError(
                "undecided",
                f"nothing names the subject for sure, {len(found.undecided)} chunks may",
                "name those that go",
            )
        seal = needed_seal_key(settings) if order.sealed else None
        with self._store.alone() as store, open_desk(store, settings) as desk:
            done = forget(
                desk,
                request,
                found,
                policies=settings.policies if order.policy else None,
                seal=seal,
                on_policy=self._reload,
            )
        log.info("forgotten receipt=%s erased=%d", done.receipt.number, done.receipt.erased)
        return forgotten_body(found, done)

    def _finished(self, request: ForgetRequest) -> Forgotten | None:
        """The request, where it failed half-way before and only its rest was left to do."""
        with self._store.alone() as store:
            return finish_cut_short(store, self._settings, request)

    def _withdraw(self, order: _Order) -> Body:
        with self._store.alone() as store, open_desk(store, self._settings) as desk:
            done = withdraw(desk, str(order.withdraw), readmit=order.readmit)
        self._reload()
        log.info("withdrawn entry=%d", done.entry)
        return withdrawn_body(done)


def _parsed(body: Mapping[str, Any]) -> tuple[_Order, ForgetRequest | None]:
    own = {name: value for name, value in body.items() if name in _Order.model_fields}
    rest = {name: value for name, value in body.items() if name not in own}
    try:
        order = _Order.model_validate(own)
        return order, ForgetRequest.model_validate(rest) if rest else None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or None
        said = first["msg"].removeprefix("Value error, ")
        raise invalid(f"The request cannot be carried out: {said}.", field) from None


def _remedy(error: ClosureError) -> str:
    if error.kind == "matches-everything":
        return 'narrow it, or send "yes_all": true'
    if error.kind == "undecided":
        return 'see "undecided" of a dry run; send their ids as "also", or "also_undecided": true'
    return "check the spelling, or describe it with about"


def _failed(message: str) -> RequestError:
    return RequestError(503, error_body(message, "server_error", code="not_carried_out"))
