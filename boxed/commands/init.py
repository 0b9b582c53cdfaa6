"""``boxed init``: a starter folder with a settings file and every prompt file to edit."""

from __future__ import annotations

import shutil
from pathlib import Path

from boxed.commands.console import console, told
from boxed.settings import SETTINGS_FILE, SettingsError
from prompts.book import load_book, shipped_directory

_SETTINGS = """\
# Settings of this box. Flags and BOXED_... variables come before what stands here.
# Secrets belong in the environment: BOXED_UPSTREAM_KEY, BOXED_GATEWAY_KEY.

upstream = "embedded"        # or "https://api.example.com/v1", or "local:smollm2"
policies = "prompts"
host = "127.0.0.1"
port = 8080
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
def run(directory: Path) -> int:
    """Make the folder; refuses one that holds anything."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise SettingsError(f"{directory} is not empty; name a new folder")
    target = directory / "prompts"
    for source in sorted(shipped_directory().rglob("*")):
        relative = source.relative_to(shipped_directory())
        if source.suffix in (".md", ".jsonl"):
            (target / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / relative)
    (directory / SETTINGS_FILE).write_text(_SETTINGS, encoding="utf-8")
    book = load_book(target)
    console.print(
        f"Made {directory} with {len(book.policies)} example policies. Next:\n"
        f"  cd {directory}\n  boxed policy check\n  boxed serve",
        highlight=False,
    )
    return 0
