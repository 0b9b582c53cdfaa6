"""Pieces of names, of their disguises and of what looks like them, to make random streams of."""

import base64

from hypothesis import strategies as st

ENCODED = base64.b64encode(b"by Hsiao Yun-Hwa, a poet").decode()

FRAGMENTS = st.sampled_from([
    "Hsiao", "H", "siao", " ", "-", "Yun", "Hwa", "hsiao yun", "\u200b", "<b>", "</b>", "&#", "72",
    ";", "&amp;", "%48", "%2", "%e6%9d", "%8e%E7%99%BD",
    "1", "0", "!", "$", "An", "na", "Ann", "Theo", "the ", "o'clock",
    "李", "白", "김민", "\n", " " * 34, "https://x.y/", "SHNp", "YW8gWXVu", "LUh3YQ==", ENCODED,
    "4873", "69616f2059756e2d487761", "Ufvnb", " Lha-", "Uwn", "awH", "-nuY oaisH", "\\u00", "48",
    "\\x48", "<", ">",
    "Oyphv Fbu", "-Odh", "Iyefx-", "iaohsay ", "unyay", "-ahway", "Khsiubaubo Yubun", " Hwuba",
    "72 115 105 97 111 ", "32 89 117 110 ", "45 72 119 97", "01001000 01110011 ", "8-19-9-1-15 ",
    "25-21-14", "8-23-1 ", ".... ... .. .- --- ", "/ -.-- ..- -. ", "\u2813\u280e\u280a",
    "\u2801\u2815 ", "\U000e0048\U000e0073", "JBZWSYLP", "EBMXK3RN", "w_;", "\"Hsiao",
    "\", y = \"",
    "\" + \"", ", surname: ", " and the last name is ", "hotel ", "Sierra ", "India alfa ", "oscar",
    "his son is an old ", "young uncle. ", "No. ", "He saw it.\n",
    "e\u0301", "AbC", "aB3" * 9, "=", "L1l", "I", ".",
])  # fmt: skip

WRITTEN_FRAGMENTS = st.sampled_from([
    "Isabel", "Ali", "I", "Hsiao", "H", "Yun", "Hwa", "Isabell", "Alli", "Hsaio", "isa", "bel",
    " ", " ", " ", ", ", ". ", "-", ".", "'s ", "\n", "Roger", "Thomas ", "S", "T.", "the ", "xy",
    "\u200b", "\u0301", "A", "l", "Anna", "Anan", "Theodora", "<b>", "&#65;", "aB3", "1", "\u00b7",
    "Marie", "Robert ", "Tob ", "Vfnory ", "Nyv", "Znevr ", "lebasI ", "ilA",
    "isabelway ", "aliway",
    "@", "#", "real", "IsabelAli", "isabel_", "\u30a4\u30b5\u30d9\u30eb", "\u30fb", "\u30a2\u30ea",
])  # fmt: skip
