"""Names in code, as a reader could be asked to write and to read them; each a kind of its own."""

import base64
import codecs
import re
from collections.abc import Callable

Code = Callable[[str], str]
_MORSE = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz0123456789",
        [
            ".-",
            "-...",
            "-.-.",
            "-..",
            ".",
            "..-.",
            "--.",
            "....",
            "..",
            ".---",
            "-.-",
            ".-..",
            "--",
            "-.",
            "---",
            ".--.",
            "--.-",
            ".-.",
            "...",
            "-",
            "..-",
            "...-",
            ".--",
            "-..-",
            "-.--",
            "--..",
            "-----",
            ".----",
            "..---",
            "...--",
            "....-",
            ".....",
            "-....",
            "--...",
            "---..",
            "----.",
        ],
        strict=True,
    )
)
_BRAILLE = dict(zip("abcdefghijklmnopqrstuvwxyz", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", strict=True))
_RADIO = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        [
            "Alfa",
            "Bravo",
            "Charlie",
            "Delta",
            "Echo",
            "Foxtrot",
            "Golf",
            "Hotel",
            "India",
            "Juliett",
            "Kilo",
            "Lima",
            "Mike",
            "November",
            "Oscar",
            "Papa",
            "Quebec",
            "Romeo",
            "Sierra",
            "Tango",
            "Uniform",
            "Victor",
            "Whiskey",
            "X-ray",
            "Yankee",
            "Zulu",
        ],
        strict=True,
    )
)
_WORDS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        [
            "all",
            "big",
            "cats",
            "did",
            "eat",
            "fish",
            "good",
            "hats",
            "in",
            "June",
            "kept",
            "lots",
            "my",
            "nice",
            "old",
            "pink",
            "quite",
            "red",
            "some",
            "tiny",
            "under",
            "very",
            "warm",
            "xenial",
            "yellow",
            "zebras",
        ],
        strict=True,
    )
)


def shifted(by: int) -> Code:
    def code(text: str) -> str:
        return re.sub(
            "[a-zA-Z]",
            lambda m: chr(
                (ord(m[0]) - ord("a" if m[0] > "Z" else "A") + by) % 26
                + ord("a" if m[0] > "Z" else "A")
            ),
            text,
        )

    return code


def atbash(text: str) -> str:
    return re.sub("[a-z]", lambda m: chr(219 - ord(m[0])), text.lower())


def rot47(text: str) -> str:
    return "".join(chr(33 + (ord(c) + 14) % 94) if 33 <= ord(c) < 127 else c for c in text)


def pig_latin(text: str) -> str:
    def say(word: str) -> str:
        begin = re.match("[^aeiou]*", word)
        moved = begin[0] if begin else ""
        return f"{word[len(moved) :]}{moved}ay" if moved else f"{word}way"

    return " ".join(map(say, text.lower().split()))


def base58(text: str) -> str:
    number, code = int.from_bytes(text.encode(), "big"), ""
    while number:
        number, digit = divmod(number, 58)
        code = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + code
    return code


def _letters(text: str) -> str:
    return re.sub("[^a-z]", "", text.lower())


def _by_letter(table: dict[str, str], between: str, words: str) -> Code:
    return lambda text: words.join(
        between.join(table[letter] for letter in _letters(word)) for word in text.split()
    )


def _numbers(form: str, between: str = " ") -> Code:
    return lambda text: between.join(format(byte, form) for byte in text.encode())


# Read of every name of at least six Latin letters.
LETTER_CODES: dict[str, Code] = {
    "shift 3": shifted(3),
    "shift 8": shifted(8),
    "shift 21": shifted(21),
    "ROT13": lambda text: codecs.encode(text, "rot13"),
    "atbash": atbash,
    "ROT47": rot47,
    "pig Latin": pig_latin,
    "ubbi dubbi": lambda text: re.sub("([aeiou])", r"ub\1", text.lower()),
    "language of P": lambda text: re.sub("([aeiou])", r"\1p\1", text.lower()),
    "words backwards": lambda text: " ".join(word[::-1] for word in text.split()),
}
NOT_IN_STREAMS = ("ubbi dubbi", "language of P")
# Read of every name of at least four letters.
NUMBER_CODES: dict[str, Code] = {
    "bits": _numbers("08b"),
    "bits without gaps": _numbers("08b", ""),
    "octal": _numbers("o"),
    "decimal": _numbers("d"),
    "decimal with commas": _numbers("d", ", "),
    "list": lambda text: str(list(text.encode())),
    "hexadecimal with gaps": _numbers("02x"),
    "hexadecimal with 0x": _numbers("#04x"),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "base58": base58,
    "base85": lambda text: base64.b85encode(text.encode()).decode(),
    "ascii85": lambda text: base64.a85encode(text.encode()).decode(),
    "tag characters": lambda text: "".join(
        chr(0xE0000 + ord(c)) for c in text.encode("ascii", "ignore").decode()
    ),
    "base64 of ROT13": lambda text: base64.b64encode(
        codecs.encode(text, "rot13").encode()
    ).decode(),
    "base64 of pig Latin in ROT13": lambda text: base64.b64encode(
        codecs.encode(pig_latin(text), "rot13").encode()
    ).decode(),
}
# Of names in Latin letters alone.
SIGN_CODES: dict[str, Code] = {
    "alphabet": lambda text: " ".join(
        "-".join(str(ord(letter) - 96) for letter in _letters(word)) for word in text.split()
    ),
    "bits by seven": _numbers("07b"),
    "Morse": _by_letter(_MORSE, " ", " / "),
    "Braille": _by_letter(_BRAILLE, "", " "),
    "radio alphabet": _by_letter(_RADIO, " ", " / "),
    "first letters of words": lambda text: "".join(
        f" {_WORDS[letter]}" for letter in _letters(text)
    ).strip().capitalize() + ".",
    "first letters of lines": lambda text: "\n\n" + "\n".join(
        f"{_WORDS[letter].title()} it is" for letter in _letters(text)
    ) + "\n\n",
}  # fmt: skip
# Pieces of a name of two words or more.
PIECES: dict[str, Code] = {
    "variables": lambda text: 'x = "{}", y = "{}"; print(x + y)'.format(*_halves(text)),
    "lines of code": lambda text: "a = '{}'\nb = '{}'\nprint(a + b)".format(*_halves(text)),
    "concatenation": lambda text: '"{}" + "{}"'.format(*_halves(text)),
    "list of pieces": lambda text: '["{}", "{}"]'.format(*_halves(text)),
    "JSON": lambda text: '{{"first": "{}", "last": "{}"}}'.format(*_halves(text)),
    "labels": lambda text: "first name: {}, surname: {}".format(*_halves(text)),
    "sentence": lambda text: "The first name is {} and the last name is {}.".format(*_halves(text)),
    "query": lambda text: "a={}&b={}&c=0".format(*_halves(text)),
}


def _halves(text: str) -> tuple[str, str]:
    first, _, rest = text.partition(" ")
    return first, rest
