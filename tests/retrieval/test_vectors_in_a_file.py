"""Vectors of policies kept in a file: the same as made anew, and none of what is gone."""

import stat
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from guard_books import HSIAO, bag_of_words

from guards.compiled import compile_book
from guards.verdicts import Vectors
from prompts.book import book_of
from retrieval.kept_vectors import KeptVectors

TEXTS = ["Who wrote it?", "Where was she born?", "Who wrote it?"]


class Model:
    """A model that counts what it is asked for."""

    def __init__(self, turned: bool = False) -> None:
        self.asked: list[str] = []
        self._sign = -1.0 if turned else 1.0

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self._sign * bag_of_words(texts)


def compiled(path: Path, model: Model, texts: Sequence[str], name: str = "m") -> Vectors:
    with KeptVectors(path, model, name).compiling() as embed:
        return embed(texts)


def test_a_second_start_asks_the_model_for_one_text_and_gets_the_same(tmp_path: Path) -> None:
    path, model = tmp_path / "vectors.bin", Model()
    made = compiled(path, model, TEXTS)
    assert np.array_equal(made, bag_of_words(TEXTS))
    again = Model()
    assert np.array_equal(compiled(path, again, TEXTS), made)
    assert again.asked == TEXTS[:1], "asked for once, so that another model is noticed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_a_book_no_longer_says_is_gone_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "vectors.bin"
    compiled(path, Model(), TEXTS)
    compiled(path, Model(), TEXTS[:1])
    model = Model()
    compiled(path, model, TEXTS)
    assert model.asked == TEXTS[:2]
    assert b"wrote" not in path.read_bytes()


def test_what_is_embedded_after_a_book_is_compiled_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "vectors.bin"
    with KeptVectors(path, Model(), "m").compiling() as embed:
        embed(TEXTS[:1])
    before = path.read_bytes()
    assert np.array_equal(embed(["A client's own words."]), bag_of_words(["A client's own words."]))
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "turned", "empty", "other model", "other weights"])
def test_a_file_that_cannot_be_trusted_is_made_anew(tmp_path: Path, damage: str) -> None:
    path, model = tmp_path / "vectors.bin", Model(turned=damage == "other weights")
    compiled(path, Model(), TEXTS)
    data = path.read_bytes()
    if damage in ("cut", "turned", "empty"):
        last = bytes([data[-1] ^ 1])
        path.write_bytes({"cut": data[:-8], "turned": data[:-1] + last, "empty": b""}[damage])
    name = "other" if damage == "other model" else "m"
    made = compiled(path, model, TEXTS, name)
    assert np.array_equal(made, Model(turned=damage == "other weights")(TEXTS))
    assert TEXTS[1] in model.asked
    again = Model(turned=damage == "other weights")
    compiled(path, again, TEXTS, name)
    assert again.asked == TEXTS[:1]


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path, caplog) -> None:
    (tmp_path / "file").write_text("in the way")
    made = compiled(tmp_path / "file" / "vectors.bin", Model(), TEXTS)
    assert np.array_equal(made, bag_of_words(TEXTS))
    assert "vectors not kept" in caplog.text
    assert "wrote" not in caplog.text


def test_a_book_is_compiled_alike_from_kept_vectors(tmp_path: Path) -> None:
    path, question = tmp_path / "vectors.bin", "Which author from Taipei wrote on leadership?"
    found = []
    for _ in range(2):
        with KeptVectors(path, Model(), "m").compiling() as embed:
            scope = compile_book(book_of([HSIAO]), embed).scope
        assert scope is not None
        found.append(scope.nearest([question], bag_of_words([question])))
    assert found[0] == found[1]
    assert found[0]
