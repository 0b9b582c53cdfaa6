from guards.compiled import compile_book
from guards.release import check
from guards.stream_gate import StreamGate
from guards.verdicts import Leak
from prompts.book import book_of
from prompts.policy import Policy

NAME = "Hsiao Yun-Hwa"
COMPILED = compile_book(
    book_of(
        [
            Policy(
                id="hsiao", title=NAME, kind="person", response="pretend",
                scope=(f"Who is {NAME}?",), instruction="Forget her.",
            )
        ]
    )
)  # fmt: skip


def new_gate() -> StreamGate:
    return COMPILED.gate()


def leak_in_text(text: str) -> Leak | None:
    return check(text, COMPILED)
