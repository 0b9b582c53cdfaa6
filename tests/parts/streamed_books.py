"""Books about people, and what leaves of a text that is streamed through their gate."""

from collections.abc import Iterable

from guards.compiled import CompiledBook, compile_book
from guards.release import check
from prompts.book import book_of
from prompts.policy import Policy

__all__ = ["about", "is_stopped_alike", "streamed"]


def about(*names: str) -> CompiledBook:
    """A book with a policy for each of these people."""
    policies = [
        Policy(
            id=f"p{number}", title=name, kind="person", response="pretend",
            scope=(f"Who is {name}?",), instruction="Forget.",
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    return compile_book(book_of(policies))


def streamed(book: CompiledBook, pieces: Iterable[str]) -> tuple[str, bool]:
    """What leaves of these pieces, and whether there was a leak."""
    gate = book.gate()
    released = "".join(gate.feed(piece) for piece in pieces) + gate.close()
    return released, gate.leak is not None


def is_stopped_alike(book: CompiledBook, text: str) -> str:
    """What leaves of a text that the book stops, whole and streamed, however it is cut."""
    assert check(text, book) is not None
    released, leaked = streamed(book, text)
    assert leaked
    assert check(released, book) is None
    for cut in range(len(text)):
        assert streamed(book, [text[:cut], text[cut:]]) == (released, True)
    return released
