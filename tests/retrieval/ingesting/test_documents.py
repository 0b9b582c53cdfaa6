import json
import os
from pathlib import Path

import pytest

from retrieval.ingesting.documents import Document, Fault, Provenance, files_in, read

GIVEN = Provenance("archive", "Roe estate", "CC-BY-4.0", ("Jane Roe",))


def pdf(*pages: str) -> bytes:
    """The smallest PDF with a line of text on each page."""
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for page, text in enumerate(pages):
        drawn = f"BT /F 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {5 + 2 * page} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream")
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    ).encode("latin-1")


def found(path: Path, given: Provenance = GIVEN) -> list[Document | Fault]:
    files = files_in([path])
    return [*files.faults, *(item.found for s in files.sources for item in read(s, given))]


def text_of(path: Path, data: bytes | str) -> str:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (one,) = found(path)
    assert isinstance(one, Document), one
    return one.text


def reason(path: Path, data: bytes | str) -> str:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (one,) = found(path)
    assert isinstance(one, Fault), one
    assert str(path) in one.place
    return one.reason


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.MARKDOWN"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_as_it_stands(tmp_path, name, encoding):
    text = "# Café\n\nZoë said: *naïve*.\n"
    assert text_of(tmp_path / name, text.encode(encoding)) == text


def test_html_is_what_a_reader_sees(tmp_path):
    page = """<!DOCTYPE html><html><head><title>Letters</title><style>p{color:red}</style>
    <script>var hidden = "<p>no</p>";</script></head><body><!-- no -->
    <h1>Jane&nbsp;Roe</h1><p>Born in <b>Quito</b>,
       she wrote &quot;Lake&quot;.<br>Twice.</p><ul><li>One<li>Two</ul>
    <template>no</template><svg><text>no</text></svg><pre>a
  b</pre><table><tr><td>x</td><td>y</td></tr></table></body></html>"""
    assert text_of(tmp_path / "a.html", page).split("\n") == [
        "Letters", "", "Jane Roe", "", 'Born in Quito, she wrote "Lake".', "Twice.", "",
        "One", "Two", "", "a", "b", "", "x", "", "y",
    ]  # fmt: skip


@pytest.mark.parametrize("head", ['<meta charset="iso-8859-1">',
    "<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>",
    '<?xml version="1.0" encoding="ISO-8859-1"?>'])  # fmt: skip
def test_html_is_decoded_as_its_head_says(tmp_path, head):
    assert text_of(tmp_path / "a.htm", f"{head}<p>Zoë".encode("latin-1")) == "Zoë"


def test_html_that_names_no_real_encoding_is_a_fault(tmp_path):
    assert "unknown encoding" in reason(tmp_path / "a.html", '<meta charset="klingon"><p>x')
    assert "unknown encoding" in reason(tmp_path / "b.html", '<meta charset="hex"><p>x')


def test_pdf_pages_become_paragraphs(tmp_path):
    assert (
        text_of(tmp_path / "a.pdf", pdf("Jane wrote.", "She left.")) == "Jane wrote.\n\nShe left."
    )


def test_pdfs_without_text_broken_or_encrypted_are_faults(tmp_path):
    from pypdf import PdfReader, PdfWriter

    assert "holds no text" in reason(tmp_path / "scan.pdf", pdf(""))
    assert "no readable PDF" in reason(tmp_path / "cut.pdf", b"%PDF-1.4\n1 0 obj<<")
    assert "no readable PDF" in reason(tmp_path / "text.pdf", "Only text.")
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(pdf("Secret."))
    writer = PdfWriter(PdfReader(plain))
    writer.encrypt("word", algorithm="RC4-128")
    writer.write(tmp_path / "shut.pdf")
    assert "encrypted" in found(tmp_path / "shut.pdf")[0].reason


def test_a_line_of_jsonl_is_a_document_with_fields_of_its_own(tmp_path):
    lines = tmp_path / "a.jsonl"
    one = {
        "id": 7, "text": "Dear Jane", "source": "box 3", "holder": "Doe", "license": "MIT",
        "subjects": ["John\nDoe", "Jane Roe"], "year": 1978, "seen": True, "share": 0.5,
        "tags": ["x"], "none": None, "huge": 2**70,
    }  # fmt: skip
    lines.write_text(json.dumps(one) + "\n\n" + json.dumps({"text": "Hello"}) + "\n")
    first, second = found(lines)
    assert (first.name, first.text) == ("7", "Dear Jane")
    assert first.provenance == Provenance("box 3", "Doe", "MIT", ("Jane Roe", "John Doe"))
    assert first.metadata == {
        "year": 1978, "seen": True, "share": 0.5, "tags": '["x"]', "huge": str(2**70),
    }  # fmt: skip
    assert (second.name, second.provenance) == ("a.jsonl:3", GIVEN)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"text": "x"', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('["text"]', "no JSON object"),
        ('{"body": "x"}', "has no 'text'"),
        ('{"text": 5}', "has no 'text'"),
        ('{"text": "x", "holder": ["a"]}', "'holder'"),
        ('{"text": "x", "subjects": [1]}', "'subjects'"),
        ('{"text": "\\ud800"}', "surrogate"),
        ('{"text": "x", "id": "\\ud800"}', "surrogate"),
        ('{"text": "a\\u0000b"}', "NUL"),
        ('{"text": "  "}', "empty"),
        (b'{"text": "\xe9"}', "is not UTF-8: byte 0xe9 at 10"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_read(tmp_path, line, told):
    lines = tmp_path / "a.jsonl"
    data = line.encode() if isinstance(line, str) else line
    lines.write_bytes(b'{"text": "one"}\n' + data + b'\n{"text": "three"}')
    first, fault, third = found(lines)
    assert (first.text, third.text) == ("one", "three")
    assert fault.place == f"{lines}:2"
    assert told in fault.reason


def test_what_is_no_text_is_a_fault(tmp_path):
    assert "is not UTF-8: byte 0xe9 at 3" in reason(tmp_path / "a.txt", b"caf\xe9")
    assert "NUL" in reason(tmp_path / "b.txt", b"MZ\0\0")
    assert "empty" in reason(tmp_path / "c.md", " \n")
    assert "of no kind" in reason(tmp_path / "d.docx", "x")


def test_a_folder_is_searched_in_order_without_what_is_hidden_or_of_another_kind(tmp_path):
    for name in ("b.txt", "a/z.md", "a/.git/x.txt", ".hidden.txt", "a/photo.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    (tmp_path / "gone.txt").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    files = files_in([tmp_path])
    assert [source.name for source in files.sources] == ["b.txt", "gone.txt", "a/z.md"]
    assert {path.name for path in files.other} == {"photo.png", "pipe.txt"}
    assert [type(one) for one in found(tmp_path)] == [Document, Fault, Document]


def test_a_file_whose_name_is_not_utf_8_is_a_fault_and_the_others_are_read(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("Coffee.")
    (tmp_path / "tea.txt").write_text("Tea.")
    found = [read_one.found for source in files_in([tmp_path]).sources
             for read_one in read(source, Provenance())]  # fmt: skip
    assert [one.text for one in found if isinstance(one, Document)] == ["Tea."]
    assert [one.reason for one in found if isinstance(one, Fault)] == [
        "has a name that is not UTF-8; rename it"
    ]


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    found = files_in([tmp_path / "pipe.txt", tmp_path])
    assert [fault.reason for fault in found.faults] == ["is no file"]
    assert found.sources == []


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        files_in([tmp_path / "nowhere"])
