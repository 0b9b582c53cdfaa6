"""The languages that the fixed replies may be written in, by their ISO 639-1 codes.

    workers/ignorance.md       in English, for every client whose language has no file
    workers/ignorance.es.md    for clients who write Spanish

These are the languages that a client's message is told apart in; a file for any other would
never be read.
"""

# ruff: noqa: RUF001 - letters of other scripts
from collections.abc import Mapping

__all__ = ["ENGLISH", "LANGUAGES", "NAMED", "TRANSLATED", "file_of"]

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
_ELSEWHERE: Mapping[str, str] = {
    "en": "inglés anglais englisch inglese inglês engels angielsku ingilizce английском",
    "es": "español castellano espagnol spanisch spagnolo espanhol spaans hiszpańsku испанском",
    "fr": "francés français französisch francese francês frans francusku fransızca французском",
    "de": "alemán allemand deutsch tedesco alemão duits niemiecku almanca немецком",
    "it": "italiano italien italienisch italiaans włosku italyanca итальянском",
    "pt": "portugués portugais portugiesisch portoghese português portugees",
    "nl": "neerlandés néerlandais niederländisch olandese holandês nederlands",
    "pl": "polaco polonais polnisch polacco polonês pools polsku",
    "ru": "ruso russe russisch russo rosyjsku русском",
    "tr": "turco turc türkisch turks turecku türkçe",
}
NAMED: Mapping[str, str] = {
    **{name.lower(): code for code, name in LANGUAGES.items()},
    **{name: code for code, names in _ELSEWHERE.items() for name in names.split()},
}
"""The code of a language by what it is called, in small letters: in English, and in some others."""
TRANSLATED: tuple[str, ...] = ("workers/ignorance", "workers/not_yet", "workers/refuse")
"""The templates that may have a file for each language: what the box says without a model."""


def file_of(name: str, language: str) -> str:
    """Return the name of a template's file in a language, such as workers/refuse.es.md."""
    return f"{name}.md" if language == ENGLISH else f"{name}.{language}.md"
