"""The languages that the fixed replies may be written in, by their ISO 639-1 codes.

    workers/ignorance.md       in English, for every client whose language has no file
    workers/ignorance.es.md    for clients who write Spanish

These are the languages that a client's message is told apart in; a file for any other would
never be read.
"""

from collections.abc import Mapping

__all__ = ["ENGLISH", "LANGUAGES", "TRANSLATED", "file_of"]

ENGLISH = "en"
LANGUAGES: Mapping[str, str] = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "mr": "Marathi", "ms": "Malay", "ne": "Nepali", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sr": "Serbian", "sv": "Swedish", "ta": "Tamil", "te": "Telugu",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip
TRANSLATED: tuple[str, ...] = ("workers/ignorance", "workers/not_yet", "workers/refuse")
"""The templates that may have a file for each language: what the box says without a model."""


def file_of(name: str, language: str) -> str:
    """Return the name of a template's file in a language, such as workers/refuse.es.md."""
    return f"{name}.md" if language == ENGLISH else f"{name}.{language}.md"
