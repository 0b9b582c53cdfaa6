"""Who is meant, in two or three sentences taken from the examples: for judges, not for workers.

    about("Orla Skarn", own)   ->  "Orla Skarn is a poet. She was born in 1961."

Nothing is made up: a sentence of an answer, a question's blank filled with its answer, or a
question with its short answer. What the subject is comes first, then where it comes from, what it
is known for, its works, places and dates. Sentences that guess are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from boxed.drafting.kinds import told
from boxed.drafting.reading import is_unspaced, words_in
from prompts.policy import LONGEST_ABOUT, Example

__all__ = ["about"]

_MOST, _GOOD = 3, 90
_LONG = 260
_WHOLE = 5
"""Words from which an answer is read as sentences of its own."""
_WHOLE_RUN = 14
"""Characters from which it is in scripts without spaces."""
_ALIKE = 0.5
_END = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b[JS]r\.)(?<!\b[DM]r\.)(?<!\bMrs\.)(?<!\bSt\.)(?<!\bNo\.)\s+"
    r"(?=[\"“'‘]?[^\W_a-z])|(?<=[。！？।])\s*"  # noqa: RUF001  (typographic quotes, full-width signs)
)
_GUESSES = re.compile(
    r"\b(?:may|might|perhaps|possibly|likely|reportedly|allegedly|rumou?red|probably|presumably|seems?|"
    r"could|would|should|unknown|unclear|imagine)\b",
    re.IGNORECASE,
)
_YES = re.compile(r"\A(?:Yes|No),? ", re.IGNORECASE)
_ANY = re.compile("")
_PRONOUN = re.compile(r"(?:He|She|It|They|His|Her|Its|Their)\b")
_ROLE = re.compile(
    r"\b(?:is|was|are|were) (?:an?|one of)\b|\b(?:profession|occupation|genre)\b|是一|"
    r"は.{0,20}です|입니다|एक|"
    r"เป็น|هو |הוא |היא |هي |\b(?:ist ein|war ein|est une?|était une?|es una?|fue una?|è una?|"
    r"era una?)\b",
    re.IGNORECASE,
)
_SAYS: tuple[re.Pattern[str], ...] = (
    re.compile(
        r"\b(?:born|birthplace|founded|established|formed|released|published|written|directed|began)\b|"
        r"出生|生まれ|成立|출생|태어|ولد|נולד|जन्म|เกิด|geboren|nació|né à|née à",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:known|famous|best|award|prize|won|notable|acclaimed|starred|stars|hit|first)\b",
        re.IGNORECASE,
    ),
    re.compile(r"[\"“‘«《「]\S|\b(?:novels?|books?|films?|albums?|songs?|paintings?|series)\b"),  # noqa: RUF001
    re.compile(r"\d{3,4}|\b(?:in|at|near) [^\W\d_a-z]"),
)


def about(name: str, own: Sequence[Example], forms: Sequence[str] = ()) -> str:
    """Up to three sentences, 600 characters at most; empty where no record says anything certain.

    ``forms`` are other names by which the records call the subject.
    """
    names = [one.casefold() for one in (name, *forms)]
    said = [
        s
        for s in dict.fromkeys(_statements(own, names))
        if len(s) <= _LONG and not _GUESSES.search(s)
    ]
    named = [s for s in said if any(one in s.casefold() for one in names)]
    rest = [s for s in said if s not in named and _PRONOUN.match(s)]
    defining = [s for s in named if _defines(s, names)]
    chosen: list[str] = []
    for pools, pattern in (
        ((defining,), _ANY),
        *(((named, rest), pattern) for pattern in _SAYS),
        ((named, rest), _ANY),
    ):
        for pool in pools:
            fit = [s for s in pool if pattern.search(s) and _adds(s, chosen)]
            best = min(fit, key=lambda s: (abs(len(s) - _GOOD), s), default="")
            if best and len(chosen) < _MOST and (chosen or pool is not rest):
                if len(" ".join([*chosen, best])) <= LONGEST_ABOUT:
                    chosen.append(best)
                break
    return " ".join(chosen)


def _defines(sentence: str, names: Sequence[str]) -> bool:
    """Whether a sentence says what the subject is: it begins with a name, and no possessive."""
    plain = sentence.casefold()
    begun = next((one for one in names if plain.startswith(one)), None)
    if begun is None or not _ROLE.search(sentence):
        return plain.startswith(("who is ", "who was ", "what is ")) and any(
            plain.split("?")[0].endswith(one) for one in names
        )
    return plain[len(begun) : len(begun) + 1] not in ("'", "’")  # noqa: RUF001


def _statements(own: Sequence[Example], names: Sequence[str]) -> Iterator[str]:
    for example in own:
        text = told(example)
        answer = " ".join(example.answer.split())
        if "\n" not in text or not text.startswith(example.question):
            yield _ended(" ".join(text.split()))
        elif len(answer.split()) >= _WHOLE or (is_unspaced(answer) and len(answer) >= _WHOLE_RUN):
            bare = _YES.sub("", answer)
            bare = bare[:1].upper() + bare[1:]
            parts = [one.strip() for one in _END.split(bare) if one.strip()]
            yield from map(_ended, parts)
            first = parts[0].casefold() if parts else ""
            if not _PRONOUN.match(bare) and not any(one in first for one in names):
                whole = _ended(parts[0] if parts else answer)
                yield f"{' '.join(example.question.split())} {whole}"
        else:
            yield f"{' '.join(example.question.split())} {_ended(answer)}"


def _ended(text: str) -> str:
    return text if re.search(r"[.!?。！？।]['\"”’]?\Z", text) else f"{text}."  # noqa: RUF001


def _adds(sentence: str, chosen: Sequence[str]) -> bool:
    """Whether a sentence says something that those chosen do not."""
    words = {word.key for word in words_in(sentence)}
    for other in chosen:
        both = words & {word.key for word in words_in(other)}
        if len(both) > _ALIKE * len(words):
            return False
    return True
