"""The console's papers: receipts that verify as they lie, and reports of what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from consoles import API, HERE, app_of, client
from ledger_samples import draft

from boxed.box import Box
from retrieval.ledger.issuing import issue_receipt
from retrieval.ledger.keys import open_keys
from retrieval.ledger.ledger import open_ledger


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder with one receipt, as an erasure leaves it."""
    folder = tmp_path / "store"
    keys = open_keys(folder / "keys")
    ledger = open_ledger(folder / "ledger.sqlite", keys)
    receipt = issue_receipt(draft(keys), ledger, keys, job="job-1")
    ledger.close()
    (folder / "receipts").mkdir()
    (folder / "receipts/R-000001.json").write_bytes(receipt.file_bytes())
    return folder


async def test_receipts_are_given_as_they_lie_and_verified(box: Box, store: Path) -> None:
    async with client(app_of(box, store=str(store))) as http:
        listed = (await http.get(f"{API}/receipts", headers=HERE)).json()
        assert listed["receipts"] == ["R-000001"]
        one = (await http.get(f"{API}/receipts/R-000001", headers=HERE)).json()
        text = one["text"]
        assert text.encode() == (store / "receipts/R-000001.json").read_bytes()
        assert listed["public_key"] in text
        for said, ok in ((text, True), (text.replace('"erased": 1', '"erased": 2'), False)):
            verdict = await http.post(f"{API}/receipts/verify", json={"text": said}, headers=HERE)
            assert verdict.json()["ok"] is ok
        for wrong in ("R-000002", "..", "R-1"):
            assert (await http.get(f"{API}/receipts/{wrong}", headers=HERE)).status_code == 404
        order = await http.post(f"{API}/forget", json={"subject": "Jane"}, headers=HERE)
        assert "admin key" in order.json()["error"]["message"]


async def test_reports_are_found_and_a_damaged_one_does_no_harm(box: Box, tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    figure = {"metric": "leaks", "value": 0.0, "low": 0.0, "high": 0.1, "n": 40, "undefined": ""}
    kept = {"suite": "nano", "forget": "10", "limited": None, "notes": [],
            "figures": {"box": {"leaks": figure}}}  # fmt: skip
    (folder / "one").mkdir(parents=True)
    (folder / "one/report.json").write_text(json.dumps(kept))
    (folder / "one/report.html").write_text("<p>whole</p>")
    (folder / "two").mkdir()
    (folder / "two/report.json").write_text("{")
    async with client(app_of(box, reports=folder)) as http:
        found = (await http.get(f"{API}/reports", headers=HERE)).json()["reports"]
        assert {one["suite"] for one in found} == {"nano", ""}
        name = next(one["name"] for one in found if one["suite"])
        whole = (await http.get(f"{API}/reports/{name}", headers=HERE)).json()
        assert whole["figures"]["box"]["leaks"]["n"] == 40
        assert whole["html"] == "<p>whole</p>"
        assert (await http.get(f"{API}/reports/nothing", headers=HERE)).status_code == 404
