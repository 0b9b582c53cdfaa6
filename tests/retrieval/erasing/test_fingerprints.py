"""The guard at ingest: erased text does not come back, and other text is let in."""

import json
import os
import random
import sqlite3
import stat
from pathlib import Path

import pytest
from coined_text import edited, piece, prose

from retrieval.erasing.fingerprints import FingerprintError, Fingerprints

KEY = b"k" * 32
PUBLISHED = os.environ.get("BOXED_DATA")


@pytest.fixture
def guard(tmp_path: Path):
    with Fingerprints(tmp_path / "fingerprints.sqlite", KEY) as opened:
        yield opened


def test_an_erased_document_is_refused_with_its_receipt(guard: Fingerprints):
    rng = random.Random(1)
    texts = [prose(400, rng) for _ in range(4)]
    for number, text in enumerate(texts[:3]):
        guard.record(f"R-{number:06d}", guard.marks([text]))
    assert guard.refusal(texts[1], []) == "R-000001"
    assert guard.refusal(texts[1].upper().replace(" ", "\n"), []) == "R-000001"
    assert guard.refusal(texts[3], []) is None


def test_nothing_recorded_refuses_nothing(guard: Fingerprints):
    assert guard.refusal("Any text that somebody may have written.", []) is None
    guard.record("R-000001", guard.marks(["", "?!"]))
    assert guard.refusal("", []) is None


@pytest.mark.parametrize(("words", "count"), [(80, 40), (200, 30), (800, 8)])
def test_copies_with_a_fifth_of_the_words_changed_are_refused_and_others_are_not(
    guard: Fingerprints, words: int, count: int
):
    rng = random.Random(words)
    texts = [prose(words, rng) for _ in range(count)]
    for number, text in enumerate(texts):
        guard.record(f"R-{number:06d}", guard.marks([text]))
    refused = [
        guard.refusal(edited(text, 0.2, rng), []) == f"R-{number:06d}"
        for number, text in enumerate(texts)
        for _ in range(5)
    ]
    assert sum(refused) >= 0.99 * len(refused)
    fresh = [guard.refusal(prose(words, rng), []) for _ in range(2 * count)]
    assert fresh == [None] * len(fresh)


def test_other_chunks_a_part_and_a_collection_that_holds_it_are_refused(guard: Fingerprints):
    rng = random.Random(3)
    text = prose(600, rng)
    parts = text.split()
    lost = [" ".join(parts[at : at + 220]) for at in range(0, 600, 200)]
    guard.record("R-000007", guard.marks(lost))
    for first, behind in ((37, 290), (350, 470), (0, 600)):
        assert guard.refusal(" ".join(parts[first:behind]), []) == "R-000007"
    assert guard.refusal(f"{prose(900, rng)} {lost[1]} {prose(900, rng)}", []) == "R-000007"
    shuffled = [" ".join(parts[at : at + 50]) for at in range(0, 600, 50)]
    rng.shuffle(shuffled)
    assert guard.refusal(" ".join(shuffled), []) == "R-000007"


def test_a_text_of_a_few_words_is_known_whole_alone(guard: Fingerprints):
    guard.record("R-000002", guard.marks(["Jane Roe paid."]))
    assert guard.refusal("jane roe PAID", []) == "R-000002"
    assert guard.refusal("Jane Roe paid the fine.", []) is None
    text = "Whatever the document says. Jane Roe paid."
    assert guard.refusal(text, [piece("Jane Roe paid.", "d")]) == "R-000002"


def test_a_quotation_that_was_cut_out_does_not_come_back(guard: Fingerprints):
    rng = random.Random(4)
    quote = prose(30, rng)
    guard.record("R-000003", guard.marks([quote]))
    assert guard.refusal(f"{prose(200, rng)} {quote} {prose(200, rng)}", []) == "R-000003"


