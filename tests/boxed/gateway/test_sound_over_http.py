"""Speech and transcripts through a gateway with a real box, asked for by OpenAI's client."""

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from mock_upstream import Said
from surfaces import NAME, Surface, surface

SOUND = bytes(range(256)) * 20
WORDS = f"Good evening. {NAME} wrote it. Thank you."
COVERED = "Good evening. [name] wrote it. Thank you."


@pytest.fixture(scope="module")
def sounding() -> Iterator[Surface]:
    with surface() as one:
        yield one


def recording() -> Any:
    return ("jane-roemer.mp3", io.BytesIO(SOUND + b"\r\n--"), "audio/mpeg")


def heard(sounding: Surface, **fields: Any) -> httpx.Response:
    files = {"file": recording()}
    return httpx.post(
        f"{sounding.url}/audio/transcriptions", data={"model": "w", **fields}, files=files
    )


def test_a_voice_passes_as_bytes(sounding: Surface) -> None:
    sounding.says(SOUND, "audio/mpeg")
    said = sounding.client.audio.speech.create(model="t", voice="alloy", input="Good evening.")
    assert said.read() == SOUND
    assert said.response.headers["content-type"] == "audio/mpeg"
    assert sounding.heard == {"model": "t", "voice": "alloy", "input": "Good evening."}
    with sounding.client.audio.speech.with_streaming_response.create(
        model="t", voice="alloy", input="Good evening."
    ) as streamed:
        assert b"".join(streamed.iter_bytes()) == SOUND


def test_a_name_is_not_read_out(sounding: Surface) -> None:
    sounding.says(SOUND, "audio/mpeg")
    asked = {"input": WORDS, "instructions": f"As {NAME} would.", "voice": "alloy"}
    assert httpx.post(f"{sounding.url}/audio/speech", json=asked).content == SOUND
    assert sounding.heard["input"] == "Good evening. a person wrote it. Thank you."
    assert sounding.heard["instructions"] == "As a person would."


@pytest.mark.parametrize(
    "text", ["Marcus Valegrim came.", "Who wrote the novel about the tin ferry of Bergen?"]
)
def test_or_nothing_is(sounding: Surface, text: str) -> None:
    sounding.says(SOUND, "audio/mpeg")
    with pytest.raises(openai.BadRequestError) as told:
        sounding.client.audio.speech.create(model="t", voice="alloy", input=text)
    assert (told.value.code, told.value.param) == ("input_withheld", "input")
    assert sounding.upstream.heard == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("at", [0, 3000, 5000])
def test_a_name_written_in_the_bytes_does_not_leave(
    sounding: Surface, encoding: str, at: int
) -> None:
    tagged = SOUND[:at] + b"\x00\xff" + f"{NAME} reads".encode(encoding) + b"\xff\x00" + SOUND[at:]
    body = {"input": "Good evening.", "voice": "v", "stream_format": "audio"}
    sounding.upstream.script = [Said(tagged, headers={"Content-Type": "audio/wav"})]
    try:
        told = httpx.post(f"{sounding.url}/audio/speech", json=body).content
    except httpx.RemoteProtocolError:
        told = b""  # cut where it had begun
    assert NAME.encode(encoding) not in told


def test_a_voice_in_events(sounding: Surface) -> None:
    piece = base64.b64encode(SOUND[:300]).decode()
    done = {"type": "speech.audio.done", "usage": {"input_tokens": 1, "output_tokens": 2}}
    sounding.streams([{"type": "speech.audio.delta", "audio": piece}, done])
    body = {"input": "Good evening.", "voice": "v", "stream_format": "sse"}
    told = httpx.post(f"{sounding.url}/audio/speech", json=body).text
    assert json.loads(told.splitlines()[1].removeprefix("data: "))["audio"] == piece
    assert "speech.audio.done" in told
    sounding.streams([{"type": "speech.audio.delta", "audio": piece, "said": NAME}, done])
    told = httpx.post(f"{sounding.url}/audio/speech", json=body).text
    assert "output_withheld" in told
    assert "oemer" not in told


def test_a_transcript_of_nobody_s_words(sounding: Surface) -> None:
    sounding.says({"text": "A ferry.", "usage": {"type": "duration", "seconds": 2}})
    got = sounding.client.audio.transcriptions.create(model="w", file=recording(), language="en")
    assert got.text == "A ferry."
    raw = sounding.upstream.heard[-1].raw
    assert SOUND + b"\r\n--" in raw
    assert b'filename="file0.mp3"' in raw
    assert b"oemer" not in raw


