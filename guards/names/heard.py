"""How a word may be heard, as classes of sounds: capitals for consonants, a, i and u for vowels.

    heard_in_latin("gates")                  ->  ("KaTiS", "SaTiS", ...)
    heard_elsewhere("geyts", "cyrillic")     ->  ("KiTS", "KiS", ...)

Consonants that scripts do not keep apart are one class (b, p, f, v; d, t; g, k; s, z, j, sh), and
letters that are read in several ways give several results. The tables are rules of spelling, in the
language of the name and in the script's transliterations; none knows a name.
"""

import re
from functools import lru_cache

__all__ = ["heard_elsewhere", "heard_in_latin"]

_MOST = 32  # ways to hear one word
_ONE = {
    **dict.fromkeys("bpf", ("P",)), **dict.fromkeys("dt", ("T",)), **dict.fromkeys("kq", ("K",)),
    **dict.fromkeys("sz", ("S",)), "l": ("L",), "r": ("R",), "m": ("M",), "n": ("N",),
    "a": ("a",), **dict.fromkeys("eiy", ("i",)), **dict.fromkeys("ou", ("u",)),
}  # fmt: skip

# What is spelled > how it may be heard, in any of these ways. The first rule that fits counts.
_LATIN = r"""
    tsch>S sch>S,SK tch>S,TK,TS tsh>S sh>S ch(?=[rl])>K ch>S,K ck>K ph>P ^kn>N,KN ^gn>N,KN ^wr>R
    wh>u,P,uK gh(?=t|$)>,K,KP gh>K, th>T,S dg(?=[ei])>S,TK qu>KP,Ku,K x>KS,S mc(?=[^eiy])>MaK,MK
    cc(?=[eiy])>KS,S,K c(?=[eiy])>S,K c>K g(?=[eiy])>K,S gg>K g>K j>S,i,K ng>NK,N,NS w>u,P v>P,u
    h(?=[aeiouy])>,K h>,P ts|tz|zz>S,TS z>S,TS m(?=[bp])>M,N b(?=$|s$)>P, l(?=[kmfdtsvp])>L,
    (?<=[aeiouy])r(?![aeiouyr])|re?$>R, (?<=[^aeiouy])e(?=s?$)>i, ee|ea|ie|ei|ey|y>i
    oo|ou|ow|oa|u>u au|aw>u,au
"""
_SHARED = r"""
    shch>S tsh|dzh|tzh|tch>S,TS ts|tz|dz>S,TS sh|zh|ch>S kh>K, gh>K, ph>P th>T,S x>KS j>S,K
    w>u,P v>P,u h>,K m(?=[^aeiouy])>M,N g>K c>K,S '|\u02bf>
"""
_SCRIPTS = {
    "cyrillic": r"""
        ^g>K, '>
    """,
    "greek": r"""
        ntz>NS,NTS goy|goi>u,Ku gk>K nt>T,NT mp>P,MP oy>u ay>aP,au ey>iP kch>K ch>,K,S tz>S,TS
        ^gi(?=[aeiou])>i,Ki
    """,
    "arabic": r"""
        ^'>a '>a, ^ħ>a,K ħ>,K tsh>S gh>K kh>K dh|th>T,S w>u,P j>S,K y>i, q>K
    """,
    "hebrew": r"""
        ts'|z'>S,K g'>S,K ts>S,TS vv>u,P v>u,P kh>K '>a, y>i h>,K,a b>P
    """,
    "devanagari": r"""
        mm>MN,M ng|nj>NK,NS j'>S (?<=[kgtdpbc])h> ch>S,K
    """,
    "katakana": r"""
        tsu>S,T,TS t(?=[kpstcg])> (?<=[ksztjnhbpmrgd])iy(?=[auo])> tei|toi>Ti dei>Ti fui>Pi
        (?:ch|j|sh)iy(?=[auo])>S,TS,T chi>Si,Ti ji>Si,TSi shi>Si hu>,P fu>P, h> r>R
    """,
    "hangul": r"""
        jj|ch|j>S,TS eu> ae>a,i eo>u,a h>,P ss>S ng(?=[^aeiou]|$)>NK,N [ts](?=$|[^aeiouy])>T,S
        g(?=$|[^aeiou])>K p>P
    """,
    "han": r"""
        zh|sh|ch>S,T er$|er(?=[^aeiou])>R, x(?=i)>S,K, x>S,K [jq](?=[iu])>S,K c|z|s>S h> w>u,P
        f>P, n?g(?=$|[^aeiou])>N,NK n(?=$|[^aeiou])>N r>R,S y>i
    """,
}

_Rules = tuple[re.Pattern[str], tuple[tuple[str, ...], ...]]


def _compiled(rules: str) -> _Rules:
    """One pattern with a group for each rule, of which the first that fits matches."""
    pairs = [rule.split(">") for rule in rules.split()]
    pattern = "|".join(f"({spelled})" for spelled, _ in pairs)
    return re.compile(pattern), tuple(tuple(heard.split(",")) for _, heard in pairs)


_LATIN_RULES = _compiled(_LATIN)
_RULES = {script: _compiled(f"{rules} {_SHARED}") for script, rules in _SCRIPTS.items()}
_DOUBLED = re.compile(r"(.)\1+")


def heard_in_latin(word: str) -> tuple[str, ...]:
    """How a folded word of Latin letters may be heard."""
    return _heard(word, _LATIN_RULES)


@lru_cache(maxsize=16384)
def heard_elsewhere(word: str, script: str) -> tuple[str, ...]:
    """How a romanised word of `script` may be heard."""
    return _heard(word.lower(), _RULES[script])


def _heard(word: str, rules: _Rules) -> tuple[str, ...]:
    pattern, ways = rules
    found = [""]
    at = 0
    while at < len(word):
        match = pattern.match(word, at)
        if match is None or match.end() == at:
            heard = _ONE.get(word[at], ("",))
            at += 1
        else:
            heard = ways[(match.lastindex or 1) - 1]
            at = match.end()
        if len(heard) == 1:
            found = [text + heard[0] for text in found] if heard[0] else found
        else:
            found = [text + way for text in found for way in heard][:_MOST]
    return tuple(dict.fromkeys(_DOUBLED.sub(r"\1", text) for text in found))
