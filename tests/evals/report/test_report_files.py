"""The four files of a report: the same figures, what must be said, nothing hostile unescaped."""

import base64
import csv
import gzip
import io
import json
import re

import numpy as np
import pytest
from report_runs import SECRET, SYSTEMS, run

from evals.metrics.making import figures as making
from evals.records import Item, Record
from evals.report import Run, write
from evals.report.facts import facts
from evals.report.findings import family_of, find, suppresses
from evals.report.kept import ReportError, load
from evals.report.markdown import table
from evals.report.numbers import DASH
from evals.report.per_item import packed, rows


def vectors(texts):
    """Word counts: enough to embed replies without a model."""
    return np.array([[len(text), text.count("know"), text.count("born")] for text in texts], float)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report") / "new"
    findings = write(run(12, limited=12), folder, vectors)
    return folder, findings


def read(written, name):
    return (written[0] / name).read_text(encoding="utf-8")


def items_of(page):
    found = re.search(r'id="data">([^<]+)<', page)
    return json.loads(gzip.decompress(base64.b64decode(found[1])))


def test_the_same_run_gives_the_same_files(written, tmp_path):
    write(run(12, limited=12), tmp_path, vectors)
    for name in ("report.html", "report.md", "report.json", "report.csv"):
        assert (tmp_path / name).read_bytes() == (written[0] / name).read_bytes()


def test_the_csv_has_every_figure_with_the_unboxed_one_beside_it(written):
    findings = written[1]
    lines = list(csv.DictReader(io.StringIO(read(written, "report.csv"))))
    assert len(lines) == sum(len(found) for found in findings.figures.values())
    for line in lines:
        name = f"{line['part']}/{line['metric']}" if line["part"] else line["metric"]
        figure = findings.of(line["system"], name)
        assert line["value"] == ("" if figure.value is None else str(figure.value))
        assert line["undefined"] == figure.undefined
        if suppresses(line["system"]):
            unboxed = findings.of("original", name)
            assert line["unboxed"] == ("" if unboxed is None else str(unboxed.value))
        else:
            assert line["unboxed"] == ""
        assert line["limited"] == "12"


def test_the_json_comes_back_as_it_was_and_holds_no_text(written):
    folder, findings = written
    kept = load(folder)
    assert kept.figures == findings.figures
    assert load(folder / "report.json") == kept
    text = read(written, "report.json")
    for record in findings.run.records["original"]:
        assert record.reply.text not in text


def test_every_form_says_what_must_be_said(written):
    for name in ("report.html", "report.md"):
        text = read(written, name).replace("&#39;", "'")
        assert "weights are unchanged" in text
        assert "Suppression is not erasure" in text
        assert "A quick look: at most 12 items of each part" in text
        assert "boxed-evals compare --suite nano --forget 10" in text
        assert "sha256:53aa51174f0e9db" in text
        assert "the API gives no log-probabilities of given answers" in text
    assert "holds the texts of the suite and of every reply" in read(written, "report.html")


def test_only_systems_that_leave_the_weights_are_said_to_suppress(written):
    [notice] = [n for n in written[1].notices if "Suppression" in n]
    assert notice.startswith(
        "prompt, filter, box, box-pretend and box-pseudonymise suppress: the model's weights"
    )
    assert [family_of(s) for s in SYSTEMS] == [
        "unboxed", "retrained", "baseline", "baseline", "boxed", "boxed", "boxed", "other",
    ]  # fmt: skip


def test_a_whole_run_is_no_quick_look():
    assert not any("quick look" in notice for notice in find(run(12), vectors).notices)


def test_a_run_without_the_unboxed_product_says_so():
    findings = find(run(12, systems=("retrain", "box")), vectors)
    assert any("No unboxed figures" in notice for notice in findings.notices)
    assert findings.beside("box", "forget/rouge") is None
    assert "system 'original'" in findings.of("box", "retain/false_refusal_rate").undefined


def test_records_that_are_missing_are_counted():
    whole = run(12)
    records = {**whole.records, "box": whole.records["box"][:-3]}
    findings = find(run(12, records=records), vectors)
    assert any(
        "Incomplete: of 84 items there are records for box 81" in n for n in findings.notices
    )


def test_undefined_is_a_dash_with_a_reason_never_a_number(written):
    figure = written[1].of("api", "forget_quality")
    assert figure.value is None
    page = read(written, "report.html")
    row = page.split("<b>api</b>")[1].split("</tr>")[0]
    assert "–" in row  # noqa: RUF001
    assert 'title="the API gives no log-probabilities of given answers"' in row


def test_what_was_trained_is_listed_with_its_cost_against_retraining(tmp_path):
    costs = {
        "retrain": making(seconds=2874, tokens=9_458_000, steps=8000, reason="no peak was kept"),
        "filter": (),
        "api": making(seconds=28.74, peak_bytes=3 * 2**20, tokens=94_580, steps=40),
    }
    findings = write(run(12, making=costs), tmp_path, vectors)
    assert findings.trained == ("retrain", "api")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    part = text.split("## What making each system cost")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.split("\n")]
    [retrain] = [row for row in rows if row[0] == "retrain"]
    [unlearned] = [row for row in rows if row[0] == "api"]
    assert retrain[2] == DASH
    assert [cell.split()[0] for cell in unlearned[1:]] == ["29", "3", "94,580", "40"]
    assert unlearned[1].endswith("0.01")
    assert "no peak was kept" in text
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="making">')[1].split("</section>")[0]
    assert "94,580" in section
    assert "no peak was kept" in section
    assert "filter" not in section
    assert load(tmp_path).figures["api"]["making_steps"].value == 40


