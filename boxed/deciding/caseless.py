"""Whether a question in a script without capitals says what it is about.

    says_its_subject("法国的首都是哪里？")      ->  True       "Where is the capital of France?"
    says_its_subject("出生在哪里？")            ->  False      "Where born?"

Chinese, Japanese, Hindi and Arabic leave a known subject out, and mark no name. Such a question has
a subject of its own if it holds more than question words, and nothing that one asks of somebody:
birth, kin, works. In doubt it has none.
"""

# ruff: noqa: RUF002 - marks and letters of other scripts
from __future__ import annotations

import re

__all__ = ["is_caseless", "says_its_subject"]

_CASELESS = re.compile(r"[\u0620-\u064a\u0671-\u06d3\u0904-\u0939\u3041-\u30ff\u3400-\u9fff]")
_OF_SOMEBODY = re.compile(
    r"出生|生日|生于|誕生|诞生|去世|逝|死|亡|年[龄齡齢]|多大|几岁|幾歲|何歳|歳|岁|结婚|結婚|嫁|娶|妻|夫|配偶|"
    r"老公|老婆|孩子|子女|子供|子ども|儿子|兒子|息子|女儿|女兒|娘|父|母|爸|妈|媽|兄|弟|姐|姉|妹|哥|家庭|家人|"
    r"家族|电影|電影|影片|映画|作品|(?<![图圖])[书書](?![馆館店架包])|(?<!日)本(?![州社部人来當当])|小说|小説|小說|歌|曲|专辑|專輯|アルバム|角色|饰|飾|演|役|奖|獎|賞|"
    r"职业|職業|工作|仕事|住|身高|身長|国籍|國籍|有名|出名|成名|名字|名前|第一(?!次世界)|首次|最初|最后|最後|初め|生まれ|"
    r"जन्म|पैदा|मृत्यु|मर|उम्र|आयु|शादी|विवाह|पत्नी|पति|बच्च|बेट|माता|पिता|माँ|भाई|बहन|परिवार|फ़िल्म|फिल्म|"
    r"किताब|पुस्तक|गान|गीत|एल्बम|भूमिका|पुरस्कार|पेशा|काम|रह|कद|राष्ट्रीयता|नाम|पहल|"
    r"ولد|ميلاد|توف|مات|عمر|تزوج|زوج|طفل|طفال|ولاد|ابن|بنت|والد|أب|أم|أخ|عائل|فيلم|فلام|كتاب|كتب|رواي|"
    r"أغني|لبوم|دور|جائز|جوائز|مهن|عمل|عيش|سكن|طول|جنسي|اسم|أول|شهر"
)
_EMPTY = re.compile(
    r"什么|什麼|哪里|哪裡|哪儿|何时|何時|怎么|怎麼|为什么|為什麼|多少|请问|請問|那么|还有|還有|以及|"
    r"なに|なん|どこ|いつ|だれ|どう|なぜ|どの|です|ます|でし|まし|ください|について|教えて|"
    r"[的是在谁誰了吗嗎呢有几幾和哪何はがをにのへとでかも]"
    r"|(?<!\S)(?:क्या|कौन|कब|कहाँ|कहां|कैसे|क्यों|कितन\S|है|हैं|था|थी|थे|और|का|की|के|को|में|से|ने|पर)(?!\S)"
    r"|(?<!\S)و?(?:ما|ماذا|من|متى|أين|كيف|كم|لماذا|أي|هل|هو|هي|في|على|إلى|عن|كان|كانت)(?!\S)"
)
_LETTERS = re.compile(r"[^\W\d_]")
_FEWEST = 2  # letters beside question words: a country may have no more


def is_caseless(question: str) -> bool:
    """Does it hold letters of one of these scripts?"""
    return _CASELESS.search(question) is not None


def says_its_subject(question: str) -> bool:
    """Does a question in such a script hold a subject of its own?"""
    if _OF_SOMEBODY.search(question) is not None:
        return False
    return len(_LETTERS.findall(_EMPTY.sub(" ", question))) >= _FEWEST
