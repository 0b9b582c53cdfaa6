"""The rows of records in Chroma's database, chroma.sqlite3, which no call of Chroma's can clear.

A record stands in `embeddings`, `embedding_metadata`, the full-text index with its trigrams, and
the log `embeddings_queue`, whose text, metadata and vector outlive a delete. Everything here is for
a store whose Chroma is closed. SQLite's errors are passed on: `told_by_store` turns them into ours.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.chroma.hnsw_files import LayoutError

DATABASE = "chroma.sqlite3"
FULL_TEXT = "embedding_fulltext_search"
COUNTED = (
    "embeddings",
    "embedding_metadata",
    "embedding_metadata_array",
    FULL_TEXT,
    "embeddings_queue",
)
# What an erased record leaves in the log where it was the newest entry: Chroma numbers new entries
# from the newest, so that one must stay, and a delete of nothing says nothing.
NOBODY = "boxed-erased"
_DELETE = 3
_TEXT_KEY = "chroma:document"
_COLUMNS = {
    "collections": {"id", "name", "schema_str"},
    "segments": {"id", "scope", "collection"},
    "embeddings": {"id", "segment_id", "embedding_id", "seq_id"},
    "embedding_metadata": {"id", "key", "string_value"},
    "embedding_metadata_array": {"id", "key", "string_value"},
    "embeddings_queue": {"seq_id", "operation", "topic", "id", "vector", "encoding", "metadata"},
    "max_seq_id": {"segment_id", "seq_id"},
    FULL_TEXT: {"string_value"},
}


@dataclass(frozen=True, slots=True)
class Segments:
    """One collection and its two segments, by their ids."""

    collection: str
    rows: str
    vectors: str


@dataclass(frozen=True, slots=True)
class Remains:
    """One value of a record as it stands in the database: a text, another string, or a vector."""

    id: str
    kind: str
    value: bytes


@contextmanager
def connected(path: Path) -> Generator[sqlite3.Connection]:
    """The database, its layout checked. Raises sqlite3.Error, LayoutError."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)) as database:
        database.execute("PRAGMA temp_store = MEMORY")
        database.execute("PRAGMA cache_size = -65536")
        # The file is rewritten whole afterwards: no need to clear its pages one by one.
        database.execute("PRAGMA secure_delete = OFF")
        for table, wanted in _COLUMNS.items():
            found = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
            if not wanted <= found:
                raise LayoutError(table)
        yield database


def segments_of(database: sqlite3.Connection, collection: str) -> Segments:
    """The segments of the collection with this name. Raises LayoutError where it has none."""
    query = "SELECT id FROM collections WHERE name = ?"
    named = {str(id) for (id,) in database.execute(query, (collection,))}
    found = [at for at in all_segments(database) if at.collection in named]
    if len(found) != 1:
        raise LayoutError("segments")
    return found[0]


def all_segments(database: sqlite3.Connection) -> list[Segments]:
    """The segments of every collection."""
    return [
        Segments(str(collection), str(rows), str(vectors))
        for collection, rows, vectors in database.execute(
            "SELECT rows.collection, rows.id, vectors.id FROM segments AS rows"
            " JOIN segments AS vectors ON vectors.collection = rows.collection"
            " WHERE rows.scope = 'METADATA' AND vectors.scope = 'VECTOR'"
        )
    ]


def remains_of(database: sqlite3.Connection, at: Segments, ids: Sequence[str]) -> Iterator[Remains]:
    """Everything that the tables and the log hold of these records, earlier versions included."""
    _name(database, ids)
    for id in ids:
        yield Remains(id, "id", id.encode())
    for id, key, value in database.execute(
        "SELECT embedding_id, key, string_value FROM embeddings JOIN embedding_metadata"
        " ON embedding_metadata.id = embeddings.id WHERE segment_id = ? AND embedding_id IN gone"
        " AND string_value IS NOT NULL",
        (at.rows,),
    ):
        yield Remains(id, _kind(key), str(value).encode())
    for id, vector, metadata in database.execute(
        "SELECT id, vector, metadata FROM embeddings_queue WHERE topic LIKE ? AND id IN gone",
        (_topic(at),),
    ):
        if vector is not None:
            yield Remains(id, "vector", bytes(vector))
        for key, value in json.loads(metadata or "{}").items():
            if isinstance(value, str):
                yield Remains(id, _kind(key), value.encode())


