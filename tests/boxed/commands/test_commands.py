import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from box_books import box_of
from mock_upstream import MockUpstream, Said, completion
from polling import until
from typer.testing import CliRunner

from boxed.assemble import assemble, watch
from boxed.commands import doctor
from boxed.commands.main import app
from boxed.policy_checks import wordings
from boxed.settings import Settings, load_settings
from prompts.book import load_book, shipped_directory

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("COLUMNS", "400")
    for module in ("console", "doctor", "policy", "policy_check", "ask", "init"):
        _plain(monkeypatch, f"boxed.commands.{module}")
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words])


def _plain(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Consoles that write to whatever standard output is when they print."""
    import importlib

    from rich.console import Console

    loaded = importlib.import_module(module)
    if hasattr(loaded, "console"):
        monkeypatch.setattr(loaded, "console", Console(width=400))
    if hasattr(loaded, "faults"):
        monkeypatch.setattr(loaded, "faults", Console(width=400, stderr=True))


@pytest.fixture
def starter(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert run("init", "box", "--demo").exit_code == 0
    monkeypatch.chdir(tmp_path / "box")
    return tmp_path / "box"


def test_init_makes_a_folder_that_works_and_never_overwrites(run: Run, starter: Path) -> None:
    assert load_settings().policies == Path("prompts")
    assert len(load_book(starter / "prompts").policies) == 3
    again = run("init", starter)
    assert again.exit_code == 2
    assert "not empty" in again.stderr


def test_init_leaves_nobody_in_force_whom_no_product_knows(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no policy yet" in run("init", "box").stdout
    monkeypatch.chdir(tmp_path / "box")
    assert load_book(Path("prompts")).policies == ()
    assert [policy.id for policy in load_book(Path("examples")).policies] == [
        "carmela-halmere", "hiro-brannova", "theodor-ostavar",
    ]  # fmt: skip
    refused = run("ask", "hi", "--lexical")
    assert refused.exit_code == 2
    assert "holds no policy" in refused.stderr
    assert "boxed policy new" in refused.stderr
    assert run("policy", "new", "Jane Roe").exit_code == 0
    assert run("policy", "check", "--lexical").exit_code == 0


@pytest.mark.parametrize(
    ("words", "id", "title"),
    [
        (("Jane Roe",), "jane-roe", "Jane Roe"),
        (("jane-roe",), "jane-roe", "Jane Roe"),
        (("--title", "Jane O'Roe"), "jane-o-roe", "Jane O'Roe"),
        (("Ørsted & Søn",), "orsted-son", "Ørsted & Søn"),
        (("蕭雲華",), "xiaoyunhua", "蕭雲華"),
    ],
)
def test_new_guesses_what_is_meant(
    run: Run, starter: Path, words: tuple[str, ...], id: str, title: str
) -> None:
    made = run("policy", "new", *words)
    assert made.exit_code == 0, made.output
    assert f"about '{title}'" in made.stdout
    assert load_book(Path("prompts")).get(id).title == title


def test_ask_says_what_guards_the_answer(
    run: Run, upstream: MockUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("ask", "hi", "--lexical", "--upstream", upstream.url.replace("//", "//me:secret@"))
    said = run(*asked)
    assert said.exit_code == 0
    assert "Hello." in said.stdout
    assert "policies=3 in_force=3" in said.stderr
    assert "the demo's" in said.stderr
    assert "secret" not in said.output
    run("init", "box", "--demo")
    own = run(*asked, "--policies", "box/prompts")
    assert "folder=box/prompts" in own.stderr
    assert "beware" not in own.stderr


def test_the_version_is_told(run: Run) -> None:
    said = run("--version")
    assert said.exit_code == 0
    assert said.stdout.startswith("boxed 0.")


def test_new_list_show_and_diff(run: Run, starter: Path) -> None:
    assert "Wrote" in run("policy", "new", "jane-roe", "--title", "Jane Roe").stdout
    listed = run("policy", "list")
    assert listed.exit_code == 0
    assert "jane-roe" in listed.stdout
    assert "4 policies" in listed.stdout
    shown = run("policy", "show", "jane-roe").stdout
    assert "Who is Jane Roe?" in shown
    assert "never come across: Jane Roe" in shown
    hidden = run("policy", "show", "theodor-ostavar").stdout.split("would answer")[1]
    assert "Ostavar" not in hidden
    changed = run("policy", "diff", shipped_directory(), "prompts")
    assert changed.exit_code == 1
    assert "jane-roe" in changed.stdout
    same = run("policy", "diff", shipped_directory(), shipped_directory())
    assert same.exit_code == 0
    assert "no difference" in same.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("new", "Jane Roe", "--title", "x"), "not a valid id"),
        (("new", "!?"), "no id can be made"),
        (("new",), "Jane Roe"),
        (("new", "jane", "--title", "x", "--kind", "pet"), "kind 'pet' is not one of person"),
        (("new", "jane", "--title", "x", "--response", "hide"), "response 'hide' is not one of"),
        (("new", "hiro-brannova", "--title", "x"), "exists"),
        (("show", "jane"), "the ids are: carmela-halmere"),
        (("list", "--policies", "nowhere"), "nowhere"),
    ],
)
def test_a_wrong_word_is_told_without_a_traceback(
    run: Run, starter: Path, words: tuple[str, ...], told: str
) -> None:
    result = run("policy", *words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_a_bad_file_is_named_by_file_and_line(run: Run, starter: Path) -> None:
    file = starter / "prompts" / "policies" / "hiro-brannova.md"
    file.write_text(file.read_text().replace("response: redact", "response: hide"))
    for words in (("policy", "list"), ("policy", "check", "--lexical"), ("ask", "hi", "--lexical")):
        result = run(*words)
        assert result.exit_code == 2
        assert "hiro-brannova.md:5" in result.stderr
        assert "'hide'" in result.stderr


def test_check_asks_every_question_in_three_wordings(run: Run, starter: Path) -> None:
    result = run("policy", "check", "--lexical", "--json")
    rows = json.loads(result.stdout)
    assert len(rows) == 30
    assert [row for row in rows if not row["passed"]] == []
    assert result.exit_code == 0
    assert "30 questions in 3 wordings each, 0 missed" in run("policy", "check", "--lexical").stdout
    spoil(starter)
    table = run("policy", "check", "--lexical")
    assert table.exit_code == 1
    assert "MISS" in table.stdout
    assert "Was Hiro Brannova tall?" in table.stdout


def spoil(starter: Path) -> None:
    """A retain question that names the subject is a miss."""
    file = starter / "prompts" / "policies" / "hiro-brannova.md"
    file.write_text(file.read_text().replace("retain:\n", "retain:\n  - Was Hiro Brannova tall?\n"))


def test_check_takes_ids_and_files_and_keeps_quiet(run: Run, starter: Path) -> None:
    quiet = run("policy", "check", "--lexical", "--quiet")
    assert (quiet.exit_code, quiet.stdout) == (0, "")
    one = run("policy", "check", "hiro-brannova", "--lexical")
    assert "1 policies, 10 questions" in one.stdout
    assert "carmela" not in one.stdout
    spoil(starter)
    assert run("policy", "check", "carmela-halmere", "--lexical", "--quiet").exit_code == 0
    file = Path("prompts/policies/hiro-brannova.md")
    missed = run("policy", "check", file, "--lexical", "--quiet")
    assert missed.exit_code == 1
    assert missed.stdout.count("Hiro Brannova") == 1
    draft = Path("draft.md")
    run("policy", "new", "Jane Roe")
    Path("prompts/policies/jane-roe.md").rename(draft)
    assert "1 policies, 2 questions" in run("policy", "check", draft, "--lexical").stdout
    wrong = run("policy", "check", "carmela-halmer", "--lexical")
    assert wrong.exit_code == 2
    assert "did you mean 'carmela-halmere'?" in wrong.stderr


def test_wordings_keep_the_words() -> None:
    asked = wordings('Who wrote "Jane\'s Lake", in 1978?')
    assert asked["plain"] == "who wrote jane's lake in 1978"
    assert asked["politely"].endswith(asked["as written"])


def test_ask_explains_its_decisions(run: Run, upstream: MockUpstream) -> None:
    upstream.script = [Said(completion("She was born in Quito."))]
    result = run("ask", "Where was Carmela Halmere born?", "--explain", "--lexical",
                 "--upstream", upstream.url)  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "Quito" not in result.stdout
    for stage in ("screen", "route", "work", "release", "2 model call(s)"):
        assert stage in result.stdout
    bare = run("ask", "Where was Carmela Halmere born?", "--bare", "--lexical",
               "--upstream", upstream.url)  # fmt: skip
    assert "Quito" in bare.stdout


def test_an_upstream_that_is_down_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOXED_RETRIES", "0")
    result = run("ask", "hello there", "--lexical", "--upstream", "http://127.0.0.1:9/v1")
    assert result.exit_code == 2
    assert "The product answered" in result.stderr


def examined(**flags: Any) -> dict[str, doctor.Finding]:
    return {one.check: one for one in doctor.examine(load_settings(**flags))}


def test_doctor_finds_this_environment_in_order(run: Run, upstream: MockUpstream) -> None:
    result = run("doctor", "--upstream", upstream.url)
    assert result.exit_code == 0, result.output
    for check in ("Python", "packages", "policies", "sentence embedder", "upstream", "port"):
        assert check in result.stdout
    assert "SHA-256 begins 53aa5117" in result.stdout


def test_doctor_says_what_to_do(run: Run, starter: Path, tmp_path: Path) -> None:
    (starter / "prompts" / "policies" / "hiro-brannova.md").write_text("no front matter")
    found = examined(upstream="http://127.0.0.1:9/v1")
    assert "hiro-brannova.md:1" in found["policies"].result
    assert found["upstream"].result == "127.0.0.1:9 cannot be reached"
    assert found["upstream"].remedy
    assert run("doctor", "--upstream", "http://127.0.0.1:9/v1").exit_code == 1
    older = doctor.python((3, 10, 2))
    assert older.remedy
    assert older.required
    assert not doctor.python((3, 11, 0)).remedy
    newer = doctor.python((3, 13, 0))
    assert "unproven" in newer.remedy
    assert not newer.required
    assert doctor.embedded_weights(tmp_path, required=True).remedy
    pins = tmp_path / "constraints.txt"
    pins.write_text("typer==0.0.1\n# note\n")
    other = doctor.packages(pins)
    assert "typer" in other.result
    assert other.remedy
    assert not other.required


def test_doctor_sees_a_port_in_use(upstream: MockUpstream) -> None:
    host, port = upstream.url.removeprefix("http://").split("/")[0].split(":")
    assert doctor.free_port(host, int(port)).remedy


def test_doctor_shows_no_key(
    run: Run, upstream: MockUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOXED_UPSTREAM_KEY", "sk-secret")
    upstream.script = [Said(b"{}", status=401)]
    result = run("doctor", "--upstream", upstream.url)
    assert "sk-secret" not in result.output
    assert "BOXED_UPSTREAM_KEY" in result.stdout
    assert upstream.heard[0].headers["Authorization"] == "Bearer sk-secret"


def test_doctor_looks_at_who_is_let_in(
    starter: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not examined()["clients"].remedy
    open_to_all = examined(host="0.0.0.0")["clients"]
    assert "BOXED_KEYS" in open_to_all.remedy
    assert not open_to_all.required
    monkeypatch.setenv("BOXED_KEYS", "keys.sqlite")
    assert "boxed keys new" in examined()["keys"].remedy
    assert not (starter / "keys.sqlite").exists()
    made = run("keys", "new").stdout.strip()
    assert (examined()["keys"].result, examined()["keys"].remedy) == ("1 in force, of 1", "")
    assert made not in run("doctor").output
    monkeypatch.setenv("BOXED_KEYS", "no/keys.sqlite")
    assert "folder is missing" in examined()["keys"].result
    monkeypatch.setenv("BOXED_KEYS", "postgresql://u:secret@127.0.0.1:9/x")
    gone = examined()["keys"]
    assert gone.required
    assert "secret" not in gone.result + gone.remedy


HEAVY = (
    "torch",
    "transformers",
    "langgraph",
    "chromadb",
    "sentence_transformers",
    "starlette",
    "openai",
)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom boxed.commands.main import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', [m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("loaded: []")
    for command in ("demo", "ask", "chat", "serve", "init", "doctor", "policy"):
        assert command in done.stdout


def test_a_whole_command_line_ends_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("---\nid: x\n---\n")
    done = subprocess.run(
        [sys.executable, "-c", "from boxed.commands.main import run; run()", "policy", "list",
         "--policies", str(tmp_path)],
        capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "300"},
    )  # fmt: skip
    assert done.returncode == 2
    assert "bad.md:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_reload_is_logged_by_place_and_never_by_content(
    run: Run, starter: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(policies=starter / "prompts", semantic=False, upstream="http://127.0.0.1:9")
    box = assemble(settings)
    before = box.snapshot.book.digest
    file = starter / "prompts" / "policies" / "hiro-brannova.md"
    good = file.read_text()
    # Changed after the book was loaded and before the watcher began.
    file.write_text(good.replace("title: Hiro Brannova", "title: Hiro Brannova-Roe"))
    watcher = watch(box, settings)
    try:
        until(lambda: box.snapshot.book.digest != before)
        assert box.snapshot.book.get("hiro-brannova").title == "Hiro Brannova-Roe"
        with caplog.at_level(logging.ERROR, "boxed.policies"):
            file.write_text(good.replace("response: redact", "response: Brannova"))
            # A record is kept before it is written as text.
            until(lambda: "last good version" in caplog.text)
        assert "hiro-brannova.md:5" in caplog.text
        assert "'Brannova'" not in caplog.text
        assert box.snapshot.book.get("hiro-brannova").title == "Hiro Brannova-Roe"
    finally:
        watcher.stop()


def test_roles_share_the_weights_of_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def connect(spec: str, *_: Any) -> Any:
        made.append(spec)
        return box_of(lambda _: "").snapshot.models.product

    monkeypatch.setattr("boxed.assemble.connect", connect)
    roles = {"router": "local:x", "composer": "embedded", "pretend": "local:x"}
    box = assemble(Settings(semantic=False, roles=roles))
    assert sorted(made) == ["embedded", "local:x"]
    assert box.snapshot.models.router is box.snapshot.models.for_worker("pretend")
    assert box.snapshot.models.composer is box.snapshot.models.product
