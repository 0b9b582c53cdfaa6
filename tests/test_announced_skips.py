"""A skip that nobody announced fails the run, in one process and in several."""

import os

import pytest
from announced_skips import ANNOUNCED, PLACES, announced_in
from longest_files import LONGEST

TESTS = """
import pytest

def test_runs():
    pass

@pytest.mark.skip(reason="the moon is new")
def test_waits():
    pass

@pytest.mark.parametrize("phase", ["full", "half"])
def test_phases(phase):
    if phase == "full":
        pytest.skip("full again")
"""

CONFTEST = """
from pathlib import Path
import announced_skips

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        listed = announced_skips.announced_in(Path(__file__).with_name("listed.toml"))
        config.pluginmanager.register(announced_skips.SkipWatch(listed))
"""

WAITS = ("test_moon.py::test_waits", "the moon is new", "always")
FULL = ("test_moon.py::test_phases[full]", "full again", "always")
WHOLE = ("test_whole.py", "no telescope", "always")

ways = pytest.mark.parametrize("way", [(), ("-n", "2")], ids=["one process", "two workers"])


def ran(pytester, monkeypatch, way, *listed, **more):
    monkeypatch.setitem(PLACES, "always", lambda: True)
    monkeypatch.setitem(PLACES, "never", lambda: False)
    # The inner run is one of its own, also where this one is a worker's, and needs no plugin.
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ANNOUNCED.parent / "parts"))
    entries = [
        f"[[skip]]\ntest = '{test}'\nreason = '{reason}'\nwhere = '{where}'\n"
        for test, reason, where in listed
    ]
    pytester.path.joinpath("listed.toml").write_text("\n".join(entries), encoding="utf-8")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_moon=TESTS, **more)
    return pytester.runpytest_inprocess("-p", "xdist", *way)


def test_announced_skips_pass(pytester, monkeypatch):
    result = ran(pytester, monkeypatch, (), WAITS, FULL)
    result.assert_outcomes(passed=2, skipped=2)
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*nobody announced*")


@ways
def test_a_new_skip_fails_the_run_and_is_named(pytester, monkeypatch, way):
    result = ran(pytester, monkeypatch, way, WAITS)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*nobody announced*",
         "skipped without announcement: test_moon.py::test_phases[[]full] (*full again)"]
    )  # fmt: skip
    result.stdout.no_fnmatch_line("skipped without announcement: *test_waits*")


@ways
def test_a_file_that_skips_itself_is_a_skip(pytester, monkeypatch, way):
    whole = "import pytest\npytest.skip('no telescope', allow_module_level=True)\n"
    result = ran(pytester, monkeypatch, way, WAITS, FULL, test_whole=whole)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["skipped without announcement: test_whole.py (*no telescope)"])
    assert ran(pytester, monkeypatch, way, WAITS, FULL, WHOLE, test_whole=whole).ret == 0


def test_another_reason_than_the_announced_one_fails(pytester, monkeypatch):
    other = (WAITS[0], "the moon is full", "always")
    assert ran(pytester, monkeypatch, (), other, FULL).ret == 1


def test_an_announced_skip_that_ran_fails_where_it_could_not_have(pytester, monkeypatch):
    half = ("test_moon.py::test_phases*", "again", "always")
    result = ran(pytester, monkeypatch, (), WAITS, half)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["announced as skipped where 'always', but it ran: *phases[*]"])
    elsewhere = ("test_moon.py::test_runs", "dark", "never")
    assert ran(pytester, monkeypatch, (), WAITS, FULL, elsewhere).ret == 0


def test_an_entry_that_names_no_test_covers_every_skip_of_its_reason(pytester, monkeypatch):
    entries = (("*", "the moon is new", "always"), ("*", "full again", "always"))
    assert ran(pytester, monkeypatch, (), *entries).ret == 0
    assert ran(pytester, monkeypatch, (), *entries[:1]).ret == 1


def test_a_place_nobody_knows_is_refused(tmp_path):
    listed = tmp_path / "listed.toml"
    listed.write_text("[[skip]]\ntest = 'a'\nreason = 'b'\nwhere = 'on the moon'\n")
    with pytest.raises(ValueError, match=r"'on the moon'; known are not root"):
        announced_in(listed)


def test_the_projects_own_list_names_tests_that_exist():
    for entry in announced_in(ANNOUNCED):
        assert (
            entry.test == "*" or (ANNOUNCED.parent.parent / entry.test.partition("::")[0]).exists()
        ), entry


def test_the_longest_files_exist():
    assert [name for name in LONGEST if not (ANNOUNCED.parent / name).is_file()] == []
