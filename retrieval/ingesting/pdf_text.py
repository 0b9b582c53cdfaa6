"""The text of a PDF file, by pypdf: one page after the other."""

from __future__ import annotations

import logging
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError, WrongPasswordError

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class PdfError(Exception):
    """A PDF that gives no text: the message says why."""


def pdf_text(path: Path) -> str:
    """The text of all pages, apart by blank lines.

    Raises OSError where the file cannot be opened, and PdfError where it holds no readable text.
    """
    with path.open("rb") as file:
        try:
            pages = [page.extract_text() for page in PdfReader(file).pages]
        except OSError:
            raise
        except (FileNotDecryptedError, WrongPasswordError) as error:
            raise PdfError("is encrypted; save a copy without a password") from error
        except Exception as error:
            # Whatever a damaged or hostile file makes the parser raise, the others go on.
            raise PdfError(f"is no readable PDF ({type(error).__name__})") from error
    text = "\n\n".join(pages).strip()
    if not text:
        raise PdfError("holds no text: perhaps a scan; run a text recognition over it")
    return text