def test_no_word_and_no_plain_digest_reaches_the_disk(tmp_path: Path):
    path = tmp_path / "fingerprints.sqlite"
    text = "Marguerite embezzled seventeen thousand guilders from the orphanage in Delft in 1911."
    with Fingerprints(path, KEY) as guard, Fingerprints(tmp_path / "other.sqlite", b"x" * 32) as o:
        marks = guard.marks([text])
        guard.record("R-000001", marks)
        assert not set(marks[0].pairs) & set(o.marks([text])[0].pairs)
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir()).lower()
    assert not [word for word in text.lower().split() if len(word) > 5 and word.encode() in held]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_recording_twice_is_once_and_lifting_lets_it_in_again(guard: Fingerprints):
    text = prose(100, random.Random(5))
    for receipt in ("R-000001", "R-000001", "R-000002"):
        guard.record(receipt, guard.marks([text]))
    assert guard.lift("R-000001") == 1
    assert guard.refusal(text, []) == "R-000002"
    assert guard.lift("R-000002") == 1
    assert guard.refusal(text, []) is None
    assert guard.lift("R-000009") == 0


def test_it_survives_a_restart_and_sees_what_another_process_recorded(tmp_path: Path):
    rng = random.Random(6)
    path, one, other = tmp_path / "f.sqlite", prose(100, rng), prose(100, rng)
    with Fingerprints(path, KEY) as first, Fingerprints(path, KEY) as second:
        first.record("R-000001", first.marks([one]))
        assert second.refusal(one, []) == "R-000001"
        second.record("R-000002", second.marks([other]))
        assert first.refusal(other, []) == "R-000002"
    with Fingerprints(path, KEY) as again:
        assert again.refusal(one, []) == "R-000001"


def test_another_key_a_short_key_and_another_file_are_told(tmp_path: Path):
    path = tmp_path / "f.sqlite"
    Fingerprints(path, KEY).close()
    with pytest.raises(FingerprintError, match="another key"):
        Fingerprints(path, b"x" * 32)
    with pytest.raises(ValueError, match="at least 16"):
        Fingerprints(path, b"short")
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"not a database, but long enough to be taken for one" * 20)
    with pytest.raises(FingerprintError, match="cannot be read"):
        Fingerprints(broken, KEY)
    with pytest.raises(FingerprintError, match="cannot be opened"):
        Fingerprints(tmp_path / "no folder" / "f.sqlite", KEY)


def test_a_damaged_file_is_no_reason_to_let_text_in(tmp_path: Path):
    path = tmp_path / "f.sqlite"
    text = prose(100, random.Random(7))
    with Fingerprints(path, KEY) as guard:
        guard.record("R-000001", guard.marks([text]))
        with sqlite3.connect(path) as other:
            other.execute("DROP TABLE marks")
        with pytest.raises(FingerprintError, match="cannot be read"):
            guard.refusal(text, [])


@pytest.mark.skipif(not PUBLISHED, reason="BOXED_DATA names no folder with the published sets")
def test_news_is_known_again_and_other_news_is_let_in(guard: Fingerprints):
    folder = Path(PUBLISHED or "") / "muse"

    def texts(name: str) -> list[list[str]]:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["text"].split() for line in lines]

    erased, other = texts("news_privleak_forget.jsonl"), texts("news_privleak_holdout.jsonl")
    for number, words in enumerate(erased):
        guard.record(f"R-{number:06d}", guard.marks([" ".join(words)]))
    rng = random.Random(8)
    known = 0
    for number, words in enumerate(erased):
        start = rng.randrange(len(words) - 100)
        text = edited(" ".join(words[start : start + 100]), 0.2, rng)
        known += guard.refusal(text, []) == f"R-{number:06d}"
    assert known >= 99
    # The published sets have whole passages in common: those are no other text.
    runs = {tuple(words[at : at + 10]) for words in erased for at in range(len(words) - 9)}
    pieces = [words[at : at + 100] for words in other for at in range(0, len(words) - 99, 100)]
    fresh = [p for p in pieces if not any(tuple(p[at : at + 10]) in runs for at in range(91))]
    assert len(fresh) > 500
    assert [guard.refusal(" ".join(piece), []) for piece in fresh] == [None] * len(fresh)