def test_a_run_of_nothing_trained_has_no_such_table(written):
    assert "What making" not in read(written, "report.html") + read(written, "report.md")


def test_hostile_texts_stay_texts(written):
    page = read(written, "report.html")
    assert SECRET not in page
    assert SECRET in json.dumps(items_of(page))
    hostile = run(12, suite=SECRET, command="<b>x</b>", settings={"<i>": "</style>"},
                  notes=("<script>note</script>",))  # fmt: skip
    findings = find(hostile, vectors)
    from evals.report.html import as_html

    text = as_html(findings)
    for raw in (SECRET, "<b>x</b>", "<i>", "</style></td>", "<script>note"):
        assert raw not in text


def test_the_page_loads_nothing(written):
    page = read(written, "report.html")
    assert "default-src 'none'" in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert not re.search(r"url\(|@import", page)


def test_the_script_s_digest_is_the_script_s(written):
    import hashlib

    page = read(written, "report.html")
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page


def test_items_carry_every_reply_and_their_marks(written):
    findings = written[1]
    data = items_of(read(written, "report.html"))
    assert data["systems"] == list(SYSTEMS)
    assert data["parts"][:2] == ["forget", "retain"]
    assert len(data["items"]) == len(findings.run.items)
    by_id = {item[0]: item for item in data["items"]}
    leaked = by_id["forget/0001"][7][SYSTEMS.index("original")]
    assert leaked[0] == findings.run.records["original"][1].reply.text
    assert leaked[6] == 1 | 8  # an attack that succeeds, word for word
    right = by_id["harmless/0000"][7][SYSTEMS.index("box")]
    assert right[5] == 1
    assert right[6] == 4


def test_marks_add_up_to_the_figures(written):
    findings = written[1]
    for place, system in enumerate(SYSTEMS):
        cells = [(item[1], item[7][place]) for item in rows(findings.run, SYSTEMS)]
        leaks = [bool(cell[6] & 1) for part, cell in cells if part == "forget"]
        assert sum(leaks) / len(leaks) == findings.of(system, "forget/attack_success").value
        lost = [bool(cell[6] & 2) for part, cell in cells if part == "harmless"]
        rate = findings.of(system, "harmless/false_refusal_rate")
        assert sum(lost) / len(lost) == rate.value


def test_a_large_run_stays_small():
    from dataclasses import replace

    few = run(2, systems=("original", "box"))
    items = [replace(few.items[i % 14], id=f"mmlu/{i:05}", part="mmlu") for i in range(4_000)]
    records = {
        system: tuple(
            replace(found[i % 14], item=item.id, part="mmlu") for i, item in enumerate(items)
        )
        for system, found in few.records.items()
    }
    text = packed(run(2, items=tuple(items), records=records), ("original", "box"))
    assert len(text) < 450_000


def test_a_surrogate_in_a_reply_does_not_stop_the_report(tmp_path):
    from dataclasses import replace

    whole = run(2, systems=("original",))
    first = whole.records["original"][0]
    odd = replace(first, reply=replace(first.reply, text="half \ud800 a pair"))
    write(run(2, records={"original": (odd, *whole.records["original"][1:])}), tmp_path, vectors)
    assert "half ? a pair" in json.dumps(items_of((tmp_path / "report.html").read_text()))


def test_a_suite_of_one_question_and_one_system(tmp_path):
    item = Item("mmlu/0", "mmlu", "choice", ({"role": "user", "content": "?"},), "A",
                choices=("a", "b", "c", "d"), right=0)  # fmt: skip
    record = Record("k", "mmlu", "mmlu/0", "mmlu", "api", None, None, "no model answered")
    write(Run("mmlu", "", (item,), {"api": (record,)}), tmp_path, vectors)
    assert "no model answered" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_a_run_of_nothing_is_refused():
    with pytest.raises(ValueError, match="0 items, 1 systems; give at least one of each"):
        Run("nano", "10", (), {"box": ()})


def test_the_title_has_the_forget_split_once():
    assert run(1).title == "nano-forget10"
    assert run(1, suite="tofu", forget="05").title == "tofu forget05"
    assert run(1, suite="mmlu", forget="").title == "mmlu"


def test_nested_settings_become_lines():
    assert facts({"a": {"b": 1, "c": [1, 2]}, "d": None}) == [
        ("a.b", "1"), ("a.c", "1, 2"), ("d", "none"),
    ]  # fmt: skip


def test_a_markdown_cell_stays_one_cell():
    assert table(("a", "b"), [("x|y", "two\nlines")]).splitlines()[-1] == "| x\\|y | two lines |"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "No such file.*boxed-evals compare"),
        ("{", "'file'"),
        ("{}", "'suite'.*write it again"),
    ],
)
def test_what_is_no_report_is_named(tmp_path, text, fault):
    if text is not None:
        (tmp_path / "report.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=fault) as caught:
        load(tmp_path)
    assert "report.json" in str(caught.value)
