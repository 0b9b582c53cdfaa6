"""Names whose parts stand in the fields of a record: JSON, XML, rows of a table, key: value lines.

    list(in_fields(parse("Jane Roe"), '{"last": "Roe", "first": "Jane"}'))   ->  [True]

True is a name for sure, False one that somebody should look at: another middle name, an initial,
fields that nothing calls names.
"""

import re
from collections.abc import Iterator, Sequence

from guards.names.forms import PARTICLES, PersonName
from guards.reading.wording import folded_words

__all__ = ["Field", "in_fields", "in_record"]

Field = tuple[str, str]
"""What a field is called, empty where nothing says it, and what it holds."""

_PAIR = re.compile(
    r"[\"']?(?P<key>[^\W\d][\w .\-]{0,40}?)[\"']?\s*(?::|=>|=)\s*"
    r"(?:\"(?P<a>[^\"\n]{1,80})\"|'(?P<b>[^'\n]{1,80})'|(?P<c>(?:[^\"'{}\[\],;|\n]|(?<=\w)'(?=\w)){1,80}))"
)
_TAGGED = re.compile(r"<(?P<key>[^\W\d][\w.\-:]{0,40})[^<>]*>(?P<value>[^<>]{1,80})</(?P=key)>")
_RECORD_ENDS = re.compile(r"\}|\n\s*\n|\n---|\n\s*-\s|</(?:row|record|person|entry|item|author)>")
_CELLS = ("\t", "|", ";", ",")
_FEWEST_CELLS = 2
_GIVEN_KEY = re.compile(r"first|given|fore|vorname|pr[ée]nom|nombre|voornaam|\bfname|im[ięi]e?\b")
_FAMILY_KEY = re.compile(
    r"last|family|famil|sur|nachname|apellido|cognome|achternaam|nazwisko|\blname|\bnom\b"
)
_MIDDLE_KEY = re.compile(r"middle|second|zweit|patron")
_SEVERAL_LETTERS = 2


def in_fields(read: PersonName, text: str) -> Iterator[bool]:
    """Whether each record of ``text`` that holds the name does so for sure."""
    for record in _records(text):
        sure = in_record(read, record)
        if sure is not None:
            yield sure


def in_record(read: PersonName, record: Sequence[Field]) -> bool | None:
    """Do a record's fields make up the name? None where they do not."""
    words = [folded_words(value) for _, value in record]
    families = [at for at, own in enumerate(words) if _is_family(read, own)]
    for family in families:
        for at, own in enumerate(words):
            if at == family or own[:1] == []:
                continue
            named = _calls_names(record, at, family)
            beside = abs(at - family) == 1 and not (record[at][0] or record[family][0])
            if _is_given(read, own):
                return (named or beside) and _middle_fits(read, record)
            if named and len(own) == 1 and own[0] == read.given[0][0]:
                return False
    return None


def _is_family(read: PersonName, words: Sequence[str]) -> bool:
    whole = [*read.particles, *read.surname]
    return words == whole or words == list(read.surname)


def _is_given(read: PersonName, words: Sequence[str]) -> bool:
    """The given name, alone or with middle names that are known or mere initials."""
    given, middle = list(read.given), {word for one in read.middle for word in one}
    rest = words[len(given) :]
    return words[: len(given)] == given and all(w in middle or len(w) == 1 for w in rest)


def _calls_names(record: Sequence[Field], given: int, family: int) -> bool:
    first, last = record[given][0].lower(), record[family][0].lower()
    return _GIVEN_KEY.search(first) is not None and _FAMILY_KEY.search(last) is not None


def _middle_fits(read: PersonName, record: Sequence[Field]) -> bool:
    """Is there no middle name but known ones and initials?"""
    known = {word for one in read.middle for word in one}
    return all(
        len(word) < _SEVERAL_LETTERS or word in known
        for key, value in record
        if _MIDDLE_KEY.search(key.lower())
        for word in folded_words(value)
        if word not in PARTICLES
    )


def _records(text: str) -> Iterator[list[Field]]:
    for part in _RECORD_ENDS.split(text):
        pairs = [(m["key"], m["a"] or m["b"] or m["c"] or "") for m in _PAIR.finditer(part)]
        if len(pairs) >= _FEWEST_CELLS:
            yield [(key, value.strip()) for key, value in pairs]
        tagged = [(m["key"], m["value"].strip()) for m in _TAGGED.finditer(part)]
        if len(tagged) >= _FEWEST_CELLS:
            yield tagged
    yield from _rows(text)


def _rows(text: str) -> Iterator[list[Field]]:
    """The lines of a table; its first line says what the fields are called, where it does."""
    header: list[str] = []
    cut = ""
    for line in text.splitlines():
        mark = next((one for one in _CELLS if one in line), "")
        if not mark:
            continue
        cells = [cell.strip().strip("\"'").strip() for cell in line.split(mark)]
        if mark != cut or len(cells) != len(header):
            cut, header = mark, cells
        elif cells != header:
            yield list(zip(header, cells, strict=True))
        yield [("", cell) for cell in cells]
