"""Vectors kept on disk: each text embedded once, nothing believed that is not whole and ours."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_runs import run

from evals.metrics import vectors
from evals.metrics.vectors import KeptVectors, embedder_digest
from evals.report import write
from guards.verdicts import Vectors

TEXTS = ["I don't know her.", "She was born in Ghent.", "half \ud800 a pair", ""]
WRITER = """
import sys
from pathlib import Path
import numpy as np
from evals.metrics.vectors import KeptVectors

name, file = sys.argv[1], Path(sys.argv[2])
def embed(texts):
    return np.array([[float(text.split()[1]), len(name)] for text in texts], np.float32)
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    KeptVectors(lambda: embed, "one", file)([f"{name} {number}"])
"""


class Counting:
    """An embedder that tells what it was asked; three numbers for a text."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        rows = [[len(text), text.count("know"), text.count("born")] for text in texts]
        return np.array(rows, np.float32) / 3

    def kept(self, file: Path, embedder: str = "one") -> KeptVectors:
        """The same with a file, as a new process would begin."""
        return KeptVectors(lambda: self, embedder, file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "vectors.bin"


def test_a_text_is_embedded_once(file: Path) -> None:
    counting = Counting()
    first = counting.kept(file)([*TEXTS, TEXTS[0]])
    assert counting.asked == TEXTS
    again = counting.kept(file)([TEXTS[2], "new", TEXTS[0]])
    assert counting.asked == [*TEXTS, "new"]
    assert first.dtype == again.dtype == np.float32
    assert again[0].tolist() == first[2].tolist()
    assert again[2].tolist() == first[4].tolist() == first[0].tolist()
    assert len(counting.kept(file)([])) == 0


def test_the_embedder_is_only_made_where_a_text_is_new(file: Path) -> None:
    Counting().kept(file)(TEXTS)

    def never() -> Counting:
        raise AssertionError("made although every text is known")

    assert len(KeptVectors(never, "one", file)(TEXTS)) == len(TEXTS)


def test_the_second_report_embeds_nothing_and_a_changed_reply_itself_alone(tmp_path: Path) -> None:
    counting, whole, file = Counting(), run(12), tmp_path / "vectors.bin"
    first = write(whole, tmp_path / "first", counting.kept(file))
    assert first.of("box", "streisand_gap").value is not None
    assert len(counting.asked) == len(set(counting.asked)) > 0
    counting.asked.clear()
    write(whole, tmp_path / "second", counting.kept(file))
    assert counting.asked == []
    for name in ("report.html", "report.md", "report.json", "report.csv"):
        made = [(tmp_path / folder / name).read_bytes() for folder in ("first", "second")]
        assert made[0] == made[1]

    old = whole.records["box"][0]
    assert old.reply is not None
    changed = replace(old, reply=replace(old.reply, text="Another reply altogether."))
    records = {**whole.records, "box": (changed, *whole.records["box"][1:])}
    write(run(12, records=records), tmp_path / "third", counting.kept(file))
    assert counting.asked == ["Another reply altogether."]


def test_another_embedder_s_vectors_are_not_taken(file: Path) -> None:
    Counting().kept(file, "one")(TEXTS)
    counting = Counting()
    counting.kept(file, "two")(TEXTS[:1])
    assert counting.asked == TEXTS[:1]
    counting.kept(file, "two")(TEXTS[:1])
    assert counting.asked == TEXTS[:1]


@pytest.mark.parametrize(
    "found", [b"", b"\n", b"PK\x03\x04 an archive", b"boxed-vectors-1 one 3\n", b"\xff\x00 \xb2 \n",
              "boxed-vectors-1 one \u00b2 x\n".encode(), b"boxed-vectors-1 one 0 x\n"]
)  # fmt: skip
def test_a_file_of_something_else_is_made_anew(file: Path, found: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(found)
    counting = Counting()
    counting.kept(file)(TEXTS)
    counting.kept(file)(TEXTS)
    assert counting.asked == TEXTS


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cut=st.booleans())
def test_no_damage_is_believed(tmp_path: Path, at: float, bit: int, cut: bool) -> None:
    file = tmp_path / "vectors.bin"
    file.unlink(missing_ok=True)
    counting = Counting()
    right = counting.kept(file)(TEXTS)
    data = bytearray(file.read_bytes())
    place = int(at * len(data))
    data[place] ^= 1 << bit
    file.write_bytes(data[:place] if cut else data)
    assert counting.kept(file)(TEXTS).tolist() == right.tolist()
    assert counting.asked == [*TEXTS, *TEXTS]
    counting.kept(file)(TEXTS)
    assert len(counting.asked) == 2 * len(TEXTS)


def test_the_file_holds_no_text(file: Path) -> None:
    Counting().kept(file)(TEXTS)
    data = file.read_bytes()
    assert not any(word in data for text in TEXTS[:2] for word in text.encode().split())


def test_several_that_write_at_once_lose_nothing(file: Path) -> None:
    names = ("a", "bb", "ccc")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, name, str(file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in names
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n", timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    counting = Counting()
    kept = counting.kept(file)([f"{name} {number}" for name in names for number in range(40)])
    assert counting.asked == []
    wanted = [[float(number), len(name)] for name in names for number in range(40)]
    assert kept.tolist() == wanted
    assert [path.name for path in file.parent.iterdir() if not path.name.startswith(".")] == [
        "vectors.bin"
    ]


def test_the_packaged_embedder_has_a_digest_of_its_own() -> None:
    assert embedder_digest() == embedder_digest()
    assert len(embedder_digest()) == 64


def test_another_graph_or_other_code_is_another_embedder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, graph = tmp_path / "computes_elsewhere.py", tmp_path / "computes_elsewhere.onnx"
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(vectors, "_COMPUTES", code.stem)
    found = set[str]()
    for written, drawn in (("", b"1"), ("", b"2"), ("#", b"2")):
        code.write_text(written)
        graph.write_bytes(drawn)
        found.add(embedder_digest())
    assert len(found) == 3
