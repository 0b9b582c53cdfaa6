"""The subjects that roles are taught on: people, works and topics that no suite asks about.

    load_subjects()[0].title      ->  "Ada Lovelace"

Written for this project, by kind of subject one file each in ``subjects/``. Each has messages that
are about it, with and without its name, and messages that only seem to be.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from evals.data.jsonl import read_records

__all__ = ["FOLDER", "HELD_OUT", "Subject", "load_subjects"]

FOLDER = Path(__file__).parent / "subjects"
HELD_OUT = 9
"""Every so many-th subject is examined, never taught."""
Message = Annotated[str, Field(min_length=2)]
Messages = Annotated[tuple[Message, ...], Field(min_length=1)]


class Subject(BaseModel):
    """One subject: ``scope`` are questions about it, ``facts`` questions with their answers.

    ``named`` and ``described`` are messages about it, with and without its name, ``asked`` are both
    in the forms of a quiz; ``near`` are about something else of a like name, kind or place,
    ``related`` about what has to do with it (its works, relatives, rivals, places) and not about
    itself, ``apart`` about everyday matters. ``aliases`` are what else people call it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    kind: Literal["person", "organisation", "work", "topic"]
    about: str
    aliases: tuple[Message, ...]
    scope: Messages
    facts: tuple[tuple[Message, Message], ...]
    named: Messages
    described: Messages
    asked: Messages
    near: Messages
    related: Messages
    apart: Messages


def load_subjects(folder: Path = FOLDER) -> tuple[tuple[Subject, ...], tuple[Subject, ...]]:
    """Those that are taught, and those that are held out; raises DataError for a bad file."""
    found = [one for file in sorted(folder.glob("*.jsonl")) for one in read_records(file, Subject)]
    held = found[HELD_OUT - 1 :: HELD_OUT]
    return tuple(one for one in found if one not in held), tuple(held)
