"""A box that keeps its compiled policies: what its file holds is what is in force, no more."""

from pathlib import Path

from box_books import policy

from boxed.assemble import compiled
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.models.fake import FakeModel
from boxed.settings import load_settings
from evals.bench.start import write_policies
from prompts.book import book_of
from retrieval.kept_book import FEWEST, KeptBook

ROEMER, QUERROW = policy("roe", "Jane Roemer"), policy("que", "Odo Querrow")


async def test_a_policy_that_is_taken_out_is_gone_from_the_file(tmp_path: Path):
    file = tmp_path / "compiled.bin"
    product = FakeModel(lambda body: "I do not know.")
    box = Box(Models(product), book_of([ROEMER, QUERROW]), kept=KeptBook(file, fewest=1))
    assert b"querrow" in file.read_bytes().lower()
    box.swap_book(book_of([ROEMER]))
    assert b"querrow" not in file.read_bytes().lower()
    assert b"roemer" in file.read_bytes().lower()
    assert box.snapshot.compiled.mentions.find("Jane Roemer")
    assert not box.snapshot.compiled.mentions.find("Odo Querrow")
    await box.close()


def test_the_settings_name_the_file(tmp_path: Path):
    folder, file = tmp_path / "policies", tmp_path / "kept" / "compiled.bin"
    folder.mkdir()
    write_policies(folder, FEWEST)
    settings = load_settings(policies=folder, compiled=file, semantic=False)
    first = compiled(settings, None)
    written = file.stat().st_mtime_ns
    again = compiled(settings, None)
    assert file.stat().st_mtime_ns == written
    text = f"I met {first.book.policies[7].title}."
    assert again.mentions.find(text) == first.mentions.find(text) != []
