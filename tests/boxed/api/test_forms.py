"""Forms with files, read and written anew."""

import email
import email.policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxed.api.fields import FieldError
from boxed.api.forms import File, Form, is_form, read_form
from boxed.api.inputs import input_texts, with_inputs

NAMES = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
FILES = st.builds(
    File,
    NAMES,
    st.binary(max_size=200) | st.sampled_from([b"\r\n--boxed-", b"\r\n\r\n", b"--", b"\r\n"]),
    st.sampled_from(["image/png", "audio/mpeg", "application/octet-stream"]),
    st.sampled_from(["", ".png", ".mp3"]),
)
FIELDS = st.dictionaries(NAMES, TEXTS) | st.dictionaries(
    NAMES.map("{}[]".format), st.lists(TEXTS, min_size=1, max_size=3)
)


@settings(max_examples=25, deadline=None)
@given(FIELDS, st.lists(FILES, max_size=3))
def test_a_form_that_was_written_is_read_as_it_was(
    fields: dict[str, object], files: list[File]
) -> None:
    form = Form(fields, tuple(files))
    raw, kind = form.encoded()
    assert is_form(kind)
    assert read_form(raw, kind) == form


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(NAMES, TEXTS, min_size=1))
def test_others_read_it_too(fields: dict[str, str]) -> None:
    raw, kind = Form(
        {k: v.replace("\r", "").replace("\n", "") for k, v in fields.items()}
    ).encoded()
    read = email.message_from_bytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw, policy=email.policy.HTTP
    )
    assert [part.get_param("name", header="content-disposition") for part in read.iter_parts()] == [
        *fields
    ]


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["x", "a b", ""]))
def test_any_bytes_are_read_or_refused(raw: bytes, boundary: str) -> None:
    for whole in (raw, b"--x\r\n" + raw + b"\r\n--x--"):
        try:
            read = read_form(whole, f'multipart/form-data; boundary="{boundary}"')
        except FieldError:
            continue
        assert isinstance(read, Form)


@pytest.mark.parametrize(
    "head",
    [
        'Content-Disposition: form-data; name="prompt"\r\nContent-Transfer-Encoding: base64',
        'Content-Disposition: form-data; name="prompt"\r\nContent-Disposition: form-data; name="x"',
        "Content-Disposition: form-data", 'Content-Disposition: form-data; name="a b"', "",
        'content-disposition form-data; name="prompt"',
    ],
)  # fmt: skip
def test_what_servers_read_in_different_ways_is_refused(head: str) -> None:
    raw = f"--x\r\n{head}\r\n\r\nA harbour\r\n--x--\r\n".encode()
    with pytest.raises(FieldError):
        read_form(raw, "multipart/form-data; boundary=x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(["prompt", "image", "images", "x", "model"]), JSON))
def test_texts_go_back_where_they_came_from(body: dict[str, object]) -> None:
    texts = input_texts(body)
    assert with_inputs(body, texts) == body
