"""The policies as the page shows them: what is in force, what is wrong with it, and its editor."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from boxed.api.chat import Body
from boxed.box import Box
from boxed.console.data import Asked, fields_of, not_there
from boxed.console.editing import (
    ChangedError,
    Text,
    checked,
    files_of,
    folder_of,
    saved,
    text_at,
)
from boxed.gateway.errors import RequestError, invalid
from boxed.policy_checks import check_policy, doubtful, told_in_plain
from boxed.sealing import seal_key_of
from boxed.settings import Settings
from guards.compiled import compile_book
from guards.screen import Screen
from prompts.policy import KINDS, RESPONSES, Kind, Policy, Response
from prompts.salvage import opaque
from prompts.starter import new_policy_text

__all__ = ["Policies"]

_log = logging.getLogger("boxed.console")
_SHOWN = 1000


class _Draft(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(default=None, max_length=2_000_000)


class _Fresh(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    title: str = Field(min_length=1, max_length=300)
    kind: Kind
    response: Response


class Policies:
    """The routes about policy files, over what the box has in force."""

    def __init__(self, box: Box, settings: Settings) -> None:
        self._box = box
        self._settings = settings

    async def listed(self, asked: Asked) -> Body:
        """Every policy with what it is, and every file that is not in force as it stands."""
        book, stale, now = self._box.snapshot.book, self._box.stale(), datetime.now(UTC)
        held = frozenset(stale.kept if stale else ())
        rows = [
            {**_row(policy, now), "stale": policy.path in held} for policy in book.policies[:_SHOWN]
        ]
        faults = [] if stale is None else [
            {"file": opaque(fault.path), "path": fault.path, "line": fault.line,
             "problem": fault.problem, "remedy": fault.remedy}
            for fault in stale.error.errors
        ]  # fmt: skip
        return {
            "policies": rows,
            "count": len(book.policies),
            "book": book.digest[:12],
            "faults": faults,
            "editable": self._settings.policies is not None,
            "kinds": KINDS,
            "responses": RESPONSES,
        }

    async def text(self, asked: Asked) -> Body:
        """One file's text, with the digest that saving it asks for."""
        path = self._path(asked)
        try:
            found = await asyncio.to_thread(text_at, path)
        except FileNotFoundError:
            raise not_there("policy file") from None
        return {"file": asked.path["file"], "path": path.as_posix(), **asdict(found)}

    async def check(self, asked: Asked) -> Body:
        """The rows of `boxed policy check` for one policy: as in force, or as a text would be."""
        draft: _Draft = fields_of(_Draft, asked)
        path = self._path(asked)
        return await asyncio.to_thread(self._checked, path, draft.text)

    async def save(self, asked: Asked) -> Body:
        """Save a file in the place of the one whose digest `If-Match` names."""
        draft: _Draft = fields_of(_Draft, asked)
        before = asked.headers.get(b"if-match", b"").decode("latin-1").strip('"')
        if draft.text is None or not before:
            raise invalid("Saving takes a text, and the header 'If-Match' with its digest.")
        return await self._save(asked, self._path(asked), draft.text, before)

    async def create(self, asked: Asked) -> Body:
        """Write a fresh policy, which is in force at once and is then edited."""
        fresh: _Fresh = fields_of(_Fresh, asked)
        folder = folder_of(self._settings)
        within = folder / "policies"
        path = (within if within.is_dir() else folder) / f"{fresh.id}.md"
        text = new_policy_text(fresh.id, fresh.title, fresh.kind, fresh.response)
        return await self._save(asked, path, text, "")

    async def _save(self, asked: Asked, path: Path, text: str, before: str) -> Body:
        # A thread of its own, which a client that leaves does not stop between check and write.
        work = asyncio.to_thread(saved, self._settings, path, text, before)
        try:
            done: Text = await asyncio.shield(work)
        except ChangedError:
            raise _changed() from None
        file = opaque(path.as_posix())
        _log.info("policy saved file=%s by=%s", file, asked.key or asked.way)
        return {"file": file, "digest": done.digest}

    def _path(self, asked: Asked) -> Path:
        files = files_of(self._box.snapshot.book, self._box.stale())
        found = files.get(asked.path["file"])
        if found is None:
            raise not_there("policy file")
        return found

    def _checked(self, path: Path, text: str | None) -> Body:
        snapshot = self._box.snapshot
        compiled, screen, now = snapshot.compiled, snapshot.screen, datetime.now(UTC)
        if text is None:
            policy = next(
                (one for one in snapshot.book.policies if one.path == path.as_posix()), None
            )
            if policy is None:
                raise not_there("policy in force")
        else:
            policy = checked(self._settings, folder_of(self._settings), path, text)
            others = (one for one in snapshot.book.policies if one.path != policy.path)
            policies = sorted((policy, *others), key=lambda one: one.id)
            book = replace(snapshot.book, policies=tuple(policies))
            compiled = compile_book(book, screen.embed, seal_key_of(self._settings))
            screen = Screen(compiled, screen.embed)
        in_force = policy.in_force(now, None)
        asked = check_policy(policy, screen, now) if in_force else ()
        rows = [asdict(row) for row in (*asked, *told_in_plain(compiled, [policy]))]
        return {
            "rows": rows,
            "missed": sum(bool(row["missed"]) for row in rows),
            "in_force": in_force,
            "ambiguous": [asdict(one) for one in doubtful([policy])],
        }


def _row(policy: Policy, now: datetime) -> Body:
    return {
        "file": opaque(policy.path),
        "path": policy.path,
        "id": policy.id,
        "title": policy.title,
        "kind": policy.kind,
        "response": policy.response,
        "names": len(policy.sealed or policy.names),
        "sealed": bool(policy.sealed),
        "scope": len(policy.scope),
        "retain": len(policy.retain),
        "tenants": list(policy.tenants),
        "in_force": policy.in_force(now, None),
    }


def _changed() -> RequestError:
    return invalid(
        "The file was changed by somebody else since you opened it; nothing was saved. Copy your "
        "text, open the file again, and put your change into what stands there now.",
        status=409,
        code="changed_meanwhile",
    )
