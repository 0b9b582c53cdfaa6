from pathlib import Path

import pytest

from boxed.models.connect import connect
from boxed.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "BOXED_PORT", "BOXED_UPSTREAM"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "boxed.toml").write_text(text, encoding="utf-8")


def test_flags_come_before_the_environment_and_that_before_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().port == 8080
    write(folder, "port = 1001\nhost = 'a'\nsemantic = false")
    assert (load_settings().port, load_settings().semantic) == (1001, False)
    monkeypatch.setenv("BOXED_PORT", "1002")
    assert load_settings().port == 1002
    assert load_settings(port=1003, host=None).port == 1003
    assert load_settings(port=1003, host=None).host == "a"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prot = 1", "'prot' is not known"),
        ("port = 99999", "'port'"),
        ("router = 'sometimes'", "'router'"),
        ("cors_origins = ['app.example.com']", "'cors_origins': 'app.example.com' is no origin"),
        ("cors_origins = ['https://a.example.com/']", "write scheme and host"),
        ("log_level = 'loud'", "'log_level'"),
        ("port = ", "boxed.toml is not valid TOML"),
        ("[roles]\nrooter = 'x'", "'rooter' is not a role; the roles are composer"),
        ("[role_models]\nrooter = 'x'", "setting 'role_models': 'rooter'"),
    ],
)
def test_a_fault_names_the_setting_and_the_remedy(folder: Path, text: str, named: str) -> None:
    write(folder, text)
    with pytest.raises(SettingsError) as failed:
        load_settings()
    assert named in str(failed.value)


def test_a_variable_that_is_no_json_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOXED_ROLES", "router")
    with pytest.raises(SettingsError, match="not valid JSON"):
        load_settings()


def test_keys_are_never_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOXED_UPSTREAM_KEY", "sk-secret")
    monkeypatch.setenv("BOXED_ROLE_KEYS", '{"router": "sk-other"}')
    settings = load_settings()
    assert "sk-" not in repr(settings) + str(settings) + str(settings.model_dump())
    assert settings.upstream_key is not None
    write(folder, 'gateway_key = ["sk-secret"]')
    with pytest.raises(SettingsError) as failed:
        load_settings()
    assert "sk-secret" not in str(failed.value)


def test_another_product_s_key_is_never_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-a")
    assert load_settings(upstream="https://api.example.com/v1").upstream_key is None


def test_the_products_key_goes_to_no_other_host(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str | None] = []
    monkeypatch.setattr(
        "boxed.models.connect.HttpModel", lambda url, key, model, **more: keys.append(key)
    )
    settings = load_settings(
        upstream="https://a.example/v1", upstream_key="sk-a", role_keys={"composer": "sk-c"}
    )
    connect(settings.upstream, settings)
    connect("https://a.example/v1", settings, "router")
    connect("https://b.example/v1", settings, "router")
    connect("https://b.example/v1", settings, "composer")
    assert keys == ["sk-a", "sk-a", None, "sk-c"]


@pytest.mark.parametrize("spec", ["embeded", "ftp://x", ""])
def test_an_upstream_that_is_none_is_told(spec: str) -> None:
    with pytest.raises(SettingsError, match="names no model"):
        connect(spec, load_settings())


def test_a_folder_without_a_model_is_told(folder: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be loaded"):
        connect(f"local:{folder}", load_settings())


def test_a_whole_box_is_no_prompt_folder(folder: Path) -> None:
    (folder / "mine" / "prompts").mkdir(parents=True)
    write(folder / "mine", "")
    with pytest.raises(SettingsError, match="name that"):
        load_settings(policies=folder / "mine")
    assert load_settings(policies=folder / "mine" / "prompts").policies is not None