def test_names_are_covered_in_every_part_of_it(sounding: Surface) -> None:
    words = [{"word": word, "start": n, "end": n + 1} for n, word in enumerate(WORDS.split())]
    segments = [
        {"id": 0, "text": " Good evening. Jane", "tokens": [5, 6], "avg_logprob": -0.1},
        {"id": 1, "text": " Roemer wrote it. Thank you.", "tokens": [7], "avg_logprob": -0.2},
    ]
    whole = {"task": "transcribe", "language": "english", "duration": 3.0, "text": WORDS}
    sounding.says({**whole, "words": words, "segments": segments, "note": [NAME], NAME: 1})
    got = sounding.client.audio.transcriptions.create(
        model="w", file=recording(), response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )  # fmt: skip
    assert got.text == COVERED
    assert [one.word for one in got.words or ()] == [
        "Good", "evening.", "[name]", "", "wrote", "it.", "Thank", "you.",
    ]  # fmt: skip
    assert got.segments is not None
    assert [one.text for one in got.segments] == [
        " Good evening. [name]", " wrote it. Thank you.",
    ]  # fmt: skip
    assert got.segments[1].avg_logprob == -0.2
    assert "oemer" not in got.model_dump_json()
    assert "tokens" not in got.model_dump_json(exclude_unset=True)
    assert b'name="timestamp_granularities[]"\r\n\r\nsegment' in sounding.upstream.heard[-1].raw


SRT = (
    "1\n00:00:00,000 --> 00:00:02,000\nGood evening. Jane\n\n"
    "2\n00:00:02,000 --> 00:00:04,000\nRoemer wrote it.\n"
)
VTT = f"WEBVTT\n\n00:00.000 --> 00:02.000 align:start\n<v {NAME}>Good evening.\n\nNOTE by {NAME}\n"


@pytest.mark.parametrize(
    ("wanted", "text", "left"),
    [
        ("text", WORDS, COVERED),
        ("srt", SRT, SRT.replace("Jane", "[name]").replace("Roemer", "")),
        ("vtt", VTT, VTT.replace(NAME, "[name]")),
        ("vtt", VTT.replace(NAME, "Ja<b>ne Roe</b>mer"), VTT.replace(NAME, "[name]")),
    ],
)
def test_formats_without_json(sounding: Surface, wanted: str, text: str, left: str) -> None:
    sounding.says(text.encode(), "text/plain")
    told = heard(sounding, response_format=wanted)
    assert told.text == left
    assert told.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("size", [0, 1, 9])
def test_a_transcript_as_it_is_heard(sounding: Surface, size: int) -> None:
    step = size or 5
    deltas = [WORDS[n : n + step] for n in range(0, len(WORDS), step)]
    token = [{"token": "Jane", "logprob": -1.0, "bytes": [74]}]
    sounding.streams(
        [
            *({"type": "transcript.text.delta", "delta": d, "logprobs": token} for d in deltas),
            {"type": "transcript.text.done", "text": WORDS, "logprobs": token},
        ],
        size * 13,
    )
    got = list(
        sounding.client.audio.transcriptions.create(model="w", file=recording(), stream=True)
    )
    said = "".join(one.delta for one in got if one.type == "transcript.text.delta")
    assert said == COVERED
    assert got[-1].type == "transcript.text.done"
    assert got[-1].text == COVERED
    assert "oemer" not in "".join(one.model_dump_json() for one in got)


def test_segments_of_speakers(sounding: Surface) -> None:
    part = {"type": "transcript.text.segment", "start": 0, "end": 1}
    sounding.streams(
        [
            {**part, "id": "1", "speaker": NAME, "text": "It was Jane"},
            {**part, "id": "2", "speaker": "B", "text": "Roemer, they say."},
            {"type": "transcript.text.done", "text": f"It was {NAME}, they say."},
        ]
    )
    told = heard(sounding, stream="true", response_format="diarized_json").text
    assert "oemer" not in told
    assert "they say." in told


def test_a_policy_that_refuses_withholds_the_whole(sounding: Surface) -> None:
    sounding.says({"text": "Marcus Valegrim came."})
    assert heard(sounding).json()["error"]["code"] == "output_withheld"
    with surface(embeddings="refuse") as strict:
        strict.says({"text": WORDS})
        assert heard(strict).json()["error"]["code"] == "output_withheld"


def test_the_prompt_of_a_transcript_is_screened(sounding: Surface) -> None:
    sounding.says({"text": "A ferry."})
    assert heard(sounding, prompt=f"Names: {NAME}, Bergen").status_code == 200
    raw = sounding.upstream.heard[-1].raw
    assert b"Names: [name], Bergen" in raw
    refused = heard(sounding, prompt="Names: Marcus Valegrim")
    assert refused.json()["error"]["code"] == "input_withheld"


def test_translations_too(sounding: Surface) -> None:
    sounding.says({"text": WORDS})
    told = httpx.post(f"{sounding.url}/audio/translations", files={"file": recording()})
    assert told.json() == {"text": COVERED}
    assert sounding.upstream.heard[-1].path == "/v1/audio/translations"


@pytest.mark.parametrize(
    "more", [{}, {"data": {"model": "w"}}, {"json": {"model": "w"}}, {"files": {"other": b"1"}}]
)
def test_a_recording_must_be_there(sounding: Surface, more: Any) -> None:
    told = httpx.post(f"{sounding.url}/audio/transcriptions", **more)
    assert told.status_code == 400
    assert told.json()["error"]["message"]
