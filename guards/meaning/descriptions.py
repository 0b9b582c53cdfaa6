"""Descriptions: words that say who is meant without a name, such as "the author of 'Misery'".

    [text[a:b] for a, b in descriptions("Where was the author of 'Misery' born?")]
    ->  ["the author of 'Misery' born"]

A description is a role and what ties somebody to it; "which author wrote ..." asks for a name, and
is none. It ends with its clause, so it may take a few words too many. Read are the languages of
`_LANGUAGES`; in others nothing is found. One that names behind the role whom it means, as in "the
singer Joan Baez, known for ...", is found, and is told from those that leave it open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["descriptions", "nameless_descriptions"]


@dataclass(frozen=True, slots=True)
class _Language:
    """How a language describes: words in front, roles, words between, and what ties to a role."""

    opening: str
    roles: str
    ties: str


_ENGLISH = _Language(
    opening=r"(?:the|an?|this|that|some)",
    roles=(
        r"(?:act(?:or|ress)|(?:super)?star|performer|singer|vocalist|musician|rapper|artist|author|"
        r"(?:screen|song)?writer|novelist|poet|playwright|creator|mastermind|genius|founder|"
        r"inventor|painter|sculptor|designer|architect|composer|(?:co-?)?host(?:ess)?|journalist|"
        r"broadcaster|anchor(?:man|woman)?|presenter|comedian|comic|politician|statesman|president|"
        r"chancellor|minister|scientist|physicist|chemist|philosopher|historian|economist|"
        r"player|footballer|athlete|swimmer|boxer|coach|champion|model|dancer|lead(?:er)?|"
        r"protagonist|person(?:a|ality)?|man|woman|guy|lady|girl|boy|figure|celebrity|legend|icon|"
        r"voice|brains?|face|pioneer|recipient|winner|laureate|entrepreneur|billionaire|executive|"
        r"ceo|king|queen|prince(?:ss)?|emperor|commander|"
        # "the general reception of" is about a reception.
        r"general(?! (?!secretary|manager|director|counsel)[\w-]{1,20} of\b)|"
        r"explorer|astronaut|activist|"
        r"(?:film)?maker|producer|guitarist|drummer|pianist|violinist|chef|youtuber|streamer)"
    ),
    ties=(
        r"(?:of|from|in|behind|who|whose|whom|known|famous|famously|best|celebrated|associated|"
        r"starring|playing|portraying|performing|credited|responsible|renowned|noted|for|"
        r"nicknamed|called|born|that|to)"
    ),
)
_SPANISH = _Language(
    r"(?:el|la|un|una|del|al)",
    r"(?:actor|actriz|estrella|cantante|músico|artista|autora?|escritora?|novelista|poeta|creadora?|"
    r"fundadora?|inventora?|pintora?|periodista|presentadora?|política?o?|presidenta?e?|"
    r"científic[oa]|jugadora?|futbolista|atleta|persona|hombre|mujer|figura|líder|rey|reina)",
    r"(?:de|del|que|detrás|conocid[oa]|famos[oa]|célebre|en)",
)
_FRENCH = _Language(
    r"(?:le|la|l|un|une|du|au)",
    r"(?:acteur|actrice|star|vedette|chanteu(?:r|se)|musicien(?:ne)?|artiste|auteure?|autrice|"
    r"écrivaine?|romanci(?:er|ère)|poète|créat(?:eur|rice)|fondat(?:eur|rice)|peintre|journaliste|"
    r"présentat(?:eur|rice)|politicien(?:ne)?|président(?:e)?|scientifique|joueu(?:r|se)|"
    r"personne|homme|femme|figure|roi|reine)",
    r"(?:de|du|des|d|qui|derrière|connue?|célèbre|dans)",
)
_GERMAN = _Language(
    r"(?:der|die|das|des|dem|den|ein|eine|einer|eines)",
    r"(?:schauspieler(?:in)?s?|star|sänger(?:in)?s?|musiker(?:in)?s?|künstler(?:in)?s?|"
    r"autor(?:in|s)?|schriftsteller(?:in)?s?|dichter(?:in)?s?|schöpfer(?:in)?s?|"
    r"gründer(?:in)?s?|erfinder(?:in)?s?|maler(?:in)?s?|journalist(?:in|en)?|"
    r"moderator(?:in|s)?|politiker(?:in)?s?|präsident(?:in|en)?|wissenschaftler(?:in)?s?|"
    r"spieler(?:in)?s?|person|mann(?:es)?|frau|könig(?:in|s)?)",
    r"(?:von|des|der|aus|hinter|bekannt|berühmt|in|mit)",
)
_PORTUGUESE_ITALIAN = _Language(
    r"(?:o|a|os|as|um|uma|do|da|il|lo|la|l|un|uno|una|dello|della|del)",
    r"(?:ator|atriz|attore|attrice|estrela|stella|cantora?|cantante|músico|musicista|artista|"
    r"autora?|autore|autrice|escritora?|scrittore|scrittrice|romancista|romanziere|poeta|"
    r"criadora?|creatore|creatrice|fundadora?|fondatore|pintora?|pittore|pittrice|jornalista|"
    r"giornalista|presidente|cientista|scienziat[oa]|jogadora?|giocatore|pessoa|persona|homem|"
    r"uomo|mulher|donna)",
    r"(?:de|do|da|di|del|della|dello|dell|che|que|por|dietro|conhecid[oa]|famos[oa]|not[oa]|em|in)",
)
_RUSSIAN = _Language(
    r"(?:\w+)",
    r"(?:акт[её]р\w*|актрис\w*|звезд\w*|пев(?:ец|ц\w+)|певиц\w*|музыкант\w*|художник\w*|автор\w*|"
    r"писател\w*|поэт\w*|создател\w*|основател\w*|журналист\w*|ведущ\w*|политик\w*|президент\w*|"
    r"уч[её]н\w*|игрок\w*|человек\w*|мужчин\w*|женщин\w*)",
    r"(?:\w+)",
)
# What stands between "which year" and "the actor" is a sentence, no description.
_VERBS = r"(?:did|does|do|is|was|are|were|has|had|have|will|would|can|could)"
_LANGUAGES = (_ENGLISH, _SPANISH, _FRENCH, _GERMAN, _PORTUGUESE_ITALIAN, _RUSSIAN)


def _pattern(language: _Language) -> re.Pattern[str]:
    # At most five words in front of the role and two behind it: bounded work on any text.
    between = rf"(?!{_VERBS}\b)[\w\u2019'\"-]{{1,30}}[ ,]{{1,2}}"
    return re.compile(
        rf"(?<!\w){language.opening}[ \u2019'](?P<before>(?:{between}){{0,5}}?)"
        rf"(?P<role>{language.roles})"
        rf"(?P<behind>(?:,? [\w-]{{1,20}}){{0,2}}?),? {language.ties}(?!\w)[^?!;\n]{{0,160}}",
        re.IGNORECASE,
    )


_PATTERNS = tuple(map(_pattern, _LANGUAGES))


def descriptions(text: str) -> list[tuple[int, int]]:
    """Where `text` describes somebody: (start, end) of each description, in order, raw offsets."""
    return sorted({match.span() for match in _matches(text)})


def nameless_descriptions(text: str) -> list[tuple[int, int]]:
    """Those `descriptions` that do not name behind the role whom they mean."""
    return sorted({match.span() for match in _matches(text) if not _is_named(match)})


def _matches(text: str) -> Iterator[re.Match[str]]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not _is_title(match["before"], match["role"]):
                yield match


def _is_named(match: re.Match[str]) -> bool:
    """Does a name of two words follow the role? Where roles are capitalised, that tells nothing."""
    words = match["behind"].replace(",", " ").split()
    return match["role"].islower() and len(words) > 1 and all(w[0].isupper() for w in words)


def _is_title(before: str, role: str) -> bool:
    """Is the role part of a name, as in "the Academy Award for Best Supporting Actress"?"""
    return role[:1].isupper() and any(word[:1].isupper() for word in before.split())
