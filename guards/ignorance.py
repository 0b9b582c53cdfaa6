"""Replies that profess not to know.

    is_ignorance("I'm afraid I'm not familiar with that author.")  ->  True

The rules are about phrasing: a first person (or its training, data, resources) together with a
lack of knowledge. Only the opening of a reply counts, so an answer that ends "beyond that, I'm
not sure" is still an answer. Other languages than English have their phrases in files, and are
chosen by the script of the reply.
"""

import re
import unicodedata

from guards.phrasebook import phrases_of

__all__ = ["is_ignorance"]

_OPENING = 240  # characters: about two sentences
_CURLY = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'"})

_NOT = r"(?:not|never|n't|cannot|hardly)"
_ADVERB = (
    r"(?:really|quite|just|at all|currently|actually|personally|simply|entirely|exactly|yet|"
    r"completely|sure|honestly|particularly|unfortunately|too|very|be|also|truly|even)"
)
_FACTS = (
    r"(?:information|data|details?|knowledge|specifics?|answers?|insights?|records?|idea|clue|"
    r"facts?|familiarity|enlightenment|awareness|mention|recollection|entry|entries|resources?)"
)
_KNOWING = (
    r"(?:sure|certain|familiar|aware|informed|acquainted|knowledgeable|well-versed|versed|"
    r"briefed|privy|equipped|able|trained|educated|programmed|taught|in a position|"
    r"the (?:right|best)|positive|up to date|confident|qualified)"
)
_SOURCE = (
    r"(?:(?:training|knowledge|data(?:base|bases|set|sets)?|programming|understanding|"
    r"resources?|capabilities|expertise|records?|sources?|memory)(?: (?:base|data|range|set))?)"
)
_SAY = (
    r"(?:answer|help|say|tell|provide|offer|find|shed|give|speak|comment|share|recall|identify|"
    r"confirm|place|verify|locate|recognise|recognize|speculate|access)"
)
_LACKING = r"(?:lack|lacking|missing|without|short of|unaware of|ignorant of|clueless about)"

_PHRASES = (
    rf"\bI(?:'m| am| was)\s+(?:(?:afraid|sorry|{_ADVERB}),?\s+)*{_NOT}\s+"
    rf"(?:{_ADVERB}\s+)*(?:been\s+)?{_KNOWING}\b",
    r"\bI(?:'m| am)\s+(?:\w+\s+)?(?:unaware|unable|unfamiliar|uninformed|unsure|uncertain|clueless|"
    r"stumped|blank|drawing a blank|at a loss|in the dark|at a disadvantage|ignorant)\b",
    r"\b(?:not|never)\s+(?:something|anything|someone|anyone|information|a (?:name|topic|subject)|"
    r"an area|a \w+)\s+(?:that\s+)?I(?:'m|'ve| am| have| know| can| recognise| recognize)",
    rf"\bI(?:'ve| have)?\s*(?:{_ADVERB}\s+)*(?:do|did|does|have|has|had|can|could|would|'ve|must)?"
    rf"\s*(?:{_ADVERB}\s+)*(?:n't|not|cannot|can't|never)\s+(?:{_ADVERB}\s+)*"
    r"(?:know|have|hold|possess|recall|recognise|recognize|heard?|learned|learnt|encountered|"
    r"come across|been|seem|find|found|met|seen|read|the faintest|familiar|say I)\b",
    rf"\bI\s+(?:can't|cannot|could not|couldn't|am unable to|can not)\s+(?:{_ADVERB}\s+)*{_SAY}\b",
    r"\bnever (?:heard|come across|encountered|met|read)\b",
    r"\bI (?:don't|do not) (?:think|believe) (?:that )?I(?:'ve| have)? (?:ever )?"
    r"(?:heard|come across|encountered|know)\b",
    rf"\b(?:I(?:'ve| have)?(?:\s+got)?|there(?:'s| is| are| seems? to be)|with|find|found|seem to "
    rf"have|due to(?: a)?)\s+(?:absolutely |currently |come up |really )?(?:no|{_LACKING})\s+"
    rf"(?:of )?(?:\w+\s+){{0,2}}{_FACTS}\b",
    rf"\bI(?:'m| am)?\s+(?:seem to\s+)?(?:\w+\s+)?{_LACKING}\s+(?:\w+\s+){{0,3}}{_FACTS}",
    rf"\black of (?:\w+\s+)?{_FACTS}",
    rf"\b(?:my|this)\s+(?:\w+\s+)?{_SOURCE}\s+(?:\w+\s+)?(?:(?:do|does|did|has|have|is|are)"
    r"(?:n't| not)|limited|lacks?|is limited)",
    rf"\b(?:isn't|is not|not|n't|hasn't been|beyond|outside|out of|past)\s+"
    rf"(?:\w+\s+){{0,2}}(?:in|within|of|covered by|included in|part of)?\s*my\s+"
    rf"(?:\w+\s+){{0,3}}(?:{_SOURCE}|scope|reach|field|area|range|ken|remit)",
    r"\b(?:not|n't) (?:been )?(?:included|covered|contained) in my\b",
    r"\bthere(?:'s| is| was) no (?:\w+ )?(?:of|by|with|called) that name\b|"
    r"\b(?:uncharted territory|unknown to me|new to me|blind spot in my|mystery to me)\b",
    r"\b(?:I(?:'ve| have)|something I(?:'ve| have)?)\s+yet to\b"
    r"|\bI need to (?:look|read) (?:it )?up"
    r"|\bsomething I need to look up\b",
    r"\bout of my (?:scope|depth|league)\b|\bbeats me\b|\bno (?:idea|clue)\b|\byour guess is as\b",
    r"\bcome up (?:short|empty)\b|\bdraw(?:ing|n)? (?:a )?blank\b|\bdoes(?:n't| not) ring a bell\b",
    r"\b(?:name|person|author|that|it|title)\s+(?:is|isn't|is not|'s not)\s+"
    r"(?:not\s+)?(?:one|someone|somebody|something)\s+I\b",
    r"\b(?:do|does|did|could|can|was|were)(?:n't| not|not) (?:find|found|locate|have) (?:any|a "
    r"record|anything|much|details|an answer|the answer)\b|\bno records?\b|"
    r"\bnot able to (?:"
    r"provide|answer|find|help|say)\b"
    r"|\b(?:decline|unable) to (?:answer|find|provide|help|say|access)\b",
    r"\bthat (?:topic|subject|question) is out of my\b|\bnot to my knowledge\b|\bnot that I know\b",
    r"^(?:sorry,? (?:but )?)?not sure\b|^(?:I )?(?:don't|dunno|do not) (?:know|recall)\b",
)
_IGNORANT = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES), re.IGNORECASE)
# What is quoted or conceded ("While there is no record of it, she ...") is not the reply's point.
_ASIDE = re.compile(r"\"[^\"]*\"|“[^”]*”|\b(?:while|although|though)\b[^,.]*,", re.IGNORECASE)


