"""Print every module with the first line of its docstring, folder by folder: why each exists.

Needs nothing but Python's standard library. ``make map`` runs it.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("prompts", "guards", "retrieval", "boxed", "evals")
COLUMNS = 100
NAME = 26  # columns of a file's name and the blanks around it


def packages(root: Path) -> Iterator[Path]:
    """Every folder with modules, a floor's own first, then its rooms in order of their paths."""
    for floor in FLOORS:
        yield from sorted({path.parent for path in (root / floor).rglob("*.py")})


def purpose(module: Path) -> str:
    """The first line of a module's docstring; empty where there is none."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def entries(folder: Path) -> Iterator[str]:
    """A folder's line, then one for each of its modules; long ones go on below themselves."""
    name = folder.relative_to(ROOT).as_posix()
    head = purpose(folder / "__init__.py") if (folder / "__init__.py").exists() else ""
    yield filled(f"{name}/  {head}", "", 4)
    for module in sorted(folder.glob("*.py")):
        if module.name != "__init__.py":
            first = f"  {module.name}".ljust(NAME - 1) + " "
            yield filled(purpose(module), first, NAME)


def filled(text: str, first: str, indent: int) -> str:
    """Lines of at most so many columns, broken at blanks alone."""
    return textwrap.fill(
        text,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
    )


def main() -> None:
    """The whole map, to standard output."""
    print("\n\n".join("\n".join(entries(folder)) for folder in packages(ROOT)))


if __name__ == "__main__":
    main()
