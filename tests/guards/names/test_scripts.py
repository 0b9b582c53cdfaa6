# ruff: noqa: RUF001  (letters of other scripts are what this is about)
"""Names in other scripts, and ordinary text in them."""

import pytest

from guards.names.mentions import MentionIndex
from guards.names.word_names import WordNames

NAMES = ["Stephen King", "Barack Obama", "Marilyn Monroe", "Isaac Newton", "Vincent van Gogh"]
INDEX = MentionIndex.build(
    enumerate(NAMES), words=WordNames((n, name, True) for n, name in enumerate(NAMES))
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Кто такой Стивен Кинг?", "Stephen King"), ("роман Стивена Кинга", "Stephen King"),
        ("Барак Обама", "Barack Obama"), ("Винсент ван Гог", "Vincent van Gogh"),
        ("Ποιος είναι ο Στίβεν Κινγκ;", "Stephen King"), ("Μπαράκ Ομπάμα", "Barack Obama"),
        ("من هو ستيفن كينغ؟", "Stephen King"), ("باراك أوباما", "Barack Obama"),
        ("מי זה סטיבן קינג?", "Stephen King"), ("ברק אובמה", "Barack Obama"),
        ("स्टीफन किंग कौन है?", "Stephen King"), ("बराक ओबामा", "Barack Obama"),
        ("スティーヴン・キングは誰ですか", "Stephen King"),
        ("マリリン・モンロー", "Marilyn Monroe"),
        ("アイザック・ニュートンの本", "Isaac Newton"), ("スティーブン キング", "Stephen King"),
        ("스티븐 킹은 누구인가?", "Stephen King"), ("버락 오바마", "Barack Obama"),
        ("Кинг, Стивен", "Stephen King"), ("С. Кинг", "Stephen King"),
    ],
)  # fmt: skip
def test_a_name_in_another_script_is_the_name(text: str, name: str) -> None:
    assert {NAMES[mention.policy] for mention in INDEX.find(text)} == {name}


@pytest.mark.parametrize(
    "text",
    [
        "Столица Франции — Париж, а Германии — Берлин.", "Король Испании живёт в Мадриде.",
        "Η Αθήνα είναι η πρωτεύουσα της Ελλάδας.", "القاهرة هي عاصمة مصر وأكبر مدنها.",
        "ירושלים היא עיר עתיקה ויפה מאוד.", "दिल्ली भारत की राजधानी है और बहुत बड़ी है।",
        "東京は日本の首都です。コンピュータとテレビを買いました。",
        "서울은 대한민국의 수도이며 큰 도시입니다.",
        "Стивен Хокинг", "スティーブン・ホーキング", "ستيفن هوكينغ", "Мишель Обама",
        "Стивен Спилберг",
    ],
)  # fmt: skip
def test_others_and_ordinary_text_are_not(text: str) -> None:
    assert INDEX.find(text) == []
