"""How a surname is used in its sentence: as a person's name, or in the name of a thing.

    is_thing("Which pressure does a Kunis valve need?", 26, 31)    ->  True
    is_thing("What did the Kunis interview reveal?", 13, 18)       ->  False
    is_person("Which novel did King write first?", 16, 20)         ->  True

"A Kunis valve" has an article in front and a small-letter noun behind: a valve called after
somebody. Only where that noun is a part of a life (an interview, a wedding, a novel) does the name
still stand for the person. These are rules of English writing; they know nothing of any subject.
"""

import re

__all__ = ["is_person", "is_thing"]

_EDGE = 32  # characters in front of a name and behind it that are looked at
_SHORT_NOUN = 4  # letters of seeds and beds, which are no verbs in the past
_ARTICLE = re.compile(
    r"(?<!\w)(?:an?|the|every|each|any|some|no|most|many|one|two|old|new|my|our|your|their)\s{1,2}"
    r"(?:(?:old|new|first|last|modern|original|classic|famous|small|large|big|little|standard|"
    r"typical|usual|local|former)\s)?(?:(?:van|von|der|den|de|del|della|di|da|du|la|le|al|el|bin|"
    r"ibn)\s){0,2}\Z|"
    r"(?:\A|[.?!:\n]\s*)(?:this|that|these|those|which|what)\s{1,2}\Z",
    re.IGNORECASE,
)
_NOUN = re.compile(r"(?:['\u2019]s?)?[ -]([a-z][a-z-]{2,24})(?![\w-])(?! (?:who|whom)\b)")
_NO_NOUN_WORDS = """
    about above after again against ago all also although always and any are around because been
    before began behind being below beside best between both but came can cannot could died did
    does done down during each either ever every few first for from gave get goes got had has
    have having her here his how however if into its itself just knew last later left less like
    made many may mentioned met might more most much must named near never nor not now off often
    only onto other our out over per quite rather really said same sang saw says shall she
    should since some soon starred still such take than that the their them then there these
    they this those though through thus till too took toward towards under until upon used very
    was went were what when where whether which while who whom whose why will with within
    without won would wrote yet you your
"""
_NO_NOUN = frozenset(_NO_NOUN_WORDS.split())
"""Words behind a name that are not called after it: verbs in the past, links, adverbs."""
_OF_A_LIFE_WORDS = """
    ad ads affair age album albums ancestry arrest article articles audition autobiography award
    baby ballad ballads band biography birth birthday birthplace book books boyfriend break-up
    brother brothers cameo campaign career catalog catalogue character characters child
    childhood children classic co-star collaboration collection comeback comedy comment comments
    concert contract controversy couple daughter daughters death debut diary discography divorce
    documentary drama drawing drawings dynasty early-life education endorsement engagement era
    essay essays estate ex-husband ex-wife exhibition face fame family fan fandom fans father
    film films fiancee filmography fortune foundation friend friends funeral girlfriend hair
    haircut hit hits home house household husband impression interview interviews joke jokes
    kids legacy letter letters life look lyric lyrics lawsuit line lines manuscript manuscripts
    marriage memoir memoirs mother movie movies murder museum music name net-worth nickname
    novel novella novels obituary opinion original painting paintings parody part paternity
    performance period persona photo photograph photographs photos picture pictures play plays
    poem poems poetry political portrait portraits portrayal prize pseudonym quotation quote
    quotes record records relationship religion remark remarks retrospective role roles romance
    romances salary scandal scene scenes school screenplay script self-portrait series set
    shooting short show siblings sidekick single singles sister sisters sitcom sketch sketches
    smile son song songs sons soundtrack speech speeches spin-off split stories story style
    suicide surname tattoo thriller tour track tracks tragedy trial triple-album twins vehicle
    version video videos villain voice wedding western widow wife will work works
"""
_OF_A_LIFE = frozenset(_OF_A_LIFE_WORDS.split())
"""What people have, make and go through: before it, their name is theirs."""
_FIRM = re.compile(
    r",?\s*(?:&|and)\s+(?:sons?|daughters?|co|company|bro(?:ther)?s|partners|associates)\b|"
    r"\s+vs?\.?\s+[A-Z]",
    re.IGNORECASE,
)
_FAMILY_S = re.compile(r" family ([a-z][a-z-]{2,24})(?![\w-])")
_ONE_OF_THEM = re.compile(r"(?<!\w)(?:an?|another|any|every|each|no)\s{1,2}\Z", re.IGNORECASE)
_ASKED = re.compile(
    r"\b(?:did|does|do|was|is|has|had|were|are|will|would|can|could|by|of|for|with|from|to|about|"
    r"and|featur\w+|starr\w+|cast|married|interview\w*|born|sir|dame|mr|mrs|ms|miss|author|actor|"
    r"actress|singer|writer|artist|played|hir\w+|cost|pa(?:y|id)|that|where|when|how|why|which|"
    r"film|movie|novel|book|song|album|series|role|year)\W{1,3}\Z",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"['\u2019]s?\s|\s?\(|,? who(?:m|se)?\b|,? (?:I{1,3}V?|[JS]r\b)|"
    r"(?:,[^,?!]{0,60},)?\s(?:also |first |later |then |now |once |often |is |has |was )?"
    r"(?:is|was|were|are|has|had|did|does|will|would|could|can|be|been|born|\w{2,}ed|"
    r"won|wrote|written|made|began|become|became|sang|sung|left|got|gave|given|took|taken|went|"
    r"gone|said|say|says|met|meet|knew|grew|sold|led|found|told|kept|held|paid|lost|fell|spoke|"
    r"drew|taught|thought|wed|\w{3,}s|act|appear|attend|write|play|star|sing|paint|direct|win|work|"
    r"study|live|die|go|get|make|marry|date|begin|start|receive|release|portray|perform|record|"
    r"publish|join|move|earn|voice|produce|graduate|host|drop|leave|sign|use|have|do|come|take|"
    r"grow|create|collaborate|pursue|contribute|interpret\w*|a(?:-t-| )\w+|ha|est|nació|hat|wurde)"
    r"(?!\w)",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(r"['\"\u2019\u201d)]?\s*(?:[?.!,:;]|\Z)")


def is_thing(text: str, start: int, end: int) -> bool:
    """Is the name at these offsets in the name of a thing: an article before, its noun behind?

    Or in a firm's or a lawsuit's (King & Sons, King v. Ohio).
    """
    if _FIRM.match(text, end, end + _EDGE):
        return True
    if not _ARTICLE.search(text, max(0, start - _EDGE), start):
        return False
    noun = _NOUN.match(text, end, end + _EDGE)
    owned = _FAMILY_S.match(text, end, end + _EDGE)
    if owned is not None and not owned[1].endswith("ed"):  # the family's bakery, not "moved"
        noun = owned
    if noun is None or (noun[1].endswith("ed") and len(noun[1]) > _SHORT_NOUN):
        return False
    return noun[1] not in _NO_NOUN and noun[1] not in _OF_A_LIFE


def is_person(text: str, start: int, end: int) -> bool:
    """Is the name at these offsets one whose bearer does, has or undergoes something?"""
    if is_thing(text, start, end) or _ONE_OF_THEM.search(text, max(0, start - _EDGE), start):
        return False
    noun = _NOUN.match(text, end, end + _EDGE)
    if _TELLS.match(text, end, end + _EDGE + 32) or (noun and noun[1] in _OF_A_LIFE):
        return True
    asked = _ASKED.search(text, max(0, start - _EDGE), start) is not None
    return asked and (_AT_THE_END.match(text, end) is not None or text[end : end + 1] in " '\u2019")
