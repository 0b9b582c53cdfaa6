"""Which model folder a split means: shipped, cached, or trained on the spot."""

import json

import pytest

from evals.nano import checkpoints
from evals.nano.checkpoints import SHIPPED, checkpoint, settings_for
from evals.nano.settings import STAGES


@pytest.mark.parametrize("split", sorted(SHIPPED))
def test_shipped_models_are_there_and_say_what_they_are(split):
    folder = checkpoint(split)
    told = json.loads((folder / "training.json").read_text())
    assert told["settings"]["split"] == split
    assert told["settings"]["size"] == checkpoints.SHIPPED_SIZE
    assert (folder / "model.safetensors").stat().st_size < 25_000_000


def test_a_missing_model_is_trained_once(tmp_path, monkeypatch):
    trained = []

    def train(settings):
        trained.append(settings)
        settings.out.mkdir(parents=True)
        (settings.out / "model.safetensors").write_bytes(b"weights")
        (settings.out / "training.json").write_text("{}")

    monkeypatch.setattr(checkpoints, "train", train)
    first = checkpoint("retain95", "xs", cache=tmp_path)
    assert [(s.split, s.size) for s in trained] == [("base", "xs"), ("retain95", "xs")]
    assert trained[1].base == trained[0].out
    assert checkpoint("retain95", "xs", cache=tmp_path) == first
    assert len(trained) == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"split": "retain80"}, "split 'retain80' is not one of base, roles, full, retain90"),
        ({"split": "full", "size": "xxl"}, "size 'xxl' is not one of xs, s, m, l"),
    ],
)
def test_unknown_words_are_named_with_the_known_ones(given, said):
    with pytest.raises(ValueError, match=said):
        settings_for(**given)


def test_a_split_goes_on_from_its_base_unless_it_is_to_start_afresh(tmp_path):
    usual, fresh = (settings_for("roles", cache=tmp_path, fresh=new) for new in (False, True))
    assert usual.base == SHIPPED["base"]
    assert fresh.base is None
    # The language is learned from prompts, too, wherever it is learned.
    assert (fresh.reads_prompts, usual.reads_prompts) == (True, False)
    assert settings_for("base", cache=tmp_path).reads_prompts
    assert fresh.out != usual.out


def test_records_of_a_folder_start_from_random_weights(tmp_path):
    (tmp_path / "retain90.jsonl").write_text("{}")
    settings = settings_for("retain90", data=str(tmp_path))
    assert settings.base is None
    assert settings.vocabulary > 2048


def test_a_tokenizer_is_taken_where_training_starts_afresh_and_nowhere_else(tmp_path):
    given = SHIPPED["full"]
    taken = settings_for("roles", cache=tmp_path, fresh=True, tokenizer=given)
    own = settings_for("roles", cache=tmp_path, fresh=True)
    assert taken.tokenizer == given
    assert taken.out != own.out
    with pytest.raises(ValueError, match="--tokenizer goes with --data or --fresh"):
        settings_for("full", cache=tmp_path, tokenizer=given)


def test_a_folder_s_name_depends_on_what_is_trained_and_on_nothing_else(tmp_path, monkeypatch):
    data = tmp_path / "retain90.jsonl"
    data.write_text("one")
    plain = settings_for("retain90", data=str(tmp_path)).out
    usual = STAGES["records"][0]
    assert settings_for("retain90", data=str(tmp_path), steps=usual).out == plain
    assert settings_for("retain90", data=str(tmp_path), steps=usual + 1).out != plain
    assert settings_for("retain90", data=str(tmp_path), seed=3).out != plain
    monkeypatch.setitem(STAGES, "records", (usual, 2560, 1e-3))
    assert settings_for("retain90", data=str(tmp_path)).out != plain
    monkeypatch.undo()
    data.write_text("two")
    assert settings_for("retain90", data=str(tmp_path)).out != plain


def test_data_without_the_split_s_file_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"the data has no file .*full\.jsonl"):
        settings_for("full", data=str(tmp_path))
