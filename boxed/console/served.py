"""The page's files: served as they are packaged, under a policy that lets nothing else run."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from boxed.gateway.asgi import headers_of, send_bytes
from boxed.gateway.errors import unknown_url

__all__ = ["page_routes"]

_FOLDER = Path(__file__).resolve().parent / "page"
_KINDS = {
    ".html": b"text/html; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cache-control", b"no-cache"),
)


def page_routes() -> tuple[Route, ...]:
    """`/` and the files that it names; read once."""
    files = {path.name: _File(path) for path in sorted(_FOLDER.iterdir())}
    return (
        Route("/", _Page({"": files["index.html"]}), methods=["GET"]),
        Route("/console/page/{name}", _Page(files), methods=["GET"]),
    )


class _File:
    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        self.kind = _KINDS[path.suffix]
        self.tag = b'"' + hashlib.sha256(self.data).hexdigest()[:16].encode() + b'"'


class _Page:
    def __init__(self, files: dict[str, _File]) -> None:
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route_name"] = "/console/page"
        file = self._files.get(scope["path_params"].get("name", ""))
        if file is None:
            raise unknown_url()
        known = headers_of(scope).get(b"if-none-match") == file.tag
        status, data = (304, b"") if known else (200, file.data)
        await send_bytes(send, status, data, file.kind, (*_HEADERS, (b"etag", file.tag)))
