"""What a model's name means, and what is said where it is not there."""

from pathlib import Path

import pytest
from pretrained import needs_smollm2

from boxed.models.connect import connect
from boxed.models.named import folder_of, named
from boxed.models.packaged import CACHE_VARIABLE, shipped_adapter
from boxed.settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def _an_empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))


def test_folders_and_hub_names_stay_as_they_are() -> None:
    assert folder_of("runs/taught") == "runs/taught"
    assert folder_of("org/model") == "org/model"


def test_an_adapter_stays_beside_its_model(tmp_path: Path) -> None:
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    with pytest.raises(FileNotFoundError, match=r"adapter_config\.json"):
        named(f"org/model+{adapter}")
    (adapter / "adapter_config.json").write_text("{}")
    assert named(f"org/model+{adapter}").adapter == adapter
    assert folder_of(f"org/model+{adapter}") == f"org/model+{adapter}"


def test_a_folder_with_a_plus_in_its_name_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a+b").mkdir()
    assert named(str(tmp_path / "a+b")).adapter is None


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("local:smollm2", "boxed models get smollm2"),
        ("gguf:/nowhere/at-all.gguf", "there is no such file"),
        ("local:smollm2+nowhere", "adapter 'nowhere'"),
        ("smollm2", "names no model"),
    ],
)
def test_what_is_missing_is_told_with_the_remedy(spec: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        connect(spec, Settings())


def test_a_file_that_is_no_gguf_is_told(tmp_path: Path) -> None:
    file = tmp_path / "note.gguf"
    file.write_text("not weights")
    with pytest.raises(SettingsError, match="whole GGUF file"):
        connect(f"gguf:{file}", Settings(engine="llama.cpp"))


def test_an_unknown_name_is_told_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'smollm2'"):
        connect(f"local:{tmp_path / 'no-model'}", Settings())


def test_the_router_that_comes_with_a_packaged_model_is_named_by_its_role(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shipped = shipped_adapter("smollm2", "router")
    assert shipped is not None
    assert (shipped / "README.md").is_file()
    assert shipped_adapter("smollm2", "../smollm2-router") is None
    assert shipped_adapter("smollm2", "nobody") is None


@needs_smollm2
def test_a_folder_of_that_name_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(CACHE_VARIABLE)
    assert named("smollm2+router").adapter == shipped_adapter("smollm2", "router")
    (tmp_path / "router").mkdir()
    (tmp_path / "router" / "adapter_config.json").write_text("{}")
    assert named("smollm2+router").adapter == Path("router")