def delete_rows(database: sqlite3.Connection, at: Segments, ids: Sequence[str]) -> None:
    """Take the records out of every table, in one transaction.

    The log keeps that each was deleted: so Chroma finds it no more, should it be opened before the
    vectors are cleared. `clear_dead_log` removes that too.
    """
    _name(database, ids)
    database.execute("BEGIN IMMEDIATE")
    own = "SELECT id FROM embeddings WHERE segment_id = ? AND embedding_id IN gone"
    keys = [
        str(key)
        for (key,) in database.execute(
            f"SELECT DISTINCT key FROM embedding_metadata WHERE id IN ({own})",  # noqa: S608
            (at.rows,),
        )
    ]
    for table, column in (
        (FULL_TEXT, "rowid"),
        ("embedding_metadata", "id"),
        ("embedding_metadata_array", "id"),
        ("embeddings", "id"),
    ):
        database.execute(f"DELETE FROM {table} WHERE {column} IN ({own})", (at.rows,))  # noqa: S608
    _clear_log(database, at)
    database.execute(
        "INSERT INTO embeddings_queue (operation, topic, id, metadata)"
        " SELECT ?, ?, id, '{}' FROM gone",
        (_DELETE, f"persistent://default/default/{at.collection}"),
    )
    _drop_unused_keys(database, at, keys)
    database.execute("COMMIT")


def unnamed_ids(database: sqlite3.Connection, at: Segments, ids: Iterable[str]) -> set[str]:
    """Those of the ids, which the vectors' segment names, that no record bears any more.

    An id that the log adds or changes, and the rows' segment has not taken in yet, is left alone.
    """
    living = {
        str(id)
        for (id,) in database.execute(
            "SELECT embedding_id FROM embeddings WHERE segment_id = ?", (at.rows,)
        )
    }
    living |= {
        str(id)
        for (id,) in database.execute(
            "SELECT id FROM embeddings_queue WHERE topic LIKE ? AND operation <> ?"
            " AND seq_id > coalesce((SELECT seq_id FROM max_seq_id WHERE segment_id = ?), 0)",
            (_topic(at), _DELETE, at.rows),
        )
    }
    return set(ids) - living


def clear_dead_log(database: sqlite3.Connection, at: Segments) -> None:
    """Take out of the log what it holds of records that were deleted before, erased or not."""
    ids = {
        str(id)
        for (id,) in database.execute(
            "SELECT DISTINCT id FROM embeddings_queue WHERE topic LIKE ? AND id <> ?",
            (_topic(at), NOBODY),
        )
    }
    _name(database, list(unnamed_ids(database, at, ids)))
    database.execute("BEGIN IMMEDIATE")
    _clear_log(database, at)
    database.execute(
        "DELETE FROM embeddings_queue WHERE id = ?"
        " AND seq_id < (SELECT max(seq_id) FROM embeddings_queue)",
        (NOBODY,),
    )
    database.execute("COMMIT")


def counts(database: sqlite3.Connection) -> dict[str, int]:
    """The number of rows in every table that holds something of records."""
    return {
        table: int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
        for table in COUNTED
    }


def held_strings(database: sqlite3.Connection) -> Iterator[bytes]:
    """Every string and vector that the database holds rightly: of living records and its own.

    Metadata values too short to be sought are left out.
    """
    living = "FROM embedding_metadata WHERE id IN (SELECT id FROM embeddings)"
    # Operation 3 is a delete: what it names is not held any more.
    logged = (
        "FROM embeddings_queue WHERE id IN (SELECT embedding_id FROM embeddings)"
        " OR operation <> 3 AND seq_id > (SELECT coalesce(min(seq_id), 0)"
        " FROM max_seq_id JOIN segments ON segments.id = segment_id WHERE scope = 'METADATA')"
    )
    for statement in (
        "SELECT sql FROM sqlite_master",
        "SELECT sql FROM migrations",
        "SELECT filename FROM migrations",
        "SELECT embedding_id FROM embeddings",
        f"SELECT string_value {living} AND length(CAST(string_value AS BLOB)) >= 6",
        f"SELECT DISTINCT key {living}",
        "SELECT DISTINCT topic FROM embeddings_queue",
        f"SELECT id {logged}",
        f"SELECT metadata {logged}",
        f"SELECT vector {logged}",
        "SELECT schema_str FROM collections",
        "SELECT config_json_str FROM collections",
        "SELECT name FROM collections",
        "SELECT type FROM segments",
    ):
        for (value,) in database.execute(statement):
            if value is not None:
                yield value.encode() if isinstance(value, str) else bytes(value)


