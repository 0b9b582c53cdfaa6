"""Names are found in disguise, and only where they stand."""

import pytest

from guards.names.mentions import MentionIndex

INDEX = MentionIndex.build(
    [(0, "Hsiao Yun-Hwa"), (1, "Theo"), (2, "Anna"), (3, "李白"), (4, "Isabel Ali"), (5, "Lee Ho")]
)


def found(text: str) -> set[int]:
    return {mention.policy for mention in INDEX.find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Hsiao Yun-Hwa", "hsiao yun hwa", "HSIAO YUN-HWA'S", "HsiaoYunHwa",
        "H s i a o  Y u n  H w a",
        "H-s-i-a-o-Y-u-n-H-w-a", "**Hs**iao _Yun_-Hwa", "<i>H</i>siao Yun-Hwa", "Hs1@0 Yun-Hwa",
        "Hsi\u200bao Yun-Hwa", "\uff28\uff53iao Yun-Hwa", "H\u0455iao Yun-Hwa",
        "aw\u0048-nuY oaisH",
        "Ufvnb Lha-Ujn", "H&#115;iao&nbsp;Yun-Hwa", "Hsiao%20Yun-Hwa", "H\\u0073iao Yun-Hwa",
        "Hs\u0301iao Yun\u2010Hwa", "H\U000e0073siao Yun-Hwa", "Hsiao\nYun-Hwa", "Hsiao Yun-Hwas",
    ],
)  # fmt: skip
def test_disguised_names_are_found(text: str) -> None:
    assert found(f"It is {text}, I think.") == {0}
    assert found(text) == {0}


@pytest.mark.parametrize(
    "text",
    [
        "Annabel", "Joanna", "at the o'clock", "the old", "Hsiao", "Yun-Hwa", "all is well, Isabel",
        "an nail", "Ann a", "白李", "flee home", "Le eHo", "Anna\u200bbel", "Isabel all",
    ],
)  # fmt: skip
def test_other_words_are_not(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("by Anna.", 3, 7),
        ("by \uff21n\u200bna.", 3, 8),
        ("by A&#110;na.", 3, 12),
        ("我喜欢李白的诗", 3, 5),
        ("Hi Anna!", 3, 7),
        ("Anna2", 0, 4),
    ],
)
def test_offsets_are_raw(text: str, start: int, end: int) -> None:
    mention = INDEX.find(text)[0]
    assert (mention.start, mention.end) == (start, end)


def test_leetspeak_reads_one_as_i_and_as_l() -> None:
    assert found("1sabe1 A1i") == {4}
    assert found("7h30") == set(), "half of a name must be written in letters"


def test_a_name_may_belong_to_several_policies() -> None:
    index = MentionIndex.build([(0, "Anna"), (7, "ANNA"), (7, "Annas")])
    assert {m.policy for m in index.find("Anna")} == {0, 7}


def test_live_and_exempt() -> None:
    spoken = frozenset(m.key for m in INDEX.find("Anna and 李白"))
    assert INDEX.find("a\u200bnna ANNA'S 李白", exempt=spoken) == []
    assert {m.policy for m in INDEX.find("Anna, Theo", exempt=spoken)} == {1}
    assert {m.policy for m in INDEX.find("Anna, Theo", live=lambda n: n != 1)} == {2}


def test_a_name_without_letters_is_an_error() -> None:
    with pytest.raises(ValueError, match="policy number 3"):
        MentionIndex.build([(3, "?!")])


def test_long_names_and_wide_gaps() -> None:
    index = MentionIndex.build([(0, "A Very Long Title " * 20)])
    assert index.find("a very long title " * 20)
    assert not INDEX.find("Hsiao" + " " * 40 + "Yun-Hwa")


def test_order_is_stable() -> None:
    text = "Theo, Anna, 李白 and Anna"
    assert INDEX.find(text) == INDEX.find(text)
    assert [m.end for m in INDEX.find(text)] == sorted(m.end for m in INDEX.find(text))
