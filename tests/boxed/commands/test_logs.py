"""Log lines for machines: one JSON object each, with what a message says as fields."""

import json
import logging
import sys

import pytest

from boxed.commands.logs import JsonLines, begin


def line(message: str, *values: object, error: Exception | None = None) -> dict[str, object]:
    info = (type(error), error, None) if error else None
    record = logging.LogRecord("boxed.x", logging.WARNING, "f", 1, message, values, info)
    return json.loads(JsonLines().format(record))


def test_pairs_become_fields_and_numbers_stay_numbers() -> None:
    said = line("request id=%s status=%d ms=%.1f book=%s", "req_1", 200, 1.25, "-")
    assert {key: said[key] for key in ("event", "id", "status", "ms", "book", "level")} == {
        "event": "request", "id": "req_1", "status": 200, "ms": 1.2, "book": "-",
        "level": "warning",
    }  # fmt: skip
    assert str(said["time"]).endswith("+00:00")


@pytest.mark.parametrize("message", ["plain words", "1 = 2", "a=b and more", "x=1 y", ""])
def test_everything_else_is_a_text(message: str) -> None:
    assert line(message)["event"] == message


def test_of_an_exception_only_the_type_is_written() -> None:
    said = line("failed", error=ValueError("Jane Roe"))
    assert said["exception"] == "ValueError"
    assert "Jane" not in str(said)


def test_the_level_and_the_form_are_as_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        begin("warning", "json")
        monkeypatch.setattr(root.handlers[0], "stream", sys.stderr)
        logging.getLogger("boxed.y").info("quiet")
        logging.getLogger("boxed.y").warning("loud n=1")
        [told] = capsys.readouterr().err.splitlines()
        assert json.loads(told)["n"] == 1
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
