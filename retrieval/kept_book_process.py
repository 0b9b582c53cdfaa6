"""Makes the name tables of a large book for another process, which answers requests meanwhile.

    python -m retrieval.kept_book_process FOLDER FILE DIGEST

The folder is read here, with what the file knows of its policies; the tables are written to the
file. Ends with 3, and writes nothing, where the book in the folder has another digest.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from prompts.book import load_book
from prompts.errors import BookError
from retrieval.kept_book import OTHER, KeptBook

__all__ = ["main"]

_GIVE_WAY = 5


def main(folder: Path, path: Path, digest: str) -> int:
    """The process's exit status."""
    kept = KeptBook(path)
    try:
        book = load_book(folder, allow_empty=True, known=kept.known())
    except BookError:
        return OTHER
    if book.digest != digest:
        return OTHER
    kept.write(book)
    return 0


if __name__ == "__main__":
    os.nice(_GIVE_WAY)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
