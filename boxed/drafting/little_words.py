"""Little words of many languages: what stands around names and is none.

English has its own list in the guards; here are the words of questions, particles of names, titles
of respect, and for scripts without capitals the words that would recur as names do.
"""

from __future__ import annotations

import re

from guards.reading.wording import STOPWORDS

__all__ = [
    "ATTACHED",
    "CONNECTORS",
    "FRAME_AFTER",
    "FRAME_BEFORE",
    "HONORIFICS",
    "LITTLE",
    "ONLY_FRAME",
    "PARTICLES",
    "SUFFIXES",
]

PARTICLES = frozenset(
    ["af", "al", "ap", "av", "bar", "ben", "bin", "bint", "da", "dal", "das", "de", "degli",
     "del", "della", "der", "di", "do", "dos", "du", "el", "ibn", "la", "las", "le", "lo", "los",
     "san", "st.", "st", "ter", "ten", "van", "vom", "von", "vander", "y", "zu", "zum", "zur",
     "'t", "op", "den"]
)  # fmt: skip
"""What joins given names and surname and belongs to the surname."""

CONNECTORS = PARTICLES | frozenset(
    ["of", "the", "and", "&", "in", "for", "on", "at", "to", "with", "a", "an", "des", "die",
     "das", "und", "et", "e", "i", "from", "by", "as", "or", "les", "à", "aux"]
)  # fmt: skip
"""What may stand inside a name of any kind, such as a title or an institution."""

SUFFIXES = frozenset(
    ["jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]
)
HONORIFICS = frozenset(
    ["sir", "dame", "dr", "dr.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "prof", "prof.",
     "professor", "president", "king", "queen", "prince", "princess", "pope", "saint", "lord",
     "lady", "captain", "actor", "actress", "singer", "author", "poet", "emperor", "empress",
     "sheikh", "herr", "frau", "madame", "monsieur", "señor", "señora", "doña", "chancellor",
     "senator", "general"]
)  # fmt: skip

_ASKING = """
    name describe explain list state identify complete fill mention discuss summarize summarise
    provide find choose select define compare outline imagine suppose according besides apart
    before when where how does did has can was were are january february march april may june july
    august september october november december monday tuesday wednesday thursday friday saturday
    sunday yes no true false unknown i he she it they we you his her its their
    wer was wann wo wie warum welche welcher welches welchem welchen wurde hat ist war in im der die
    das den dem des ein eine er sie seine ihre
    qui que quoi quand où ou comment pourquoi quel quelle quels quelles est est-ce dans le la les
    il elle son sa ses avec à en de du
    quién quien qué que cuándo cuando dónde donde cómo como cuál cual por en el la los las de del
    con su sus él ella
    chi che cosa quando dove come perché quale quali il lo gli nel della
    quem quando onde qual quais como em seu sua o a os as
    wie wat wanneer waar hoe welk welke het een hij zij
    кто что где когда как какой какая какие каком какую почему сколько в на с из он она его её
    ποιος ποια πού πότε τι πώς ποιο στην στο ο η το
    kim ne nerede zaman hangi
"""  # noqa: RUF001  (letters of other alphabets)
_CASELESS = """
    में का की के को से पर ने और है हैं था थे थी हुआ हुई हुए क्या कौन कब कहाँ कहां कैसे किस किसने कितने कितनी किन
    वह यह उनका उनके उनकी उन्होंने उन्हें एक लिए साथ नाम सा सी कौनसा कौनसी वे इस उस जो या किया गया हो
    في من إلى على عن مع ما ماذا هو هي هل أين متى كيف كم لماذا التي الذي أي كان كانت ومتى وأين
    هذا هذه و أو قد تم أول اسم بعد قبل عام سنة ولد ولدت
    של את על עם מה מי איפה היכן מתי איך כמה למה הוא היא היה הייתה זה זו איזה איזו באיזה באיזו באיזה
    כן לא או גם אל מן שם שנת בשנת מהו מהי נולד נולדה
    무엇 누구 언제 어디 어떻게 왜 어느 어떤 무슨 몇 그 그녀 그는 그녀는 년 것 이름 가장 처음 때 수
    및 또는 태어난 있는 한 출생
    누구인가요 무엇인가요 언제인가요 어디인가요 어디에서 어디서 어디에 언제 태어났나요
    태어났습니까 했나요
    است در از به که با را چه کی کجا آیا و این آن او بود شد
    کیا کون کہاں کب کیسے ہے میں کا کی کے کو سے نے تھا تھی اور
"""
LITTLE = STOPWORDS | frozenset(_ASKING.split()) | frozenset(_CASELESS.split())
"""Words that are never a name by themselves, unless written so within a sentence."""

_FRAMES = (
    "何年|何歳|何人|何回|何曲|何という|何と|何|誰|出身地|出身|生年月日|生まれ|生|死|代表作|本名|出生地|映画|作品|監督|名前|"
    "什么时候|什麼時候|什么地方|什么|什麼|哪一年|哪年|哪里|哪裡|哪儿|哪个|哪個|哪些|哪部|哪首|哪位|哪|谁|誰|多少|"
    "怎么|怎麼|如何|为什么|為什麼|是否|出生|去世|因为|因為|请问|請問|以及|曾经|曾經|的|是|在|了|和|与|與|于|於|被|把|由|"
    "为|為|及|曾|有|吗|嗎|呢|他|她|它|第|年|月|日|几|幾|从|從|中|用|获得|獲得|主演|一|个|個|部|名|"
    "[\u3041-\u3096]|"
    "เมื่อไหร่|เมื่อไร|เมื่อใด|ที่ไหน|อะไร|ใคร|อย่างไร|ทำไม|เท่าไร|เท่าไหร่|กี่|เกิด|คือ|เป็น|ของ|ที่|ใน|และ|ได้|เมื่อ|"
    "ปี|เคย|ชื่อ|จาก|มี|หรือ|เขา|เธอ|ว่า|เรื่อง|เพลง|ไหน|จังหวัด|ใด|แต่ง|โดย|ด้วย|กับ|อายุ|"
    "무엇|누구|언제|어디|어떻게|어느|어떤|무슨|몇|이름|가장|처음|태어났나요|태어났습니까|태어난|했나요|인가요|입니까|"
    "에서는|에서|에게서|에게|으로|까지|부터|이라는|라는|입니다|이다|께서|은|는|이|가|을|를|의|"
    "에|와|과|도|로|만|년| "
)
ONLY_FRAME = re.compile(f"(?:{_FRAMES})+")
"""A run of question words and particles of a script without spaces, and nothing else."""
FRAME_BEFORE = re.compile(f"(?:{_FRAMES})\\Z")
"""Such a word at the end of a run."""
FRAME_AFTER = re.compile(f"(?:{_FRAMES})")
"""Such a word at the beginning of a run."""
ATTACHED = re.compile(r"(?:وال|بال|لل|ول|وب|[وفبلك]|[והבלכמש])")
"""Conjunctions and prepositions that Arabic and Hebrew write before a word."""
