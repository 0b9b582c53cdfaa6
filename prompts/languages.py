"""The languages that the fixed replies may be written in, by their ISO 639-1 codes.

    workers/ignorance.md       in English, for every client whose language has no file
    workers/ignorance.es.md    for clients who write Spanish

These are the languages that a client's message is told apart in; a file for any other would
never be read.
"""

__all__ = ["ENGLISH", "LANGUAGES", "TRANSLATED", "file_of"]

ENGLISH = "en"
LANGUAGES: tuple[str, ...] = (
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi",
    "hr", "hu", "id", "it", "ja", "ko", "mr", "ms", "ne", "nl", "no", "pl", "pt", "ro", "ru",
    "sk", "sr", "sv", "ta", "te", "th", "tr", "uk", "ur", "vi", "zh",
)  # fmt: skip
TRANSLATED: tuple[str, ...] = ("workers/ignorance", "workers/refuse")
"""The templates that may have a file for each language: what the box says without a model."""


def file_of(name: str, language: str) -> str:
    """Return the name of a template's file in a language, such as workers/refuse.es.md."""
    return f"{name}.md" if language == ENGLISH else f"{name}.{language}.md"
