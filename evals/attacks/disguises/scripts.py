"""Names in other scripts, by rules of sound good enough for names.

    cyrillic("Stephen King")  ->  "Стефен Кинг"

Each table maps Latin spellings, longest first, to the script's letters. Kana, hangul and Chinese
are built of syllables: a consonant without a vowel gets the script's filler. An official spelling
differs in a letter or two; whoever reads the script knows who is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from evals.attacks.disguise import Disguise, plainly
from evals.attacks.names import bare

__all__ = ["SCRIPTS"]


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


_CYRILLIC = _pairs(
    "sch=ш tch=ч ch=ч sh=ш ph=ф th=т ck=к qu=кв oo=у ee=и ea=и kh=х zh=ж ts=ц ya=я yu=ю wh=у "
    "a=а b=б c=к d=д e=е f=ф g=г h=х i=и j=дж k=к l=л m=м n=н o=о p=п q=к r=р s=с t=т u=у v=в w=у "
    "x=кс y=и z=з"
)
_GREEK = _pairs(
    "ph=φ th=θ ch=χ ps=ψ sh=σ ck=κ qu=κου oo=ου ee=ι ou=ου a=α b=μπ c=κ d=ντ e=ε f=φ g=γκ h=χ i=ι "
    "j=τζ k=κ l=λ m=μ n=ν o=ο p=π q=κ r=ρ s=σ t=τ u=ου v=β w=γου x=ξ y=ι z=ζ"
)
_ARABIC = _pairs(
    "sh=ش ch=تش th=ث ph=ف kh=خ gh=غ ck=ك qu=كو oo=و ee=ي a=ا b=ب c=ك d=د e=ي f=ف g=غ h=ه i=ي j=ج "
    "k=ك l=ل m=م n=ن o=و p=ب q=ق r=ر s=س t=ت u=و v=ف w=و x=كس y=ي z=ز"
)
_HEBREW = _pairs(
    "sh=ש ch=צ' th=ת ph=פ kh=ח ts=צ ck=ק qu=קו oo=ו ee=י a=א b=ב c=ק d=ד e=א f=פ g=ג h=ה i=י j=ג' "
    "k=ק l=ל m=מ n=נ o=ו p=פ q=ק r=ר s=ס t=ט u=ו v=ו w=ו x=קס y=י z=ז"
)
_HEBREW_FINAL = str.maketrans("מנצפכ", "םןץףך")
_DEVANAGARI = _pairs(
    "sh=श ch=च th=थ ph=फ kh=ख gh=घ ck=क b=ब c=क d=ड f=फ g=ग h=ह j=ज k=क l=ल m=म n=न p=प q=क r=र "
    "s=स t=ट v=व w=व x=क्स y=य z=ज़"
)
_DEVANAGARI_SIGNS = _pairs("oo=ू ee=ी ai=ै au=ौ a=ा e=े i=ि o=ो u=ु")
_DEVANAGARI_VOWELS = _pairs("oo=ऊ ee=ई ai=ऐ au=औ a=आ e=ए i=इ o=ओ u=उ")
_KANA_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サシスセソ", "z": "ザジズゼゾ",
    "t": "タティトゥテト", "d": "ダディドゥデド", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "b": "バビブベボ", "p": "パピプペポ", "m": "マミムメモ", "y": "ヤイユイェヨ", "r": "ラリルレロ",
    "w": "ワウィウウェウォ", "f": "ファフィフフェフォ", "v": "ヴァヴィヴヴェヴォ",
    "j": "ジャジジュジェジョ", "sh": "シャシシュシェショ", "ch": "チャチチュチェチョ",
}  # fmt: skip
_SMALL = "ァィゥェォャュョ"
_HANGUL_LEADS = _pairs(
    "g=0 k=15 n=2 d=3 t=16 r=5 l=5 m=6 b=7 p=17 s=9 sh=9 j=12 z=12 ch=14 h=18 f=17 v=7 w=11 y=11"
)
_HANGUL_VOWELS = _pairs("a=0 e=5 i=20 o=8 u=13")
_HANGUL_TAILS = _pairs("n=4 m=16 l=8 r=8 k=1 g=1 p=17 b=17 t=19 d=19 ng=21")
_HANGUL_FIRST, _NO_LEAD, _FILLER = 0xAC00, 11, 18
_CHINESE = {
    "": "阿伊乌埃奥", "b": "巴比布贝博", "p": "帕皮普佩波", "m": "马米穆梅莫", "f": "法菲弗费福",
    "d": "达迪杜德多", "t": "塔蒂图特托", "n": "纳尼努内诺", "l": "拉利卢莱洛", "r": "拉里鲁雷罗",
    "g": "加吉古格戈", "k": "卡基库克科", "h": "哈希胡赫霍", "j": "贾吉朱杰乔", "ch": "查奇丘切乔",
    "sh": "沙希舒谢肖", "z": "扎齐祖泽佐", "s": "萨西苏塞索", "w": "瓦维武韦沃", "v": "瓦维武韦沃",
    "y": "亚伊尤耶约",
}  # fmt: skip
_CHINESE_ALONE = _pairs(
    "b=布 p=普 m=姆 f=夫 d=德 t=特 n=恩 l=尔 r=尔 g=格 k=克 h=赫 j=奇 ch=奇 sh=什 z=兹 s=斯 w=乌 "
    "v=夫 y=伊"
)
_SPELLINGS = (
    ("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("oo", "u"), ("ee", "i"),
    ("ea", "i"), ("sch", "sh"), ("tch", "ch"), ("wh", "w"), ("q", "k"), ("ce", "se"), ("ci", "si"),
)  # fmt: skip
_BORDER = re.compile(r"c(?!h)")
_SYLLABLE = re.compile(r"(sh|ch|[bdfghjklmnprstvwyz])?([aeiou])|(sh|ch|[bdfghjklmnprstvwyz])")


def _by_rule(table: dict[str, str]) -> Callable[[str], str]:
    run = re.compile("|".join(sorted(table, key=len, reverse=True)))

    def write(text: str) -> str:
        words = run.sub(lambda found: table[found[0]], bare(text).lower()).split()
        return " ".join(word.capitalize() for word in words)

    return write


def _hebrew(text: str) -> str:
    words = _by_rule(_HEBREW)(text).split()
    return " ".join(word[:-1] + word[-1].translate(_HEBREW_FINAL) for word in words)


def _devanagari(text: str) -> str:
    sounds = re.compile("|".join([*_DEVANAGARI, *_DEVANAGARI_VOWELS]))

    def word(letters: str) -> str:
        out, after_consonant = "", False
        for sound in sounds.findall(letters):
            if sound in _DEVANAGARI:
                out += ("्" if after_consonant else "") + _DEVANAGARI[sound]
            else:
                out += (_DEVANAGARI_SIGNS if after_consonant else _DEVANAGARI_VOWELS)[sound]
            after_consonant = sound in _DEVANAGARI
        return out

    return " ".join(map(word, bare(text).lower().split()))


def _sounds(word: str) -> list[tuple[str, str]]:
    """Consonant and vowel of each syllable; one of the two may be empty."""
    for old, new in _SPELLINGS:
        word = word.replace(old, new)
    word = _BORDER.sub("k", word)
    return [(c or alone, vowel) for c, vowel, alone in _SYLLABLE.findall(word)]


def _kana_row(row: str) -> list[str]:
    """The five syllables of a row; a small letter belongs to the one before it."""
    found: list[str] = []
    for char in row:
        if char in _SMALL:
            found[-1] += char
        else:
            found.append(char)
    return found


def _kana(text: str) -> str:
    def syllable(consonant: str, vowel: str) -> str:
        if not vowel:
            if consonant == "n":
                return "ン"
            vowel = "o" if consonant in ("t", "d") else "u"
        row = _kana_row(_KANA_ROWS["r" if consonant == "l" else consonant])
        return row["aiueo".index(vowel)]

    words = bare(text).lower().split()
    return "・".join("".join(syllable(*sound) for sound in _sounds(word)) for word in words)


def _hangul(text: str) -> str:
    def block(lead: int, vowel: int, tail: int = 0) -> str:
        return chr(_HANGUL_FIRST + (lead * 21 + vowel) * 28 + tail)

    def word(letters: str) -> str:
        blocks: list[list[int]] = []
        for consonant, vowel in _sounds(letters):
            if vowel:
                lead = int(_HANGUL_LEADS.get(consonant, _NO_LEAD))
                blocks.append([lead, int(_HANGUL_VOWELS[vowel]), 0])
            elif blocks and blocks[-1][2] == 0 and consonant in _HANGUL_TAILS:
                blocks[-1][2] = int(_HANGUL_TAILS[consonant])
            else:
                blocks.append([int(_HANGUL_LEADS.get(consonant, _NO_LEAD)), _FILLER, 0])
        return "".join(block(*one) for one in blocks)

    return " ".join(map(word, bare(text).lower().split()))


def _chinese(text: str) -> str:
    def syllable(consonant: str, vowel: str) -> str:
        if not vowel:
            return _CHINESE_ALONE[consonant]
        return _CHINESE[consonant]["aiueo".index(vowel)]

    words = bare(text).lower().split()
    return "·".join("".join(syllable(*sound) for sound in _sounds(word)) for word in words)


def _script(name: str, write: Callable[[str], str]) -> Disguise:
    return Disguise(name, "", plainly(write), for_text=False)


SCRIPTS: tuple[Disguise, ...] = (
    _script("cyrillic", _by_rule(_CYRILLIC)),
    _script("greek", _by_rule(_GREEK)),
    _script("arabic", _by_rule(_ARABIC)),
    _script("hebrew", _hebrew),
    _script("devanagari", _devanagari),
    _script("kana", _kana),
    _script("hangul", _hangul),
    _script("chinese", _chinese),
)
"""Scripts that names are written in, of a name alone."""
