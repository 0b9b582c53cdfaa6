import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from boxed.release.json_escapes import EscapeReader, decode

ESCAPED = st.lists(
    st.sampled_from(
        ["\\", "\\\\", '\\"', "\\n", "\\u0048", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\u12",
         "u", "a", "48", '"', "é", "\\/"]
    ),
    max_size=20,
).map("".join)  # fmt: skip


def test_json_strings_are_read() -> None:
    text = 'Hs\u00efao\n"Yun" \\ 😀'
    assert decode(json.dumps(text)) == f'"{text}"'


def test_a_lone_surrogate_is_replaced() -> None:
    assert decode(r"a\ud83db") == "a\ufffdb"


@given(ESCAPED, st.data())
def test_cuts_make_no_difference(text: str, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    edges = [0, *edges, len(text)]
    reader = EscapeReader()
    pieces = [text[a:b] for a, b in pairwise(edges)]
    out = "".join(reader.feed(piece) for piece in pieces) + reader.feed("", closed=True)
    assert out == decode(text)
    assert reader.raw_offset(len(out)) == len(text)


@given(ESCAPED, st.data())
def test_offsets_lead_to_what_was_decoded(text: str, data: st.DataObject) -> None:
    reader = EscapeReader()
    out = reader.feed(text, closed=True)
    at = data.draw(st.integers(0, len(out)))
    assert decode(text[: reader.raw_offset(at)]).startswith(out[:at][: max(0, at - 1)])
    assert reader.raw_offset(at) <= len(text)
