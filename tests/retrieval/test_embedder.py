"""The real sentence embedder, from the packaged weights."""

import threading

import numpy as np
import pytest

from retrieval.embedder import SentenceEmbedder


@pytest.fixture(scope="module")
def embed():
    return SentenceEmbedder()


def test_rows_have_length_one_and_come_in_order(embed):
    texts = ["Who wrote Hamlet?", "What is the capital of France?", "Who wrote Hamlet?"]
    rows = embed(texts)
    assert rows.shape == (3, 384)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(rows[0], rows[2])
    assert np.array_equal(embed(texts[::-1])[2], rows[0])


def test_a_paraphrase_is_nearer_than_another_question(embed):
    asked, reworded, other = embed(
        ["Where was she born?", "What is her birthplace?", "How do I boil an egg?"]
    )
    assert asked @ reworded > 0.6
    assert asked @ other < 0.3


def test_no_texts_give_an_empty_matrix(embed):
    assert embed([]).shape == (0, 384)


def test_unpaired_surrogates_do_not_break_it(embed):
    assert embed(["a \ud800 b"]).shape == (1, 384)


def test_threads_may_share_it(embed):
    texts = [f"question number {n}" for n in range(24)]
    wanted = {text: embed([text])[0] for text in texts}
    wrong: list[str] = []
    fresh = SentenceEmbedder()

    def ask(mine: list[str]) -> None:
        for text in mine:
            if not np.allclose(fresh([text])[0], wanted[text]):
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(texts[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
