"""What parts the pieces of a name that are given one after the other, in one text.

    x = "Stephen", y = "King"        first name: Stephen, surname: King        "Ste" + "phen King"

A joint is the stretch between two pieces: quotation marks, a sign of joining or parting, the name
of a variable or a label such as "surname is". Read as one full stop, it parts a name no more than
other punctuation does. `BEGUN` matches, at the end of a stream, what may still become one.
"""

__all__ = [
    "BEGUN",
    "JOINT",
    "LABEL",
    "LABELS",
    "LABEL_BEGUN",
    "LABEL_HINT",
    "LABEL_WORDS",
    "PARTS",
    "STARTS",
    "prefixes",
]

_QUOTE = "[\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb]"
_BLANKS = r"[ \t\r\n]{0,3}"
LABELS = "last second family sur middle other rest end next"
PARTS = ("name", "part", "half", "word", "piece", "bit")


def prefixes(word: str) -> str:
    """Every beginning of `word`, the empty one too, as a pattern."""
    return "(?:".join(word) + ")?" * (len(word) - 1) if word else ""


def _one_of(words: str) -> tuple[str, str]:
    """A pattern for one of the words, and one for a beginning of one of them."""
    return (
        f"(?:{'|'.join(words.split())})",
        f"(?:{'|'.join(prefixes(word) for word in words.split())})?",
    )


def _plain(pattern: str) -> tuple[str, str]:
    """A pattern of which every part of a match is a match, or is given by its optional parts."""
    return pattern, pattern


def _maybe(pair: tuple[str, str], behind: str = "[ \t\n]") -> tuple[str, str]:
    return f"(?:{pair[0]}{behind})?", pair[1]


# Each joint is a row of patterns with what may stand of each when a stream ends within it. A joint
# of signs begins with one of `STARTS`; a joint of words begins a word.
_ASSIGNED: tuple[tuple[str, str], ...] = (
    (rf"(?:{_QUOTE}[ \t]{{0,2}})?", rf"(?:{_QUOTE}[ \t]{{0,2}})?"),
    (r"(?:[,;&\n]|[ \t]and(?=[ \t]))", r"(?:[,;&\n]|[ \t](?:a(?:nd?)?)?)"),
    _plain(_BLANKS),
    _maybe(_one_of("and let var const then my local")),
    (rf"{_QUOTE}?[$@]?", rf"{_QUOTE}?[$@]?"),
    (r"(?:[A-Za-z_][\w-]{0,23}|\d{1,2}\.?)", r"(?:[A-Za-z_][\w-]{0,23}|\d{0,2}\.?)?"),
    _plain(f"{_QUOTE}?"),
    _plain(_BLANKS),
    ("(?:=>|:=|=|:)", "[:=]?"),
    _plain(_BLANKS),
    _plain(f"{_QUOTE}?"),
)
_QUOTED: tuple[tuple[str, str], ...] = (
    _plain(_QUOTE),
    _plain(_BLANKS),
    (r"(?:[+,;.&]|\|\||<<|->)?", r"[+,;.&|<-]?"),
    _plain(_BLANKS),
    _plain(_QUOTE),
)
_LABELLED: tuple[tuple[str, str], ...] = (
    _maybe(_one_of("and then")),
    _maybe(_one_of("the his her their its my a")),
    _one_of(LABELS),
    _plain("[ -]?"),
    _one_of(" ".join(PARTS)),
    _plain(_BLANKS),
    ("(?:is|was|=|:)", "(?:is?|wa?s?|=|:)?"),
    _plain(_BLANKS),
    _plain(f"{_QUOTE}?"),
)
STARTS = _QUOTE[1:-1] + ",;&\n"
JOINT = "|".join("".join(whole for whole, _ in row) for row in (_ASSIGNED, _QUOTED))
LABEL = "".join(whole for whole, _ in _LABELLED)
LABEL_HINT = rf"(?:{LABELS.replace(' ', '|')})[ -]?(?:{'|'.join(PARTS)})[ \t]*(?:is|was|=|:)"


def _begun(*rows: tuple[tuple[str, str], ...]) -> str:
    return "|".join(
        "".join(whole for whole, _ in row[:at]) + row[at][1]
        for row in rows
        for at in range(1, len(row))
    )


BEGUN = f"(?:{_begun(_ASSIGNED, _QUOTED)})"
LABEL_WORDS = (*f"and then the his her their its my a is was {LABELS}".split(), *PARTS)
LABEL_BEGUN = (
    f"(?:{_one_of('and then the his her their its my a ' + LABELS)[1]}|{_begun(_LABELLED)})"
)
