"""The head of a GGUF file, as gguf itself writes it."""

from pathlib import Path

import gguf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxed.models.gguf_header import metadata


def written(file: Path) -> Path:
    writer = gguf.GGUFWriter(str(file), "llama")
    writer.add_head_count(9)
    writer.add_head_count_kv(3)
    writer.add_token_list(["a", "bé", "<|end|>"])
    writer.add_token_scores([0.5, 1.5, 2.5])
    writer.add_layer_norm_rms_eps(0.25)
    writer.add_chat_template("{{ messages }}")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return file


def test_single_values_are_read_and_lists_passed_over(tmp_path: Path) -> None:
    found = metadata(written(tmp_path / "m.gguf"))
    assert found["general.architecture"] == "llama"
    assert found["llama.attention.head_count"] == 9
    assert found["llama.attention.head_count_kv"] == 3
    assert found["llama.attention.layer_norm_rms_epsilon"] == 0.25
    assert found["tokenizer.chat_template"] == "{{ messages }}"
    assert "tokenizer.ggml.tokens" not in found


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"PK\x03\x04 and more")
    with pytest.raises(ValueError, match="no GGUF file"):
        metadata(file)


@given(size=st.integers(4, 300), flipped=st.integers(4, 40), byte=st.integers(0, 255))
def test_a_broken_head_is_told_or_read(
    tmp_path_factory: pytest.TempPathFactory, size: int, flipped: int, byte: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    raw = bytearray(written(folder / "whole.gguf").read_bytes()[:size])
    if flipped < len(raw):
        raw[flipped] = byte
    file = folder / "broken.gguf"
    file.write_bytes(bytes(raw))
    try:
        told = str(metadata(file))
    except ValueError as error:
        told = str(error)
    assert told.startswith((str(file), "{"))
