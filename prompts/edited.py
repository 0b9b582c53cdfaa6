"""A policy file as somebody wants it to be, checked as the folder would check it, before it is."""

from __future__ import annotations

from pathlib import Path

from prompts.book import read_folder
from prompts.errors import BookError, PromptError, shown
from prompts.files import Reading
from prompts.policy import Policy
from prompts.policy_file import parse_policy_file

__all__ = ["check_edit"]


def check_edit(directory: Path, path: Path, data: bytes) -> Policy:
    """The policy that ``data`` makes at ``path`` in a prompt folder, where nothing is changed.

    Raises BookError with the faults that loading the folder would find in this file; those of
    other files do not count.
    """
    reading = Reading(directory)
    reading.add(reading.name_of(path), data)
    parsed = parse_policy_file(path, reading)
    faults = list(parsed.errors)
    others = read_folder(directory, allow_empty=True).parsed
    twin = next((one for one in others if one.id == parsed.id and one.path != parsed.path), None)
    if parsed.id is not None and twin is not None:
        problem = f"id {shown(parsed.id)} is also the id of {twin.path}:{twin.id_line}"
        faults.append(PromptError(parsed.path, parsed.id_line, problem, "rename one of them"))
    if faults or parsed.policy is None:
        raise BookError(faults)
    return parsed.policy
