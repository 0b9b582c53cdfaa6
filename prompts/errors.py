"""What a prompt file can be wrong about, said so that its author can mend it.

    prompts/policies/jane-doe.md:4: response 'hide' is not one of pretend, redact; write one of them

Errors quote the value that is wrong, because they are read by the person who edits the file. A log
line must not hold what a policy protects: log `PromptError.place`, never the text.
"""

from __future__ import annotations

from collections.abc import Iterable


class PromptError(Exception):
    """One fault of one file: where it is, what it is and what to do.

    `line` counts from 1. Two errors are equal when all four parts are.
    """

    def __init__(self, path: str, line: int, problem: str, remedy: str) -> None:
        super().__init__(path, line, problem, remedy)
        self._parts = (path, line, problem, remedy)

    @property
    def path(self) -> str:
        """The file, as the caller named it."""
        return self._parts[0]

    @property
    def line(self) -> int:
        """The line of the fault, counted from 1."""
        return self._parts[1]

    @property
    def problem(self) -> str:
        """What is wrong, with the value."""
        return self._parts[2]

    @property
    def remedy(self) -> str:
        """What the author can do about it."""
        return self._parts[3]

    @property
    def place(self) -> str:
        """`path:line`, which quotes nothing from the file and so is safe to log."""
        return f"{self.path}:{self.line}"

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}; {self.remedy}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PromptError) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)


class BookError(Exception):
    """Every fault found in a folder of prompt files, in the order of file and line."""

    def __init__(self, errors: Iterable[PromptError]) -> None:
        found = sorted(set(errors), key=lambda error: (error.path, error.line, error.problem))
        self._errors = tuple(found)
        super().__init__(self._errors)

    @property
    def errors(self) -> tuple[PromptError, ...]:
        """The faults; never empty when the error was raised by this package."""
        return self._errors

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self._errors)


def shown(value: object) -> str:
    """Return `value` quoted for an error text, cut to 60 characters.

    >>> shown("hide")
    "'hide'"
    """
    text = repr(value)
    return text if len(text) <= 60 else text[:56] + "..." + text[-1]
