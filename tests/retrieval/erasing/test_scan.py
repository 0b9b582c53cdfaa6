import io
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.erasing.scan import (
    STEP,
    WINDOW,
    Finder,
    PatternBuilder,
    Patterns,
    files_below,
    scan_file,
)
from retrieval.ledger.receipt import FileScan

SECRET = b"Jane Roe lived in Dunmore Street until the harbour froze."


def sought(*values: bytes, **options: int) -> Patterns:
    builder = PatternBuilder()
    for value in values:
        builder.add(value, **options)
    return builder.build()


def places(finder: Finder, data: bytes) -> int:
    return finder.places(io.BytesIO(data))


def noise(size: int, seed: int = 0) -> bytearray:
    return bytearray(random.Random(seed).randbytes(size))


@pytest.mark.parametrize("length", [12, 13, 15, 20, len(SECRET)])
@pytest.mark.parametrize("at", [0, 1, 7, 8, 1003, (1 << 20) - 6, (1 << 20) - 12, (2 << 20) - 5])
def test_every_run_of_fifteen_bytes_is_found_wherever_it_stands(length: int, at: int):
    data = noise((2 << 20) + 100)
    data[at : at + length] = SECRET[3 : 3 + length][:length]
    run = min(length, len(SECRET) - 3)
    steps = [place for place in range(at, at + run - WINDOW + 1) if place % STEP == 0]
    assert places(Finder(sought(SECRET)), bytes(data)) == len(steps)
    assert steps or length < WINDOW + STEP - 1


def test_the_last_bytes_of_a_file_are_searched():
    for size in range(20):
        assert places(Finder(sought(SECRET)), bytes(size) + SECRET[-15:]) == 1
    assert places(Finder(sought(SECRET)), SECRET[:11]) == 0
    assert places(Finder(sought(SECRET)), b"") == 0


@pytest.mark.parametrize(
    "value",
    [
        b"Bob Ro",
        b"Jane Ro",
        b"Jane Roe",
        b"4711-4712",
        b"X-4711-471",
        b"4711-4712-13",
        b"Jane R. Smithe",
    ],
)
@pytest.mark.parametrize("at", [0, 1, 2, 3, 501, (1 << 20) - 3, (1 << 20) + 89])
def test_a_short_value_is_found_whole_and_only_whole(value: bytes, at: int):
    data = noise((1 << 20) + 100)
    data[at : at + len(value)] = value
    data = data[: (1 << 20) + 100]
    whole = bytes(data).count(value)
    assert places(Finder(sought(value)), bytes(data)) == whole
    data[at] ^= 1
    assert places(Finder(sought(value)), bytes(data)) == 0
    assert places(Finder(sought(value), short=False), value * 3) == 0


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=0, max_size=200), st.binary(min_size=0, max_size=60))
def test_it_finds_what_a_plain_search_finds(data: bytes, value: bytes):
    builder = PatternBuilder()
    builder.add(value)
    found = len(Finder(builder.build()).find(data))
    size = len(value) if len(value) < 15 else WINDOW
    parts = {value[at : at + size] for at in range(len(value) - size + 1)} if size >= 6 else set()
    parts = {part for part in parts if len(set(part)) >= 4}
    plain = sum(data[at : at + size] in parts for at in range(len(data) - size + 1))
    assert found == plain


def test_vectors_are_found_by_any_four_of_their_numbers():
    vector = np.random.default_rng(0).normal(size=384).astype("<f4")
    finder = Finder(sought(vector.tobytes()))
    for shift in range(4):
        data = bytes(noise(5000 + shift)) + vector[100:104].tobytes() + bytes(7)
        assert places(finder, data) >= 1
    assert places(finder, np.zeros(384, "<f4").tobytes() * 9) == 0


def test_what_survivors_hold_is_taken_out_and_counted():
    builder = PatternBuilder()
    builder.add(SECRET, record=0)
    builder.add(b"The same in both records, word for word.", record=1)
    builder.add(b"CC-BY-4.0")
    patterns = builder.build()
    held = Finder(patterns).find_all(
        [b"zero", b"The same in both records, word for word.", b"x CC-BY-4.0 y"]
    )
    own = patterns.without(held)
    assert (patterns.records(), own.records()) == (2, 1)
    # The windows of the one text, and one short value.
    assert patterns.count - own.count == len("The same in both records, word for word.") - 11 + 1
    assert places(Finder(own), b"The same in both records, word for word. CC-BY-4.0") == 0
    assert places(Finder(own), b"... lived in Dunmore ...") > 0


def test_plain_and_short_values_are_counted_and_not_sought():
    patterns = sought(b"", b"no", b"en-gb", b"-" * 40, bytes(64), b"ababababababab")
    assert (patterns.count, patterns.vague) == (0, 5)
    assert places(Finder(patterns), bytes(4000) + b"-" * 4000) == 0


def test_patterns_hold_no_content_and_come_back_as_they_were(tmp_path: Path):
    patterns = sought(SECRET, b"Jane Roe", b"short 1", record=3)
    path = tmp_path / "patterns.npz"
    with path.open("wb") as file:
        patterns.save(file)
    data = path.read_bytes()
    assert not any(SECRET[at : at + 6] in data for at in range(len(SECRET) - 6))
    again = Patterns.load(path)
    assert again.count == patterns.count
    assert again.records() == 1
    assert places(Finder(again), b"x" + SECRET + b"Jane Roe short 1") == places(
        Finder(patterns), b"x" + SECRET + b"Jane Roe short 1"
    )


def test_other_jobs_have_other_hashes():
    assert not np.isin(sought(SECRET).windows, sought(SECRET).windows).any()


def test_a_file_is_scanned_with_its_name_and_digest(tmp_path: Path):
    import hashlib

    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "Jane Roe lived in.txt"
    path.write_bytes(b"nothing")
    (tmp_path / "lock").write_bytes(SECRET)
    finder = Finder(sought(SECRET))
    assert list(files_below(tmp_path, skipped=[tmp_path / "lock"])) == [path]
    found = scan_file(path, "in/Jane Roe lived in.txt", finder)
    assert found.file == "in/name-withheld"
    assert (found.bytes, found.hits) == (7, len("Jane Roe lived in") - 11)
    assert found.sha256 == hashlib.sha256(b"nothing").hexdigest()


def test_a_receipt_can_hold_every_name(tmp_path: Path):
    finder = Finder(sought(SECRET))
    for name in ("a letter.txt", "\u6f22\u5b57" * 40, b"caf\xe9".decode(errors="surrogateescape")):
        path = tmp_path / name
        path.write_bytes(b"nothing")
        found = scan_file(path, name, finder)
        assert FileScan(file=found.file, bytes=7, sha256=found.sha256, hits=0)
    assert scan_file(path, "a letter.txt", finder).file == "a%20letter.txt"


def test_links_are_followed_but_not_in_circles(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.txt").write_bytes(SECRET)
    store = tmp_path / "store"
    (store / "in").mkdir(parents=True)
    (store / "moved").symlink_to(tmp_path / "elsewhere")
    (store / "in" / "circle").symlink_to(store)
    (store / "nowhere").symlink_to(tmp_path / "no such file")
    assert list(files_below(store)) == [store / "moved" / "a.txt"]
    assert list(files_below(store, skipped=[store / "moved"])) == []


def test_a_folder_that_cannot_be_listed_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "in").mkdir()
    real = Path.iterdir

    def refused(self: Path):
        if self.name == "in":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self)

    monkeypatch.setattr(Path, "iterdir", refused)
    with pytest.raises(PermissionError):
        list(files_below(tmp_path))