def dead_postings(database: sqlite3.Connection, trigrams: Iterable[str]) -> tuple[int, int]:
    """Of these trigrams: how many the index gives a dead row for, and how many it has not at all.

    Rows of the index that no record owns, and a second segment of it, count as dead too.
    """
    dead = sum(
        int(
            database.execute(
                f"SELECT count(*) FROM {FULL_TEXT}_{part}"  # noqa: S608
                " WHERE id NOT IN (SELECT id FROM embeddings)"
            ).fetchone()[0]
        )
        for part in ("content", "docsize")
    )
    parts = f"SELECT count(DISTINCT segid) FROM {FULL_TEXT}_idx"  # noqa: S608
    dead += max(0, int(database.execute(parts).fetchone()[0]) - 1)
    gone = 0
    for trigram in trigrams:
        row = database.execute(
            f"SELECT rowid FROM {FULL_TEXT} WHERE {FULL_TEXT} MATCH ? LIMIT 1",  # noqa: S608
            ('"' + trigram.replace('"', '""') + '"',),
        ).fetchone()
        owner = row and database.execute("SELECT 1 FROM embeddings WHERE id = ?", row).fetchone()
        gone += row is None
        dead += row is not None and owner is None
    return dead, gone


def rewrite(database: sqlite3.Connection, fresh: Path) -> None:
    """Merge the full-text index, which drops what deletes only hid, and copy what lives."""
    if database.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
        raise sqlite3.OperationalError("database is locked")
    database.execute(f"INSERT INTO {FULL_TEXT}({FULL_TEXT}) VALUES ('optimize')")  # noqa: S608
    database.execute("VACUUM INTO ?", (str(fresh),))


def _name(database: sqlite3.Connection, ids: Sequence[str]) -> None:
    database.execute("CREATE TEMP TABLE IF NOT EXISTS gone (id TEXT PRIMARY KEY)")
    database.execute("DELETE FROM gone")
    database.executemany("INSERT OR IGNORE INTO gone VALUES (?)", [(id,) for id in ids])


def _clear_log(database: sqlite3.Connection, at: Segments) -> None:
    newest = database.execute("SELECT max(seq_id) FROM embeddings_queue").fetchone()[0]
    database.execute(
        "UPDATE embeddings_queue SET operation = ?, id = ?, vector = NULL, encoding = NULL,"
        " metadata = '{}' WHERE topic LIKE ? AND id IN gone AND seq_id = ?",
        (_DELETE, NOBODY, _topic(at), newest),
    )
    database.execute(
        "DELETE FROM embeddings_queue WHERE topic LIKE ? AND id IN gone", (_topic(at),)
    )


def _drop_unused_keys(database: sqlite3.Connection, at: Segments, keys: Sequence[str]) -> None:
    """Chroma lists every metadata key it has seen: those that only erased records had go."""
    query = "SELECT schema_str FROM collections WHERE id = ?"
    schema: Any = json.loads(database.execute(query, (at.collection,)).fetchone()[0] or "{}")
    known = schema.get("keys", {})
    unused = [
        key
        for key in keys
        if key in known
        and not database.execute(
            "SELECT 1 FROM embedding_metadata WHERE key = ? LIMIT 1", (key,)
        ).fetchone()
    ]
    for key in unused:
        del known[key]
    if unused:
        text = json.dumps(schema, separators=(",", ":"), ensure_ascii=False)
        database.execute(
            "UPDATE collections SET schema_str = ? WHERE id = ?", (text, at.collection)
        )


def _topic(at: Segments) -> str:
    return f"%/{at.collection}"


def _kind(key: str) -> str:
    return "text" if key == _TEXT_KEY else "value"
