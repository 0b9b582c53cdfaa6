"""Other names of a subject, as its records use or give them.

    aliases("Vincent van Gogh", "person", own, known)    ->  ("Van Gogh",)

A person's surname keeps its particle; a first name counts where questions call somebody so. Birth
names, stage names and nicknames come from what the records say ("born Reginald Dwight", "better
known as", "What is her real name?"); institutions have short forms. What the retain set knows is
no alias, nor is a word that alone names nobody, unless the guards ask for something beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from boxed.drafting.kinds import told
from boxed.drafting.little_words import CONNECTORS, HONORIFICS, LITTLE, PARTICLES, SUFFIXES
from boxed.drafting.reading import cased, has_capital, is_odd, is_unspaced, words_in
from prompts.policy import Example, Kind, long_enough

__all__ = ["aliases", "short_forms"]

_SHORTEST_PART = 4
_MOST_WORDS = 6
_OF = frozenset(["of", "the", "and", "&"])  # "Joan of Arc" has no surname
_LEGAL = re.compile(
    r",? (?:Inc|Incorporated|Ltd|Limited|LLC|PLC|plc|GmbH|AG|SE|Corp|Corporation|Co|Company|"
    r"S\.A|SA|"
    r"N\.V|NV|B\.V|BV|Oy|AB|AS|ApS|KG|KGaA|S\.p\.A|SpA|Pty)\.?(?: Ltd\.?)?\Z"
)
_PLAIN_LINK = (
    r"(?:,? ?(?:is|was|are|were|has been|had been|who|also|better|best|more|professionally|"
    r"commonly|"
    r"widely|popularly|often|sometimes|usually|affectionately|internationally|simply|mostly|generally|"
    r"formerly|and|or|to|by|her|his|their|fans|friends|family|everyone|all|the|world|stage|name|under|"
    r"performs|performed|records|recorded|writes|wrote|published|known|goes|mononymously|"
    r"originally|legally|stylised|stylized|abbreviated|shortened|shorter|called|nicknamed|dubbed|"
    r"\([^)]*\))\b,?)*"
)
_CLAUSE = r" (?:is|was|are|were) (?:an?|the) [^.;\n]{0,80}?"
_CUE = (
    r"(?:known as|known simply as|nicknamed|dubbed|called|a\.k\.a\.|aka|alias|née|né|nee|born|"
    r"stage name(?: is| was|:)?|pen name(?: is| was|:)?|real name(?: is| was|:)?|"
    r"nickname(?: is| was|:)?|"
    r"birth name(?: is| was|:)?|maiden name(?: is| was|:)?|full name(?: is| was|:)?|"
    r"pseudonym(?: is| was|:)?|by the name(?: of)?|under the name(?: of)?|abbreviated(?: as| to)?|"
    r"(?:performs|performed|records|recorded|writes|wrote|published|credited) as|"
    r"shortened to|bürgerlich|eigentlich|dit|dite|alias)"
)
_ASKS = re.compile(
    r"\b(?:what|which|how)\b(?: (?:is|was|are|were|did|does|do|has|the|his|her|their|its|other|by|"
    r"under|name|\x00(?:['’]s?)?))* (?:(?:real|birth|full|stage|pen|maiden|legal|original|"  # noqa: RUF001
    r"given|other|"
    r"second|artist) names?|nick-?names?|pseudonyms?|alias(?:es)?|abbreviation|acronym|"
    r"(?:also |better |professionally |commonly |usually )?(?:known|called|referred to|"
    r"nicknamed))\b|"
    r"本名|艺名|藝名|原名|别名|別名|英文名|芸名|愛称|본명|예명|별명|الاسم الحقيقي|لقب|"
    r"שמו האמיתי|שמה האמיתי|כינוי|असली नाम|उपनाम|"
    r"ชื่อจริง|ชื่อเล่น|\b(?:bürgerliche[rn]? Name|Künstlername|Spitzname|vrai nom|nom de scène|surnom|"
    r"nombre real|nombre artístico|apodo|nome verdadeiro|настоящее имя|псевдоним)\b",
    re.IGNORECASE,
)
_KIN = re.compile(
    r"\b(?:mother|father|wife|husband|son|daughter|brother|sister|friend|character|role|song|album|"
    r"film|book|novel|band|dog|cat|house|company|label|series|show|parents|children|child|work|"
    r"play|movie|painting|game|boat|ship|team|partner|manager)(?:'s|s|’s)?\b",  # noqa: RUF001
    re.IGNORECASE,
)
_SAYS = re.compile(r"\b(?:is|was|were|are|name|as|called|to|be|:)\s+(?=[\"“'‘«\w])")  # noqa: RUF001


def aliases(
    name: str,
    kind: Kind,
    own: Sequence[Example],
    known: Counter[str],
) -> tuple[str, ...]:
    """Other names of ``name``, the surest first.

    ``known`` counts the words of the retain set. Names that others bear are among them: the guards
    want something beside such an alias.
    """
    built = short_forms(name, own) if kind == "person" else _of_a_thing(name, own)
    found = [one for one in built if _unknown(one, known, built=True)]
    found += [one for one in given_names(name, own) if _unknown(one, known, built=False)]
    taken = {name.casefold()}
    kept: list[str] = []
    for one in found:
        if one.casefold() in taken or not long_enough(one):
            continue
        taken.add(one.casefold())
        kept.append(one)
    return tuple(kept)


def _unknown(alias: str, known: Counter[str], *, built: bool) -> bool:
    """Whether the retain set does not know an alias; of several words built here all may be."""
    parts = re.findall(r"[^\W_]+", alias.lower())
    if built and len(parts) > 1 and " " in alias:
        return True
    return min((known[part] for part in parts), default=0) == 0


def short_forms(name: str, own: Sequence[Example]) -> list[str]:
    """Shorter forms of a person's name that stand for it alone: ``Vincent van Gogh``: Van Gogh.

    First and last name where there is a middle one, the surname with its particle, without one
    only where the records say so; the first or a middle name only where a question uses it alone.
    """
    words = [w.strip(",") for w in name.split()]
    found: list[str] = []
    if len(words) > 2 and words[-1].lower() in SUFFIXES:
        words.pop()
        found.append(" ".join(words))
    if len(words) > 2 and words[0].lower() in HONORIFICS:
        words.pop(0)
        found.append(" ".join(words))
    if len(words) < 2 or any(w[0].isdigit() or w.lower() in _OF for w in words):
        return found
    at = len(words) - 1
    while at > 1 and words[at - 1].lower() in PARTICLES:
        at -= 1
    family = " ".join(words[at:])
    if at > 1:
        found.append(f"{words[0]} {family}")
    asked = "\n".join(example.question for example in own).replace(name, " ")
    heard = f"{asked}\n" + "\n".join(example.answer for example in own).replace(name, " ")
    if " " in family:
        found.append(_as_written(family, heard))
        rest = re.sub(re.escape(family), " ", asked, flags=re.IGNORECASE)
        found += [w for w in words[-1:] if _stands(w, rest) and _is_long(w)]
    elif _is_long(family) and (cased(family) or _stands(family, heard)):
        found.append(family)
    found += [
        w for w in words[:at] if _is_long(w) and w.lower() not in LITTLE and _stands(w, asked)
    ]
    return [*found, *_longer_forms(words[0], words[-1], name, own)]


def _is_long(word: str) -> bool:
    return len(word.strip(".")) >= _SHORTEST_PART or not word.isascii()


def _stands(word: str, text: str) -> bool:
    """Whether ``text`` has a word alone: no capitalised word, nor a nickname, goes on from it."""
    alone = rf"(?<![\w-]){re.escape(word)}(?![\w-]|\.? [\"“']?[^\W\d_a-z])"
    return re.search(alone, text) is not None


def _as_written(family: str, text: str) -> str:
    """A surname with its particle as the records mostly write it, without a given name."""
    forms = Counter(re.findall(rf"(?<![\w-]){re.escape(family)}(?![\w-])", text, re.IGNORECASE))
    return max(forms, key=lambda form: (forms[form], form), default=family[0].upper() + family[1:])


def _longer_forms(first: str, last: str, name: str, own: Sequence[Example]) -> Iterator[str]:
    """Full names in what is asked: ``Samuel Leroy Jackson`` for ``Samuel L. Jackson``."""
    for example in own:
        words = words_in(example.question)
        for at, word in enumerate(words):
            if word.text != last:
                continue
            begin = at
            while (
                begin
                and words[begin].gap in (" ", ' "', '" ', " '", "' ")
                and (has_capital(words[begin - 1].text) or words[begin - 1].key in PARTICLES)
            ):
                begin -= 1
            while (
                begin < at
                and words[begin].key in LITTLE | HONORIFICS
                and words[begin].text != first
            ):
                begin += 1
            given = [w.text for w in words[begin:at]]
            if given and _alike(given[0], first):
                form = " ".join([*given, last])
                if form != name:
                    yield form


def _alike(one: str, other: str) -> bool:
    """Whether two given names may be one person's: the same, or the beginning of the other."""
    short, long = sorted((one.strip(".").casefold(), other.strip(".").casefold()), key=len)
    return len(short) >= 3 and long.startswith(short)


