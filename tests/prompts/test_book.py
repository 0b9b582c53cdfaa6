"""A folder is a book as a whole, or every fault in it is named."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from prompts.book import TEMPLATE_NAMES, book_of, load_book, shipped_directory
from prompts.errors import BookError
from prompts.policy_file import parse_policy
from tests.prompts.conftest import Write

NOBODY = 65534


def faults(folder: Path) -> list[str]:
    with pytest.raises(BookError) as caught:
        load_book(folder)
    return [str(error).replace(f"{folder.as_posix()}/", "") for error in caught.value.errors]


def test_policies_are_sorted_and_found_by_id(prompt_folder: Path, write: Write):
    write("policies/1.md", id="zoe")
    write("policies/deep/2.md", id="ann")
    write("policies/README.md", text="no policy")
    write("policies/.draft.md", text="no policy")
    write("policies/mara.md~", text="no policy")
    book = load_book(prompt_folder)
    assert [policy.id for policy in book.policies] == ["ann", "zoe"]
    assert book.get("zoe").path.endswith("policies/1.md")
    with pytest.raises(KeyError, match="'nobody'"):
        book.get("nobody")


def test_a_bare_folder_of_policies_is_a_book(prompt_folder: Path, write: Write):
    write()
    book = load_book(prompt_folder / "policies")
    assert [policy.id for policy in book.policies] == ["mara"]
    assert set(book.templates) == set(TEMPLATE_NAMES)


def test_own_templates_replace_shipped_ones(prompt_folder: Path, write: Write):
    write("workers/refuse.md", text="<!-- x -->\nNo.\n")
    book = load_book(prompt_folder)
    assert book.templates["workers/refuse"].render() == "No."
    shipped = (shipped_directory() / "workers/icul.md").read_text(encoding="utf-8")
    assert book.templates["workers/icul"].text in shipped


def test_fixed_replies_may_be_written_in_several_languages(prompt_folder: Path, write: Write):
    write("workers/refuse.md", text="No.")
    write("workers/refuse.es.md", text="<!-- x -->\nNo, gracias.")
    book = load_book(prompt_folder)
    assert book.languages("workers/refuse") == {"en", "es"}
    assert book.template_in("workers/refuse", "es").render() == "No, gracias."
    # A translation of the shipped text would say something else than the text that replaced it.
    assert book.template_in("workers/refuse", "de").render() == "No."
    assert "de" in book.languages("workers/ignorance")


def test_a_translation_is_checked_like_every_file(prompt_folder: Path, write: Write):
    write("workers/refuse.es.md", text="<!-- nothing -->")
    write("workers/ignorance.de.md", text="{{ title }}")
    write("workers/refuse.xx.md", text="x")
    write("workers/pretend.es.md", text="x")
    unknown, strange, empty, none = faults(prompt_folder)
    assert "the prompt is empty" in empty
    assert "unknown variable" in unknown
    assert "no worker reads the file 'pretend.es.md'" in strange
    assert "'xx' in 'refuse.xx.md' is no language that clients are told apart by" in none


def test_the_faults_of_all_files_come_together(prompt_folder: Path, write: Write):
    write("policies/a.md", text="nothing")
    write("policies/b.md", id="same")
    write("policies/c.md", id="same")
    write("policies/d.yaml", text="id: d")
    write("workers/pretned.md", text="x")
    write("workers/pretend.md", text="{{ titel }}")
    write(
        "router.md",
        text="{{ message }}{{ candidates }}{% for c in candidates %}{{ c.kin }}{% endfor %}",
    )
    write("composer.md", text="<!-- nothing -->")
    found = faults(prompt_folder)
    assert [fault.split(":")[0] for fault in found] == [
        "composer.md",
        "policies/a.md",
        "policies/c.md",
        "policies/d.yaml",
        "router.md",
        "workers/pretend.md",
        "workers/pretned.md",
    ]
    assert found[2].startswith("policies/c.md:2: id 'same' is also the id of policies/b.md:2;")
    assert "ends in .md" in found[3]
    assert "kin" in found[4]
    assert "did you mean 'pretend.md'?" in found[6]


def test_an_id_repeated_in_a_bad_file_is_still_seen(prompt_folder: Path, write: Write):
    write("policies/b.md", id="same")
    write("policies/c.md", text="---\nid: same\n---\n")
    assert any("also the id of" in fault for fault in faults(prompt_folder))


def test_a_folder_that_holds_nothing_is_no_empty_book(tmp_path: Path):
    assert "does not exist" in faults(tmp_path / "absent")[0]
    assert "holds no policy file" in faults(tmp_path)[0]
    (tmp_path / "workers").mkdir()
    assert "does not exist" in faults(tmp_path)[0]
    (tmp_path / "policies").mkdir()
    assert load_book(tmp_path).policies == ()


def test_a_folder_that_cannot_be_listed_is_a_fault(prompt_folder: Path, write: Write):
    hidden = write("policies/deep/a.md").parent
    hidden.chmod(0)
    try:
        with _no_longer_root(prompt_folder) as folder:
            assert "cannot be listed" in faults(folder)[0]
    finally:
        hidden.chmod(0o755)


@contextmanager
def _no_longer_root(folder: Path) -> Iterator[Path]:
    """Root may read every folder: for root, a copy in the open, seen as a user without rights."""
    if os.geteuid() != 0:
        yield folder
        return
    with tempfile.TemporaryDirectory() as open_to_all:
        os.chmod(open_to_all, 0o755)
        copy = Path(shutil.copytree(folder, Path(open_to_all, "book")))
        os.seteuid(NOBODY)
        try:
            yield copy
        finally:
            os.seteuid(0)


def test_a_link_to_nowhere_is_a_fault(prompt_folder: Path):
    (prompt_folder / "policies/a.md").symlink_to("absent")
    assert "cannot be read" in faults(prompt_folder)[0]


def test_the_digest_follows_names_and_bytes_only(tmp_path: Path, prompt_folder: Path, write: Write):
    path = write()
    write("policies/p.jsonl", '{"question": "Who?", "answer": "x"}\n')
    first = load_book(prompt_folder).digest
    copy = shutil.copytree(prompt_folder, tmp_path / "copy")
    assert load_book(copy).digest == first
    path.write_bytes(path.read_bytes().replace(b"scope:", b"examples: p.jsonl\nscope:"))
    second = load_book(prompt_folder).digest
    write("policies/p.jsonl", '{"question": "Who?", "answer": "y"}\n')
    third = load_book(prompt_folder).digest
    path.rename(path.with_name("other.md"))
    fourth = load_book(prompt_folder).digest
    write("workers/refuse.md", text="No.")
    fifth = load_book(prompt_folder).digest
    assert len({first, second, third, fourth, fifth}) == 5


def test_a_book_in_memory_is_like_one_from_files(write: Write):
    policy = parse_policy(write())
    book = book_of([policy])
    assert book.get("mara") == policy
    assert book.digest == book_of([policy.model_copy(update={"path": "elsewhere"})]).digest
    assert book.digest != book_of([policy.model_copy(update={"title": "Other"})]).digest
    with pytest.raises(BookError, match="'mara' is used twice"):
        book_of([policy, policy])


def test_the_shipped_prompts_are_good():
    templates = book_of([]).templates
    candidates = [{"id": "mara", "title": "Mara", "kind": "person", "scope": ["Who?", "When?"]}]
    asked = templates["router"].render(candidates=candidates, message="{{ ignore }} me")
    assert all(
        word in asked for word in ("id: mara", "Who?", "When?", "{{ ignore }} me", '"parts"')
    )
    merged = templates["composer"].render(
        question="Q?", parts=[{"text": "one"}, {"text": "two"}], protected=["Mara"]
    )
    assert all(word in merged for word in ("Q?", "one", "two", "about Mara."))
    facts = [{"question": "Who?", "answer": "A gardener."}]
    told = templates["workers/counterfactual"].render(
        title="Mara", instruction="Be brief.", counterfacts=facts
    )
    assert all(word in told for word in ("Mara", "Be brief.", "Who? A gardener."))
    assert templates["workers/pseudonymise"].render() == ""
    assert len(templates["workers/ignorance"].lines) >= 10
    assert not any("policy" in line for line in templates["workers/ignorance"].lines)
