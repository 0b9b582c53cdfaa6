"""``boxed init``: a starter folder with a settings file and every prompt file to edit."""

from __future__ import annotations

import shutil
from pathlib import Path

from boxed.commands.console import console, told
from boxed.settings import SETTINGS_FILE, SettingsError
from prompts.book import load_book, shipped_directory

_POLICIES, _EXAMPLES = "policies", "examples"
_SETTINGS = """\
# Settings of this box. Flags and BOXED_... variables come before what stands here.
# Secrets belong in the environment: BOXED_UPSTREAM_KEY, BOXED_GATEWAY_KEY, BOXED_ADMIN_KEY.

upstream = "embedded"        # or "https://api.example.com/v1", or "local:smollm2"
policies = "prompts"
host = "127.0.0.1"
port = 8080
# keys = "keys.sqlite"       # a key for each client: 'boxed keys new' makes them
# workers = 1                # processes that serve, for more than one core
router = "auto"              # auto, always or never: when a router model is asked
semantic = true              # screen by meaning too, not by names alone

# Other model instances for single roles (router, composer, or a worker's name):
# [roles]
# router = "https://api.example.com/v1"
# An instance on another host needs a key of its own: BOXED_ROLE_KEYS='{"router": "sk-..."}'
# [role_models]
# router = "a-small-model"
"""


@told
def run(directory: Path, demo: bool) -> int:
    """Make the folder; refuses one that holds anything.

    The demo's policies are about authors whom no real product knows: they are put beside the
    prompts, to be read and copied, unless they are asked for.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise SettingsError(f"{directory} is not empty; name a new folder")
    target = directory / "prompts"
    for source in sorted(shipped_directory().rglob("*")):
        relative = source.relative_to(shipped_directory())
        if source.suffix in (".md", ".jsonl"):
            is_policy = relative.parts[0] == _POLICIES and not demo
            place = directory / _EXAMPLES / Path(*relative.parts[1:]) if is_policy else None
            copy = place or target / relative
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    (target / _POLICIES).mkdir(exist_ok=True)
    (directory / SETTINGS_FILE).write_text(_SETTINGS, encoding="utf-8")
    count = len(load_book(target).policies)
    first = "boxed policy check" if count else 'boxed policy new "Jane Roe"'
    held = f"{count} policies of the demo" if count else f"no policy yet, and {_EXAMPLES} to copy"
    console.print(
        f"Made {directory} with {held}. Next:\n  cd {directory}\n  {first}\n  boxed serve",
        highlight=False,
    )
    return 0