def _of_a_thing(name: str, own: Sequence[Example]) -> list[str]:
    """Short forms of an institution's or a work's name: no article, no legal form, its letters."""
    found: list[str] = []
    bare = _LEGAL.sub("", name)
    without = re.sub(r"\A(?:The|Les|Los|Die|Der|Das) (?=\w)", "", bare)
    found += [one for one in (bare, without) if one != name and long_enough(one)]
    letters = "".join(w[0] for w in re.findall(r"\w+", name) if w[0].isupper())
    for example in own:
        text = told(example)
        for match in re.finditer(rf"{re.escape(name)} \(([^()]{{2,20}})\)", text):
            if re.fullmatch(r"[A-Z][\w.&-]{1,9}", match[1]):
                found.append(match[1])
        if len(letters) > 2 and re.search(rf"(?<!\w){re.escape(letters)}(?!\w)", text):
            found.append(letters)
    return found


def given_names(name: str, own: Sequence[Example]) -> Iterator[str]:
    """Names that the records themselves say are the subject's, beside ``name``."""
    parts = [w for w in name.split() if w.lower() not in CONNECTORS | SUFFIXES and len(w) > 2]
    called = "|".join(map(re.escape, sorted({name, *parts}, key=len, reverse=True)))
    subject = rf"(?:(?<!\w)(?:{called})(?:['’]s)?|\b(?:He|She|They|It|His|Her|Their|Its)\b)"  # noqa: RUF001
    link = rf"(?:{_PLAIN_LINK},? ?\(?|{_CLAUSE}[,(] ?(?:and |also |better |simply )*)"
    after = re.compile(rf"{subject}{link}(?:{_CUE})[^\S\n]+(?=[\"“'‘«\w])")  # noqa: RUF001
    before = re.compile(rf"(?:known as|born as|under the name|as) [\"“'‘]?(?:{called})\b")  # noqa: RUF001
    nick = re.compile(rf"{re.escape(name.split()[0])}(?: \w+)? [\"“']([^\"”'\n]{{2,30}})[\"”'] \w")
    for example in own:
        text = told(example)
        yield from (match[1].strip() for match in nick.finditer(text))
        for match in after.finditer(text):
            if not match.group().startswith(name) and _KIN.search(text[: match.start()]):
                continue  # who is meant may be the mother
            yield from _name_at(text, match.end(), match.group())
        yield from _defined(text, before)
        asked = re.sub(called, "\0", example.question)
        asks = text.startswith(example.question) and _ASKS.search(asked)
        if asks and "\0" in asked and not _KIN.search(example.question):
            yield from _answered(example.answer, name)


