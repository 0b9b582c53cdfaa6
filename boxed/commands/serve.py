"""``boxed serve``: the gateway, with its prompt files watched."""

from __future__ import annotations

import logging
from pathlib import Path

import uvicorn

from boxed.assemble import watch
from boxed.commands.console import console, told
from boxed.gateway.app import create_app
from boxed.gateway.settings import GatewaySettings
from boxed.serving import assemble_served
from boxed.settings import load_settings


@told
def run(
    upstream: str | None,
    policies: Path | None,
    host: str | None,
    port: int | None,
    semantic: bool | None,
) -> int:
    """Serve until interrupted."""
    settings = load_settings(
        upstream=upstream, policies=policies, host=host, port=port, semantic=semantic
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    with console.status("loading models and policies"):
        served = assemble_served(settings)
    gateway = GatewaySettings(
        key=settings.gateway_key,
        admin_key=settings.admin_key,
        max_body_bytes=settings.max_body_bytes,
        max_text_chars=settings.max_text_chars,
    )
    app = create_app(served.box, gateway, served.forgetting)
    watcher = watch(served.box, settings)
    try:
        uvicorn.run(app, host=settings.host, port=settings.port, access_log=False, log_level="info")
    finally:
        watcher.stop()
        served.close()
    return 0