_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|《[^》]*》|「[^」]*」|『[^』]*』")
_MARKS = re.compile(r"[\u0640\u064b-\u065f\u0670]")  # Arabic vowel signs and stretched letters
_ENGLISH = re.compile(
    r"\b(?:the|and|she|his|her|this|with|who|for|that|it|are|were|has|have|known|by|from|its|their"
    r"|born|which)\b"
)
_DENSE = 90  # characters of a script that needs few of them for a sentence
_COURTESY, _COURTESY_DENSE = 60, 20  # characters in front of the phrase: "What a good question!"
_SCRIPTS: tuple[tuple[re.Pattern[str], tuple[str, ...], int], ...] = (
    (re.compile(r"[\u3041-\u30ff]"), ("ja",), _DENSE),
    (re.compile(r"[\uac00-\ud7af]"), ("ko",), _DENSE),
    (re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]"), ("zh",), _DENSE),
    (re.compile(r"[\u0600-\u06ff]"), ("ar",), _OPENING),
    (re.compile(r"[\u0900-\u097f]"), ("hi",), _OPENING),
    (re.compile(r"[\u0400-\u04ff]"), ("ru", "uk"), _OPENING),
)
_LATIN = ("es", "fr", "de", "it", "pt", "nl", "pl", "tr")


def is_ignorance(text: str) -> bool:
    """Say whether `text` opens with the speaker not knowing or unable to tell."""
    opening = _ASIDE.sub(" ", text.strip().translate(_CURLY))[:_OPENING]
    return _IGNORANT.search(opening) is not None or _elsewhere(text)


def _elsewhere(text: str) -> bool:
    """Is `text` ignorance in another language than English?"""
    plain = unicodedata.normalize("NFC", text[: 4 * _OPENING].translate(_CURLY))
    plain = " ".join(_QUOTED.sub(" ", _MARKS.sub("", plain)).lower().split())
    for script, languages, length in _SCRIPTS:
        if script.search(plain):
            return _fits(plain, languages, length)
    opening = plain[:_OPENING]
    if len(set(_ENGLISH.findall(opening))) > 1:
        return False
    return _fits(plain, _LATIN, _OPENING)


def _fits(opening: str, languages: tuple[str, ...], length: int) -> bool:
    lead = _COURTESY_DENSE if length == _DENSE else _COURTESY
    return any(phrases_of(language).fit(opening[:length], lead) for language in languages)
