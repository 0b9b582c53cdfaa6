"""A byte scan of a folder that shares no code with the product: plain searches in whole files."""

import sqlite3
import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from cheap_embedder import cheap_embed

from guards.verdicts import Embed
from retrieval.records import Chunk


def needles(chunk: Chunk, vector: np.ndarray) -> dict[str, bytes]:
    """Byte strings that tell of one chunk: pieces of its text, its id and digest, its vector."""
    text = chunk.text.encode()
    found = {f"text at {at}": text[at : at + 20] for at in range(0, len(text) - 19, 7)}
    found |= {"id": chunk.id.encode(), "sha256": chunk.sha256.encode()}
    # A year would also be found by chance, in the digits of some random id.
    fields = {key: str(value).encode() for key, value in chunk.metadata.items()}
    found |= {f"field {key}": value for key, value in fields.items() if len(value) >= 8}
    raw = np.asarray(vector, "<f4").tobytes()
    plain = struct.pack("<f", 0) * 2
    for at in range(0, len(raw) - 15, 16):
        piece = raw[at : at + 16]
        if plain not in piece:
            found[f"vector at {at}"] = piece
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def hits(folder: Path, sought: Iterable[bytes]) -> list[tuple[str, bytes]]:
    """Every (file, needle) of the needles that a file of the folder holds."""
    contents = files_of(folder)
    return [
        (name, needle) for needle in sought for name, data in contents.items() if needle in data
    ]


def own_needles(
    folder: Path, chunks: list[Chunk], others: list[Chunk], embed: Embed = cheap_embed
) -> set[bytes]:
    """What only these chunks hold: needles that no other chunk's fields or vector contain."""
    kept = "\n".join(
        "\n".join([c.id, c.text, c.sha256, c.document, *map(str, c.metadata.values())])
        for c in others
    ).encode()
    if others:
        rows = embed([chunk.text for chunk in others])
        kept += rows.tobytes() + b"".join(row.tobytes() for row in on_disk(folder, rows))
    rows = embed([chunk.text for chunk in chunks])
    found = {
        needle
        for vectors in (rows, on_disk(folder, rows))
        for chunk, vector in zip(chunks, vectors, strict=False)
        for needle in needles(chunk, vector).values()
    }
    return {needle for needle in found if needle not in kept}


def on_disk(folder: Path, vectors: np.ndarray) -> list[np.ndarray]:
    """The vectors as the HNSW file has them: made shorter or longer by a rounding."""
    found: list[np.ndarray] = []
    for path in folder.rglob("data_level0.bin"):
        if not path.with_name("index_metadata.pickle").exists():
            continue
        slots = int.from_bytes(path.with_name("header.bin").read_bytes()[20:28], "little")
        rows = np.frombuffer(path.read_bytes(), np.uint32)[: slots * 419].reshape(-1, 419)
        stored = np.ascontiguousarray(rows[:, 33:417]).view(np.float32)
        near = vectors @ stored.T
        found += [stored[at] for at in near.argmax(1)[near.max(1) > 0.999]]
    return found


def trigrams_indexed(database: Path) -> set[str]:
    """Every trigram in the full-text index, read through SQLite's own view of its vocabulary."""
    with sqlite3.connect(database) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, embedding_fulltext_search, row)"
        )
        found = {str(term) for (term,) in connection.execute("SELECT term FROM temp.words")}
    connection.close()
    return found
