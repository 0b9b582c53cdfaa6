"""The table beside peers: what is counted as leaked, and what is drawn."""

import json
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from xml.etree import ElementTree

import pytest
from rich.console import Console

from evals.bench.peers import Ratio, Row, run, table_of
from evals.bench.peers_plot import drawn
from evals.bench.secrets_told import Told, passages, told_by

ROWS = [
    Row("boxed", 10, dict.fromkeys(("stream", "paced"), Ratio(2.0, 0.5, 3.0)), Told(0.0, 0, 21)),
    Row("nemo", 10, {}, None, "nemo cannot be installed"),
    Row("litellm", 10, {"stream": Ratio(7.0, 0.1, 9.0)}, None, "no end in 122 s"),
]


class Product(BaseHTTPRequestHandler):
    """Streams the passage that is asked for, cut off where it is told to."""

    def __init__(self, texts: list[str], most: int, *given: object) -> None:
        self.texts, self.most = texts, most
        super().__init__(*given)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = self.texts[int(asked["messages"][0]["content"].split()[-1].strip("."))]
        self.send_response(200)
        self.end_headers()
        for letter in text[: self.most]:
            chunk = {"choices": [{"delta": {"content": letter}}]}
            self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")

    def log_message(self, *given: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("most", "leaked", "missed"), [(10_000, None, 21), (26, 2.0, 0), (5, 0, 0)]
)
def test_what_left_of_a_secret_is_counted(most: int, leaked: float | None, missed: int) -> None:
    texts = passages("Jane Roe")
    server = HTTPServer(("127.0.0.1", 0), partial(Product, [text for _, text in texts], most))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        told = told_by(f"http://127.0.0.1:{server.server_port}/v1/chat/completions", texts)
    finally:
        server.shutdown()
        server.server_close()
    assert (told.missed, told.of) == (missed, len(texts))
    assert told.leaked == pytest.approx((8 + 8 + 15) / 3 if leaked is None else leaked)


def test_the_table_and_the_plot_tell_ratios_and_what_could_not_be_measured() -> None:
    console = Console(width=200, record=True, file=None, force_terminal=False)
    with console.capture() as shown:
        console.print(table_of(ROWS, ("stream", "paced")))
    text = shown.get()
    assert "2.0 / 3.0" in text
    assert "50%" in text
    assert "0 of 21" in text
    assert "cannot be installed" in text
    picture = drawn(ROWS)
    ElementTree.fromstring(picture)
    assert "3.0 stream" in picture
    assert "nemo" not in picture
    assert "7.0 / 9.0" in text
    assert "no end in 122 s" in text
    assert "9.0 stream" in picture


def test_a_peer_that_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match="'other'"):
        run((0,), ("other",))