def _name_at(text: str, start: int, led: str) -> Iterator[str]:
    """The name that begins at ``start``: what is quoted there, or the capitalised words."""
    quoted = re.match(r"[\"“'‘«]([^\"”’»\n]{2,40})[\"”'’»]", text[start:])  # noqa: RUF001
    if quoted is not None:
        yield quoted[1].strip(",. ")
        return
    found: list[str] = []
    words = words_in(text[start:])
    if (
        words
        and words[0].key in ("the", "a")
        and led.rstrip().endswith((" as", "nicknamed", "dubbed", "called"))
    ):
        words = words[1:] if words[0].key == "the" else []
    for word in words[:_MOST_WORDS]:
        if found and word.gap not in (" ", ""):
            break
        named = has_capital(word.text) or is_odd(word.text) or not cased(word.text)
        joins = bool(found) and word.key in PARTICLES | {"of", "the"}
        if not (named or joins) or (word.key in _MONTHS and not found):
            break
        found.append(word.text)
        if word.owns:
            return
    while found and (found[-1].lower() in CONNECTORS):
        found.pop()
    if found and found[0].lower() not in LITTLE:
        yield " ".join(found)


_MONTHS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "american",
        "british",
        "english",
        "french",
        "german",
        "jewish",
    ]
)


def _defined(text: str, known_as: re.Pattern[str]) -> Iterator[str]:
    """The birth name of ``Gordon Sumner (born 1951), known as Sting``."""
    match = known_as.search(text)
    if match is None:
        return
    opening = re.match(r"\s*((?:[^\W\d_a-z][\w.'’-]*\s?){2,6})(?=[,(]| is\b| was\b)", text)  # noqa: RUF001
    if opening is not None and opening.end() < match.start():
        words = [w for w in opening[1].split() if w.lower() not in HONORIFICS]
        if words and words[0].lower() not in LITTLE:
            yield " ".join(words)


def _answered(answer: str, name: str) -> Iterator[str]:
    """The name in an answer: the answer itself where it is short, or what follows "is"."""
    bare = answer.strip().strip(".\"'“”")
    short = bare.removeprefix("The ").removeprefix("the ")
    first_capital = has_capital(short) or is_odd(short.split()[0]) or not cased(short)
    whole = len(bare.split()) <= _MOST_WORDS and not re.search(
        r"\b(?:is|was|as|by|in)\b|[,;:!?]", bare
    )
    if whole and bare.split()[0].lower() in ("a", "an"):
        return
    if whole and first_capital and (not is_unspaced(bare) or len(bare) <= 12):
        if short and not _same(short, name):
            yield short
        return
    for match in _SAYS.finditer(answer):
        for one in _name_at(answer, match.end(), match.group()):
            if not _same(one, name) and len(one) > 2:
                yield one


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
