r"""A form with files (multipart/form-data), read into its fields and written anew.

    form = read_form(raw, "multipart/form-data; boundary=x")
    form.fields                      # {"prompt": "A harbour", "model": "m"}
    form.with_fields({...}).encoded()

What goes to a product is always written anew, so it reads what was read here: borders, headers and
names of files that servers read in different ways do not get through. A file keeps its content type
and the end of its name, by which products tell formats apart.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from boxed.api.chat import Body
from boxed.api.fields import FieldError

__all__ = ["File", "Form", "is_form", "read_form"]

_KIND = "multipart/form-data"
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s";,]{1,70}))', re.IGNORECASE)
_NAME = re.compile(r';\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))', re.IGNORECASE)
_FILE = re.compile(r';\s*filename(\*?)=(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))', re.IGNORECASE)
_END = re.compile(r"\.([A-Za-z0-9]{1,5})\Z")
_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60}")
_FIELD_NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")
_MOST_PARTS = 200
_UNREAD = "The form cannot be read; send multipart/form-data as HTTP clients write it."


@dataclass(frozen=True, slots=True)
class File:
    """One file: the field that it stands in, its bytes, content type, and the end of its name."""

    field: str
    content: bytes
    kind: str = "application/octet-stream"
    end: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields by name, in order; one whose name ends in [] has a list. Files stand beside."""

    fields: Mapping[str, Any]
    files: tuple[File, ...] = ()

    def with_fields(self, fields: Mapping[str, Any]) -> Form:
        """The same files under other fields."""
        return replace(self, fields=fields)

    def encoded(self) -> tuple[bytes, str]:
        """The bytes of the form and its content type."""
        boundary = f"boxed-{secrets.token_hex(16)}"
        out: list[bytes] = []
        for name, value in self.fields.items():
            for text in value if isinstance(value, list) else (value,):
                out += _part(boundary, f'name="{name}"', None, str(text).encode())
        for number, file in enumerate(self.files):
            named = f'name="{file.field}"; filename="file{number}{file.end}"'
            out += _part(boundary, named, file.kind, file.content)
        out.append(f"--{boundary}--\r\n".encode())
        return b"".join(out), f"{_KIND}; boundary={boundary}"


def is_form(content_type: str) -> bool:
    """Is a body of this content type a form?"""
    return content_type.split(";", 1)[0].strip().lower() == _KIND


def read_form(raw: bytes, content_type: str) -> Form:
    """The form of a request; raises FieldError for one that servers may read in different ways."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise FieldError(_UNREAD)
    border = b"\r\n--" + (found[1] or found[2]).encode()
    first, *pieces = (b"\r\n" + raw).split(border)
    if first or not pieces or not pieces[-1].startswith(b"--") or len(pieces) > _MOST_PARTS:
        raise FieldError(_UNREAD)
    fields: Body = {}
    files: list[File] = []
    for piece in pieces[:-1]:
        _read_part(piece, fields, files)
    return Form(fields, tuple(files))


def _read_part(piece: bytes, fields: Body, files: list[File]) -> None:
    head, blank, content = piece.lstrip(b" \t").partition(b"\r\n\r\n")
    if not blank or not head.startswith(b"\r\n"):
        raise FieldError(_UNREAD)
    headers = _headers(head)
    told = headers.get("content-disposition", "")
    name = _NAME.search(told)
    if name is None or "content-transfer-encoding" in headers:
        raise FieldError(_UNREAD)
    field = name[1] if name[1] is not None else name[2]
    if not _FIELD_NAME.fullmatch(field):
        raise FieldError("A field of the form has a name that no field of this API has.")
    file = _FILE.search(told)
    if file is not None:
        end = _END.search((file[2] if file[2] is not None else file[3]).rstrip('"'))
        kind = headers.get("content-type", "").split(";", 1)[0].strip().lower()
        known = kind if _TYPE.fullmatch(kind) else "application/octet-stream"
        files.append(File(field, content, known, f".{end[1]}" if end else ""))
        return
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise FieldError(f"'{field}' must be text in UTF-8.", field) from None
    if field.endswith("[]"):
        fields.setdefault(field, []).append(text)
    elif field in fields:
        raise FieldError(f"'{field}' may stand in the form only once.", field)
    else:
        fields[field] = text


def _headers(head: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if not colon or name.strip().lower() in headers:
            raise FieldError(_UNREAD)
        headers[name.strip().lower()] = value.strip()
    return headers


def _part(boundary: str, named: str, kind: str | None, content: bytes) -> list[bytes]:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n"
    if kind is not None:
        head += f"Content-Type: {kind}\r\n"
    return [head.encode(), b"\r\n", content, b"\r\n"]
