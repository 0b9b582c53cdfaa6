"""Receipts to issue, and ledgers' databases to start and to tamper with."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from hypothesis import HealthCheck, settings

from retrieval.ledger.keys import Keys
from retrieval.ledger.receipt import UNSEEN, FileScan, ReceiptDraft, TableCount

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For properties on a machine that has other work: no example is timed."""

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def draft(keys: Keys, *records: tuple[str, str], **changes: Any) -> ReceiptDraft:
    """What an eraser would say after it erased `records` (pairs of id and text)."""
    records = records or (("c1", "Mara Quill was born at Skerrow."),)
    fields: dict[str, Any] = {
        "issued": datetime(2026, 11, 24, 15, 30, 7, 654321, tzinfo=UTC),
        "store": "local",
        "request_commitment": keys.commit_request({"ids": [id for id, _ in records]}),
        "erased": len(records),
        "redacted": 0,
        "commitments": tuple(keys.commit_record(id, text) for id, text in records),
        "tables": (TableCount(name="embeddings", before=300, after=300 - len(records)),),
        "scan": (FileScan(file="chroma/chroma.sqlite3", bytes=4096, sha256="ab" * 32, hits=0),),
        "scan_note": "patterns that surviving records share were left out: 2",
        "scope": "physical",
        "exclusions": UNSEEN,
        "versions": {"boxed": "0.1.0", "chromadb": "1.5.9"},
    }
    return ReceiptDraft(**{**fields, **changes})


@dataclass
class Place:
    """One ledger's location, and a way to do to its tables what its owner never would."""

    location: str
    tamper: Callable[[str], None]


def sqlite_place(folder: Path) -> Place:
    file = folder / "ledger.sqlite"

    def tamper(statement: str) -> None:
        connection = sqlite3.connect(file, isolation_level=None)
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        connection.close()

    return Place(str(file), tamper)


def postgres_place(url: str, schema: str) -> Place:
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    location = f"{url}&options=-csearch_path%3D{schema}"

    def tamper(statement: str) -> None:
        with psycopg.connect(location) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement)

    return Place(location, tamper)


@contextmanager
def postgres_server() -> Iterator[str]:
    """A real server of its own on a Unix socket; it gives its URL."""
    folder = Path(tempfile.mkdtemp(prefix="ledger-pg-"))
    # PostgreSQL refuses to run as root.
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if _root() else {}
    if _root():
        shutil.chown(folder, "postgres", "postgres")
    data, tools = folder / "data", BINARIES[-1].parent
    subprocess.run(
        [tools / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "-N"],
        check=True,
        capture_output=True,
        cwd=folder,
        **user,
    )
    options = ["-c", "fsync=off", "-c", "listen_addresses=", "-k", str(folder)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [tools / "postgres", "-D", data, *options], stdout=log, stderr=log, cwd=folder, **user
        )
    url = f"postgresql:///postgres?host={folder}&user=postgres"
    try:
        _wait_for(url)
        yield url
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the PostgreSQL server did not start within 30 seconds")


def _root() -> bool:
    return os.name == "posix" and os.geteuid() == 0
