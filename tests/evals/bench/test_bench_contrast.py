"""`boxed-evals bench contrast` on one item of each part, with small models that are there."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.bench import contrast as bench
from evals.commands.main import app
from evals.nano.checkpoints import SHIPPED
from evals.systems import contrastive
from evals.systems.contrastive import Parts


def test_every_strength_stands_beside_the_model_and_its_retrain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"without": str(SHIPPED["base"]), "with": str(SHIPPED["full"])}
    monkeypatch.setattr(contrastive, "parts_of", lambda kind, sources: Parts(given, None))
    monkeypatch.chdir(tmp_path)
    found = bench.run(["contrast"], [0.0, 4.0], [0.1], 1, tmp_path)
    assert list(found) == ["original", "retrain", "contrast 0 0.1", "contrast 4 0.1"]
    values = {name: {f.metric: f.value for f in figures} for name, figures in found.items()}
    probability = {name: of["forget/probability"] for name, of in values.items()}
    assert probability["contrast 0 0.1"] == pytest.approx(probability["original"], abs=1e-3)
    assert probability["contrast 4 0.1"] < probability["original"] / 2


def test_a_share_of_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"without": str(SHIPPED["base"]), "with": str(SHIPPED["full"])}
    monkeypatch.setattr(contrastive, "parts_of", lambda kind, sources: Parts(given, None))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(
        app, ["bench", "contrast", "--kinds", "contrast", "--share", "0", "--limit", "1"]
    )
    assert result.exit_code == 1
    assert "plausible share 0" in result.output
