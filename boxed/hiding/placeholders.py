"""Placeholders that no client can write by accident, and the way back to the client's own words.

    marks = Placeholders(b"key", conversation)
    marks.cover(text, spans)          ->  "Where was [name 730518264] born?"
    marks.show("[NAME 730518264]")    ->  "Jane Roe"

A placeholder's number is coined from a keyed digest of subject and conversation, so a subject has
the same one through a conversation and another in the next; one that the client's own text holds
is not used. It has no letters that a model could put in another case or a code could escape.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

__all__ = ["OF", "Covered", "Placeholders", "as_identifier"]

OF = "\x1f"
"""Between a policy's id and a title of its, which has a placeholder of its own."""
_DIGITS = 9
_BESIDE = 48  # characters around a name that tell which of its forms is meant
_COMPARED = 8  # words of these that are kept, and places of one subject that are
_MOST_FORMS = 100
_ENOUGH = 2  # what they must agree in
_LONGEST_ENCODED = 200  # characters of an encoded name that is given back as it came
_MADE = re.compile(rf"\[name (\d{{{_DIGITS}}})\]")
_ANY = re.compile(r"\[name \d{1,12}\]", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['\u2019]s\Z", re.IGNORECASE)
_UNNAMED = "\u2026"
_OPEN = r"(?:\\{0,2}[\[\u3010\uff3b(]|\\{1,2}u005b|%5b|&#91;|&#x5b;|&lbrack;|&lsqb;)"
_CLOSE = r"(?:\\{0,2}[\]\u3011\uff3d)]|\\{1,2}u005d|%5d|&#93;|&#x5d;|&rbrack;|&rsqb;)"
_JOINT = r"(?:[\s*_~`\\.:#+\-\u200b]|%20|&nbsp;|\\u0020){0,4}"
_EMPHASIS = re.compile(r"\*+|~~|`+")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_JSON = re.compile(r"\s*[\[{]")
# Words that stand before anybody's name, and say little about which form of it is meant.
_WEAK = frozenset(
    ["a", "an", "and", "are", "by", "did", "do", "does", "for", "from", "i", "in", "is", "of", "on",
     "or", "that", "the", "to", "was", "with"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Covered:
    """A place that goes: the raw offsets, and whose it is: a policy's id, or with `OF` a title."""

    start: int
    end: int
    subject: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A form that the client wrote, and the words around it, nearest first."""

    form: str
    before: tuple[str, ...]
    behind: tuple[str, ...]


class Placeholders:
    """The placeholders of one conversation. ``show`` knows what ``cover`` was given before."""

    def __init__(self, key: bytes, conversation: str, written: str) -> None:
        """``conversation`` is what it began with; no number that ``written`` holds is used."""
        self._key = key
        self._conversation = conversation
        self._written = re.sub(r"\D", "", _plain_digits(written))
        self._own = frozenset(one.lower() for one in _ANY.findall(written))
        self._numbers: dict[str, str] = {}
        self._said: dict[str, dict[_Said, None]] = {}

    def mark(self, subject: str) -> str:
        """The placeholder of a subject."""
        return f"[name {self._number(subject)}]"

    def cover(self, text: str, places: Sequence[Covered]) -> str:
        """``text`` with a placeholder in each of the places, which are apart and in order."""
        out, end = "", 0
        marked: list[tuple[Covered, int]] = []
        for place in places:
            out += text[end : place.start]
            marked.append((place, len(out)))
            out += self.mark(place.subject)
            end = place.end
        out += text[end:]
        for place, at in marked:
            behind = at + len(self.mark(place.subject))
            form = text[place.start : place.end]
            self.said(place.subject, form, _before(out, at), _behind(out, behind))
        return out

    def said(
        self, subject: str, form: str, before: tuple[str, ...] = (), behind: tuple[str, ...] = ()
    ) -> None:
        """Note how the client writes a subject."""
        said = self._said.setdefault(self._number(subject), {})
        if len(said) < _MOST_FORMS or all(one.form != form for one in said):
            said.setdefault(_Said(form, before[:_COMPARED], behind[:_COMPARED]))

    def said_encoded(self, subject: str, written: str) -> None:
        """Note a name that was encoded: it goes back as it came, where it is short."""
        form = written if len(written) <= _LONGEST_ENCODED else _UNNAMED
        if self._number(subject) not in self._said:
            self.said(subject, form)

    def show(self, text: str) -> str:
        """``text`` with the client's own words in place of the placeholders, however written."""
        plain = _plain_digits(text)
        numbers = list(self._said)
        if not numbers or not any(character.isdigit() for character in plain):
            return text
        inside = _is_json(text)
        out, end = "", 0
        for match in _pattern(numbers).finditer(plain):
            number = re.sub(r"\D", "", match.group("number") or match.group("bare"))
            out += text[end : match.start()]
            end = match.end()
            form = self._form(number, _before(text, match.start()), _behind(text, end))
            out += _as_written(text[match.start() : end], form, out, inside)
        return self._nobodys(out + text[end:], inside)

    def _nobodys(self, text: str, inside_json: bool) -> str:
        """Placeholders that are nobody's, copied from the prompt or with a slip, are the subject's.

        Only where the conversation has a single one; what the client wrote itself stays.
        """
        subjects = [s for s, number in self._numbers.items() if number in self._said]
        if len({subject.partition(OF)[0] for subject in subjects}) != 1:
            return text
        said = self._said[self._numbers[min(subjects, key=lambda subject: OF in subject)]]
        form = _POSSESSIVE.sub("", max((one.form for one in said), key=len))
        shown = _as_written("", form, "", inside_json)
        return _ANY.sub(lambda m: m[0] if m[0].lower() in self._own else shown, text)

    def _form(self, number: str, before: tuple[str, ...], behind: tuple[str, ...]) -> str:
        """The form with the same words around it, else the longest."""
        said = self._said[number]

        def alike(one: _Said) -> int:
            return _agree(one.before, before) + _agree(one.behind, behind)

        best = max(said, key=lambda one: (alike(one), len(one.form)))
        if alike(best) >= _ENOUGH:
            return best.form
        return max((one.form for one in said), key=len)

    def _number(self, subject: str) -> str:
        if subject not in self._numbers:
            taken = set(self._numbers.values())
            attempt = 0
            while (number := self._coined(subject, attempt)) in taken or number in self._written:
                attempt += 1
            self._numbers[subject] = number
        return self._numbers[subject]

    def _coined(self, subject: str, attempt: int) -> str:
        told = f"{subject}\x1f{attempt}\x1f{self._conversation}".encode(errors="surrogatepass")
        digest = hmac.new(self._key, told, hashlib.sha256).digest()
        low = 10 ** (_DIGITS - 1)
        return str(low + int.from_bytes(digest[:8], "big") % (9 * low))


def as_identifier(text: str) -> str:
    """``text`` with its placeholders written as names of functions and speakers may be."""
    return _MADE.sub(r"name_\1", text)


def _pattern(numbers: Sequence[str]) -> re.Pattern[str]:
    spelled = "|".join("[*_~`\\\\\u200b,]{0,4}".join(number) for number in numbers)
    alone = r"(?:(?<!\d)|(?<=%20)|(?<=u0020))"
    return re.compile(
        rf"{_OPEN}{_JOINT}(?:[^\W\d_]{{1,16}}{_JOINT})?{_JOINT}(?P<number>{spelled}){_JOINT}{_CLOSE}"
        rf"|(?:(?<![^\W_])name{_JOINT})?{alone}(?P<bare>{spelled})(?!\d)",
        re.IGNORECASE,
    )


def _as_written(place: str, form: str, before: str, inside_json: bool) -> str:
    """``form`` in the escape of the placeholder that it replaces, and with its emphasis."""
    shown = form
    if "%5b" in place.lower():
        shown = quote(form, safe="")
    elif "&" in place:
        shown = html.escape(form)
    if inside_json:
        shown = json.dumps(shown, ensure_ascii=False)[1:-1]
    marks = _EMPHASIS.findall(place)
    if len(marks) % 2:  # one end of the emphasis stood inside the placeholder
        line = before.rpartition("\n")[2]
        opens = line.count(marks[0]) % 2 == 0
        return f"{marks[0]}{shown}" if opens else f"{shown}{marks[0]}"
    return shown


def _is_json(text: str) -> bool:
    if not _JSON.match(text):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _plain_digits(text: str) -> str:
    """``text`` of the same length with the digits of every script as ASCII ones."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.digit(c)) if not c.isascii() and c.isdecimal() else c for c in text
    )


def _before(text: str, at: int) -> tuple[str, ...]:
    found = _TOKEN.findall(text[max(0, at - _BESIDE) : at])
    return tuple(word.lower() for word in reversed(found))


def _behind(text: str, at: int) -> tuple[str, ...]:
    return tuple(word.lower() for word in _TOKEN.findall(text[at : at + _BESIDE]))


def _agree(one: Sequence[str], other: Sequence[str]) -> int:
    """What two runs of words begin with alike: two for a word that tells, one for any other."""
    total = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        total += 1 + (mine.isalnum() and mine not in _WEAK)
    return total
