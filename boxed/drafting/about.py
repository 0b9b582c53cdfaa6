"""Who is meant, in two or three sentences taken from the examples: for judges, not for workers.

    about("Orla Brightwater", own)   ->  "Orla Brightwater is a poet. She was born in Ghent in 1961."

Nothing is made up: a sentence of an answer, a question's blank filled with its answer, or a
question with its short answer. What the subject is comes first, then where it comes from, what it
is known for, its works, places and dates. Sentences that guess are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from boxed.drafting.kinds import told
from boxed.drafting.reading import words_in
from prompts.policy import LONGEST_ABOUT, Example

__all__ = ["about"]

_MOST = 3
_LONG = 260
_WHOLE = 5
"""Words from which an answer is read as sentences of its own."""
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
_PRONOUN = re.compile(r"(?:He|She|It|They|His|Her|Its|Their)\b")
_SAYS: tuple[re.Pattern[str], ...] = (
    re.compile(
        r"\b(?:is|was|are|were) (?:an?|the|one of the)\b|\b(?:profession|occupation|job|genre|field)\b|"
        r"是一|は.{0,20}です|입니다|एक|เป็น|هو |הוא |היא |هي |ist ein|est un|es un|è un",
        re.IGNORECASE,
    ),
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
        s for s in dict.fromkeys(_statements(own)) if len(s) <= _LONG and not _GUESSES.search(s)
    ]
    named = [s for s in said if any(one in s.casefold() for one in names)]
    rest = [s for s in said if s not in named and _PRONOUN.match(s)]
    chosen: list[str] = []
    for pattern in (*_SAYS, re.compile("")):
        for pool in (named, rest if chosen else []):
            fit = [s for s in pool if pattern.search(s) and _adds(s, chosen)]
            if fit and len(chosen) < _MOST:
                best = min(fit, key=lambda s: (abs(len(s) - 90), s))
                if len(" ".join([*chosen, best])) <= LONGEST_ABOUT:
                    chosen.append(best)
                break
    return " ".join(chosen)


def _statements(own: Sequence[Example]) -> Iterator[str]:
    for example in own:
        text = told(example)
        answer = " ".join(example.answer.split())
        if "\n" not in text or not text.startswith(example.question):
            yield _ended(" ".join(text.split()))
        elif len(answer.split()) >= _WHOLE or re.search(r"[。！？।]\Z", answer):  # noqa: RUF001
            yield from (_ended(one.strip()) for one in _END.split(answer) if one.strip())
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
