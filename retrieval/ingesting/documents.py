"""Files as documents: plain text, Markdown, HTML, PDF, and JSONL with one document on each line.

    {"id": "letter-7", "text": "Dear Jane, ...", "holder": "Roe estate", "subjects": ["Jane Roe"]}

A line must have ``text``. ``id`` names the document; ``source``, ``holder``, ``licence`` (or
``license``) and ``subjects`` say where it came from and whose it is; every other field becomes
metadata. What cannot be read is given as a `Fault` and the rest goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from retrieval.ingesting.html_text import declared_encoding, visible_text
from retrieval.ingesting.json_lines import Line, LineError, parse_line
from retrieval.ingesting.pdf_text import PdfError, pdf_text
from retrieval.records import Value

KINDS: Mapping[str, str] = {
    ".txt": "text", ".text": "text", ".md": "text", ".markdown": "text",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".pdf": "pdf",
}  # fmt: skip
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where documents come from and whose they are; an empty ``source`` is the path as given."""

    source: str = ""
    holder: str = ""
    licence: str = ""
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One document's text, and what is known of it."""

    name: str
    text: str
    provenance: Provenance
    metadata: Mapping[str, Value] = field(default_factory=dict[str, Value], hash=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """A file, or a line of one, that could not be read, and why."""

    place: str
    reason: str


Found: TypeAlias = Document | Fault


@dataclass(frozen=True, slots=True)
class Read:
    """What was found, and how many bytes of the file it took."""

    found: Found
    size: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file of ``size`` bytes: ``name`` is its path within ``root``, which was given."""

    path: Path
    name: str
    root: str
    size: int


@dataclass(slots=True)
class Files:
    """The files to read, the places that cannot be, and files of other kinds within folders."""

    sources: list[Source] = field(default_factory=list[Source])
    faults: list[Fault] = field(default_factory=list[Fault])
    other: list[Path] = field(default_factory=list[Path])


def files_in(paths: Sequence[Path]) -> Files:
    """The files at the paths, folders searched in the order of names.

    Hidden files and folders are left out, unless one is given itself. Raises OSError where a path
    does not exist.
    """
    files = Files()
    for root in paths:
        if not root.is_dir():
            size = root.stat().st_size
            if not root.is_file():
                files.faults.append(Fault(str(root), "is no file"))
            elif _kind(root):
                files.sources.append(Source(root, root.name, str(root), size))
            else:
                kinds = " ".join(KINDS)
                files.faults.append(Fault(str(root), f"is of no kind that is read: {kinds}"))
            continue
        for path in _walk(root, files.faults):
            if not _kind(path) or (path.exists() and not path.is_file()):
                files.other.append(path)
                continue
            size = path.stat().st_size if path.exists() else 0
            name = path.relative_to(root).as_posix()
            files.sources.append(Source(path, name, str(root), size))
    return files


def read(source: Source, given: Provenance) -> Iterator[Read]:
    """The documents of one file, and the faults in their place."""
    kind = _kind(source.path)
    whole = Provenance(given.source or source.root, given.holder, given.licence, given.subjects)
    try:
        if kind == "jsonl":
            yield from _lines(source, whole)
            return
        text = _TEXT_OF[kind](source.path)
        yield Read(_checked(source.name, str(source.path), text, whole, {}), source.size)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield Read(Fault(str(source.path), f"cannot be read: {reason}"), source.size)
    except (PdfError, _EncodingError) as error:
        yield Read(Fault(str(source.path), str(error)), source.size)


class _EncodingError(Exception):
    pass


def _kind(path: Path) -> str:
    return KINDS.get(path.suffix.lower(), "")


def _walk(root: Path, faults: list[Fault]) -> Iterator[Path]:
    def tell(error: OSError) -> None:
        faults.append(Fault(str(error.filename), f"cannot be listed: {error.strerror}"))

    for folder, folders, files in os.walk(root, onerror=tell):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(folder) / name


def _decoded(data: bytes, encoding: str | None = None) -> str:
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    name = marked or encoding or "utf-8"
    try:
        return data.decode(name)
    except LookupError as error:
        raise _EncodingError(f"names an unknown encoding, {name!r}") from error
    except UnicodeDecodeError as error:
        raise _EncodingError(
            f"is not {name.removesuffix('-sig').upper()}: byte 0x{data[error.start]:02x} at "
            f"{error.start}; convert it, for example with iconv"
        ) from error
    except UnicodeError as error:
        raise _EncodingError(
            f"is not {name.upper()}; convert it, for example with iconv"
        ) from error


def _plain(path: Path) -> str:
    return _decoded(path.read_bytes())


def _html(path: Path) -> str:
    data = path.read_bytes()
    return visible_text(_decoded(data, declared_encoding(data)))


_TEXT_OF: Mapping[str, Callable[[Path], str]] = {"text": _plain, "html": _html, "pdf": pdf_text}


def _lines(source: Source, given: Provenance) -> Iterator[Read]:
    with source.path.open("rb") as file:
        for number, data in enumerate(file, 1):
            if data.strip():
                yield Read(_line(source, number, data, given), len(data))


def _line(source: Source, number: int, data: bytes, given: Provenance) -> Found:
    place = f"{source.path}:{number}"
    try:
        line: Line = parse_line(_decoded(data))
    except (LineError, _EncodingError) as error:
        return Fault(place, str(error))
    own = Provenance(
        line.source or given.source,
        line.holder or given.holder,
        line.licence or given.licence,
        tuple(dict.fromkeys(given.subjects + line.subjects)),
    )
    return _checked(line.id or f"{source.name}:{number}", place, line.text, own, line.metadata)


def _checked(
    name: str, place: str, text: str, own: Provenance, metadata: Mapping[str, Value]
) -> Found:
    if "\0" in text:
        return Fault(place, "holds a NUL character, so it is no text")
    if not _encodes(text):
        return Fault(place, "holds half a surrogate pair, which is no character")
    if not _encodes(name + own.source):
        return Fault(place, "has a name that is not UTF-8; rename it")
    if not text.strip():
        return Fault(place, "is empty")
    return Document(name, text, own, metadata)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
