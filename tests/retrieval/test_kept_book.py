"""A book opened from the file that keeps it is the book that was compiled, or it is made anew."""

import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.bench.coined import coined_policies
from evals.bench.start import write_policies
from guards.compiled import CompiledBook, compile_book
from guards.indexes import NameIndexes, index_names
from guards.names import coded_forms, mentions
from prompts import policy_file
from prompts.book import PolicyBook, book_of, load_book
from prompts.policy import Example, Policy
from retrieval.kept_book import OTHER, KeptBook
from retrieval.kept_book_process import main

COUNT = 24
ODD = {
    "ulu": ("Šárka Ždánová-Ørsted", ("S. Ždánová", "Шарка Жданова")),
    "thing": ("The Halmere Papers", ("halmere-papers", "HP 2041-77")),
    "two": ("Vera Anne van Tolk", ("Tolk, Vera",)),
    "own": ("Kelly", ("Miss Kelly of Orme",)),
}


@pytest.fixture(autouse=True)
def _tables_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Automata hold few names, tables many: here each is a table, as in a large book."""
    monkeypatch.setattr(mentions, "_FEW", 0)
    monkeypatch.setattr(coded_forms, "_FEW", 0)


def _policies() -> list[Policy]:
    odd = [
        Policy(
            id=id,
            title=title,
            aliases=aliases,
            kind="organisation" if id == "thing" else "person",
            response="icul",
            scope=(f"Who is {title}?", "Who wrote 'The Lamps of Orme' in 1911?"),
            retain=("Who was Grace Kelly?",),
            terms=("Lampwright",),
            examples=(Example(question="Where was she born?", answer="In Querrowby."),),
            instruction="Say nothing.",
        )
        for id, (title, aliases) in ODD.items()
    ]
    return [*coined_policies(COUNT), *odd]


@pytest.fixture(scope="module")
def fresh() -> CompiledBook:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mentions, "_FEW", 0)
        patch.setattr(coded_forms, "_FEW", 0)
        return compile_book(book_of(_policies()))


@pytest.fixture(scope="module")
def opened(fresh: CompiledBook, tmp_path_factory: pytest.TempPathFactory) -> CompiledBook:
    kept = KeptBook(tmp_path_factory.mktemp("kept") / "compiled.bin", fewest=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mentions, "_FEW", 0)
        patch.setattr(coded_forms, "_FEW", 0)
        kept.indexes(fresh.book)
        return compile_book(fresh.book, indexed=kept.indexes)


def _disguised(name: str, how: int) -> str:
    shifted = "".join(chr((ord(c) - 97 + 3) % 26 + 97) if c.isalpha() else c for c in name.lower())
    surname = name.split()[-1]
    ways = (name, name[::-1], " ".join(name), shifted, surname, name[:-2] + name[-1], name.upper(),
            f"{name[0]}. {surname}", name.replace("a", "4"), name.split()[0])  # fmt: skip
    return ways[how % len(ways)]


_NAMES = [name for policy in _policies() for name in policy.names]
_PIECES = st.one_of(
    st.builds(_disguised, st.sampled_from(_NAMES), st.integers(0, 9)),
    st.sampled_from(["the Lampwright", "born in Querrowby", "'The Lamps of Orme'", "Grace Kelly"]),
    st.sampled_from(["who is", "a note by", "said:", "and", "...", "\n", "met Dr"]),
    st.text(max_size=8),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(_PIECES, max_size=8).map(" ".join))
def test_what_a_kept_book_finds_is_what_a_fresh_one_finds(fresh, opened, text):
    for one in ("mentions", "weak", "lone", "faint", "clues"):
        assert getattr(opened, one).find(text) == getattr(fresh, one).find(text), one
    assert opened.described.facts.find(text) == fresh.described.facts.find(text)
    assert opened.described.clued(text) == fresh.described.clued(text)
    assert opened.exact.asking(text) == fresh.exact.asking(text)
    one, other = opened.gate(), fresh.gate()
    told = [(gate.feed(text[:9]), gate.feed(text[9:]), gate.close()) for gate in (one, other)]
    assert told[0] == told[1]


def test_every_own_question_is_known_from_the_file(fresh, opened):
    asked = [(n, q) for n, policy in enumerate(fresh.book.policies) for q in policy.scope]
    for number, question in asked:
        squashed = "".join(c for c in question.lower() if c.isalnum())
        assert list(opened.exact.asking(squashed)) == list(fresh.exact.asking(squashed))
        assert opened.mentions.find(question) == fresh.mentions.find(question), number


# --- files in a folder ---------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "policies"
    made.mkdir()
    write_policies(made, 12)
    (made / "dated.md").write_text(
        "---\nid: dated\ntitle: Odo Brink\nkind: person\nresponse: refuse\n"
        "scope:\n  - Who is Odo?\nexpires: 2099-01-01\n---\nRefuse.\n"
    )
    (made / "pairs.md").write_text(
        "---\nid: pairs\ntitle: Una Brink\nkind: person\nresponse: icul\nscope:\n  - Who is Una?\n"
        "examples:\n  - question: Who?\n    answer: A potter.\n---\nForget.\n"
    )
    return made


@pytest.fixture
def kept(tmp_path: Path) -> KeptBook:
    return KeptBook(tmp_path / "kept" / "compiled.bin", fewest=1)


def _file(kept: KeptBook) -> Path:
    return kept._path


def _started(kept: KeptBook, folder: Path) -> tuple[PolicyBook, NameIndexes]:
    book = load_book(folder, known=kept.known())
    return book, kept.indexes(book)


def _make_none(monkeypatch: pytest.MonkeyPatch, *groups: str) -> None:
    for group in groups:
        made = f"the tables of {group} were made again"
        monkeypatch.setattr(f"guards.indexes._of_{group}", lambda _, made=made: pytest.fail(made))


def test_policies_from_the_file_are_those_that_are_parsed(kept, folder):
    _started(kept, folder)
    known, plain = load_book(folder, known=kept.known()), load_book(folder)
    assert known.policies == plain.policies
    assert known.digest == plain.digest
    assert [p.path for p in known.policies] == [p.path for p in plain.policies]
    assert [p.model_dump_json() for p in known.policies] == [
        p.model_dump_json() for p in plain.policies
    ]


def test_a_start_with_the_file_makes_nothing_again(kept, folder, monkeypatch):
    _started(kept, folder)
    (folder / "pairs.md").write_text((folder / "pairs.md").read_text() + "\n")
    parsed: list[str] = []
    parse = policy_file.split_front_matter
    monkeypatch.setattr(
        policy_file,
        "split_front_matter",
        lambda path, text: parsed.append(path) or parse(path, text),
    )
    book, _ = _started(kept, folder)
    assert sorted(Path(path).stem for path in parsed) == ["dated", "pairs"]  # times are not kept
    _make_none(monkeypatch, "names", "texts")
    assert kept.indexes(book).mentions.find(book.policies[0].title)


def test_only_its_owner_may_read_the_file(kept, folder):
    _started(kept, folder)
    assert _file(kept).stat().st_mode & 0o777 == 0o600


def test_a_removed_policy_leaves_nothing_in_the_file(kept, folder):
    book, _ = _started(kept, folder)
    gone = book.policies[3]
    family = gone.title.split()[1].encode()
    assert family in _file(kept).read_bytes()
    Path(gone.path).unlink()
    book, indexes = _started(kept, folder)
    data = _file(kept).read_bytes().lower()
    assert family.lower() not in data
    assert gone.id.encode() not in data
    assert not [p for p in _file(kept).parent.iterdir() if p != _file(kept) and p.stat().st_size]
    assert not indexes.mentions.find(gone.title)


def test_a_changed_policy_is_found_by_its_new_name_alone(kept, folder):
    book, _ = _started(kept, folder)
    old = book.policies[2]
    path = Path(old.path)
    path.write_text(path.read_text().replace(old.title, "Ottilie Varnbrook"))
    book, indexes = _started(kept, folder)
    assert [hit.policy for hit in indexes.mentions.find("Ottilie Varnbrook")] == [2]
    assert indexes.mentions.find(f"It was {old.title}.") == index_names(
        book.policies
    ).mentions.find(f"It was {old.title}.")


def test_a_new_scope_does_not_cost_the_tables_of_names(kept, folder, monkeypatch):
    book, _ = _started(kept, folder)
    path = Path(book.policies[2].path)
    path.write_text(path.read_text().replace("scope:\n", "scope:\n  - Who threw the lamp?\n"))
    _make_none(monkeypatch, "names")
    _, indexes = _started(kept, folder)
    assert list(indexes.exact.asking("whothrewthelamp")) == [2]
    path.write_text(path.read_text().replace("Answer as", "Reply as"))
    _make_none(monkeypatch, "texts")
    book, _ = _started(kept, folder)
    assert book.policies[2].instruction.startswith("Reply as")
    assert b"Answer as someone" in _file(kept).read_bytes()  # the others' instruction


@pytest.mark.parametrize("harm", ["cut", "flipped", "head", "empty", "foreign", "other code"])
def test_a_file_that_is_no_good_is_noticed_and_made_anew(kept, folder, harm, monkeypatch, caplog):
    book, _ = _started(kept, folder)
    path = _file(kept)
    data = bytearray(path.read_bytes())
    at = {"flipped": len(data) - 2000, "head": 200}.get(harm)
    if at is not None:
        data[at] ^= 1
    path.write_bytes({"cut": data[:-100], "empty": b"", "foreign": b"PK\3\4" * 99}.get(harm, data))
    if harm == "other code":
        monkeypatch.setattr("retrieval.kept_book.code", lambda: "new")
    caplog.set_level(logging.WARNING)
    assert kept.known()(book.sums[:32], "x") is None
    again, indexes = _started(kept, folder)
    assert again.policies == book.policies
    assert indexes.mentions.find(book.policies[0].title)
    assert ("damaged" in caplog.text) == (harm != "other code")
    caplog.clear()
    assert kept.known()(book.sums[:32], "x") is not None
    assert not caplog.text


def test_a_file_that_others_may_write_to_is_not_believed(kept, folder, caplog):
    book, _ = _started(kept, folder)
    _file(kept).chmod(0o666)
    assert kept.known()(book.sums[:32], "x") is None
    assert "others may write" in caplog.text
    _started(kept, folder)
    assert _file(kept).stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_costs_time_alone(folder, tmp_path, caplog):
    (tmp_path / "taken").write_text("a file, where a folder is needed")
    kept = KeptBook(tmp_path / "taken" / "compiled.bin", fewest=1)
    book, indexes = _started(kept, folder)
    assert indexes.mentions.find(book.policies[0].title)
    assert "not kept" in caplog.text


def test_a_small_book_is_not_kept(kept, folder):
    _started(kept, folder)
    small = KeptBook(_file(kept), fewest=100)
    book, indexes = _started(small, folder)
    assert indexes.mentions.find(book.policies[0].title)
    assert not _file(kept).exists()


def test_another_process_makes_the_tables_of_a_large_book(kept, folder, monkeypatch):
    apart = KeptBook(_file(kept), fewest=1, apart=1)
    _make_none(monkeypatch, "names", "texts")
    book, indexes = _started(apart, folder)
    assert [hit.policy for hit in indexes.mentions.find(book.policies[5].title)] == [5]


def test_that_process_makes_no_tables_of_another_book(kept, folder):
    assert main(folder, _file(kept), "of another book") == OTHER
    assert main(folder / "none", _file(kept), "of none") == OTHER
    assert not _file(kept).exists()
