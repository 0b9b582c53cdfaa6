"""The commands about lasting: an option that does not fit is told in one sentence."""

import pytest
from typer.testing import CliRunner

from evals.commands.main import app


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["relearn", "--systems", "gold"], "system 'gold' is not one of original, retrain, box"),
        (["relearn", "--systems", "retrain", "--on", "all"], "not one of unrelated, neighbours"),
        (["relearn", "--steps", "5,ten"], "--steps '5,ten' is no list of whole numbers"),
        (["relearn", "--rate", "npo"], "--rate 'npo' is not METHOD=RATE"),
        (["relearn", "--bits", "3", "--systems", "retrain"], "3 bits: give one of 8, 4"),
        (["stream", "--revoke", "5-8"], "--revoke '5-8' is not REQUEST@STEP"),
        (["stream", "--revoke", "8@5"], "request 8 cannot be withdrawn at step 5"),
        (["stream", "--systems", "retrain"], "name boxes and methods"),
        (["epsilon", "--methods", "prayer"], "method 'prayer' is not one of grad-ascent"),
        (["epsilon", "--runs", "2"], "give at least three"),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(arguments, told, tmp_path):
    result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path)])
    assert result.exit_code != 0
    assert told in str(result.exception)
    assert "\n" not in str(result.exception)
