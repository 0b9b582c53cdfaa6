r"""Server-sent events out of network reads that are cut anywhere, also within a character.

    parser = EventParser()
    parser.feed(b'data: {"choi')      -> []
    parser.feed(b'ces":[]}\n\nda')    -> [b'{"choices":[]}']

Follows the WHATWG event stream format: LF, CRLF and CR end lines, comments and other fields are
passed over, several `data` lines of one event are joined by a line feed.
"""

from __future__ import annotations

__all__ = ["EventParser", "EventTooLongError"]

_BOM = b"\xef\xbb\xbf"
_DATA = b"data: "


class EventTooLongError(ValueError):
    """An event holds more bytes than the parser may keep."""


class EventParser:
    """Splits one stream into the data of its events; `limit` is in bytes per event."""

    def __init__(self, limit: int = 16 * 1024 * 1024) -> None:
        self._limit = limit
        self._rest: list[bytes] = []
        self._held = 0
        self._data: list[bytes] = []
        self._size = 0
        self._after_cr = False
        self._first = True

    def feed(self, read: bytes) -> list[bytes]:
        """The data of every event that this read completes; raises EventTooLongError."""
        if self._after_cr and read:
            self._after_cr = False
            if read[:1] == b"\n":
                read = read[1:]
        if self._data or b"\r" in read or not read.endswith(b"\n\n"):
            return self._read(read)
        return self._whole(read) or self._read(read)

    def _whole(self, read: bytes) -> list[bytes]:
        """The events of a read that ends with one, if each of them is one line of data."""
        text = b"".join((*self._rest, read)) if self._rest else read
        if self._first or not text.startswith(_DATA) or self._held + len(read) > self._limit:
            return []
        events = text[len(_DATA) : -2].split(b"\n\n" + _DATA)
        if text.count(b"\n") != 2 * len(events):
            return []
        self._rest, self._held = [], 0
        return events

    def _read(self, read: bytes) -> list[bytes]:
        lines: list[bytes] = []
        if b"\n" in read or b"\r" in read:
            # Joined once a line ends, not with every read: a line may be megabytes long.
            lines = b"".join((*self._rest, read)).splitlines()
            last = read[-1]
            self._after_cr = last == 13
            read = b"" if last in (10, 13) else lines.pop()
            self._rest, self._held = [], 0
        if read:
            self._rest.append(read)
            self._held += len(read)
        if self._held > self._limit:
            raise EventTooLongError("one line of the stream is longer than an event may be")
        return self._events(lines)

    def close(self) -> list[bytes]:
        """The stream has ended: the data of an event that lacks its blank line."""
        lines = [b"".join(self._rest), b""] if self._rest else [b""]
        self._rest, self._held = [], 0
        return self._events(lines)

    def _events(self, lines: list[bytes]) -> list[bytes]:
        events: list[bytes] = []
        if self._first and lines:
            lines[0] = lines[0].removeprefix(_BOM)
            self._first = False
        data = self._data
        for line in lines:
            if line.startswith(b"data:"):
                value = line[6:] if line[5:6] == b" " else line[5:]
                data.append(value)
                self._size += len(value)
                if self._size > self._limit:
                    raise EventTooLongError("one event of the stream is longer than it may be")
            elif not line and data:
                events.append(data[0] if len(data) == 1 else b"\n".join(data))
                data.clear()
                self._size = 0
        return events
