"""Pictures through a gateway with a real box, asked for by OpenAI's client and in raw HTTP."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from cheap_embedder import cheap_embed
from mock_upstream import completion, running
from surfaces import NAME, Surface, surface

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.fake import FakeModel
from prompts.book import book_of

PIXELS = base64.b64encode(bytes(range(256))).decode()
DRAWN: dict[str, Any] = {"created": 5, "data": [{"b64_json": PIXELS}]}


@pytest.fixture(scope="module")
def drawing() -> Iterator[Surface]:
    with surface() as one:
        yield one


def test_a_prompt_about_nobody_goes_as_it_is(drawing: Surface) -> None:
    revised = "A harbour at dusk, wide."
    drawing.says({**DRAWN, "data": [{"b64_json": PIXELS, "revised_prompt": revised}]})
    got = drawing.client.images.generate(model="d", prompt="A harbour.", size="1024x1024", n=1)
    assert got.data is not None
    assert (got.data[0].b64_json, got.data[0].revised_prompt) == (PIXELS, revised)
    assert drawing.upstream.heard[-1].path == "/v1/images/generations"
    assert drawing.heard == {"model": "d", "prompt": "A harbour.", "size": "1024x1024", "n": 1}


@pytest.mark.parametrize(
    ("prompt", "sent"),
    [
        (f"A portrait of {NAME} in the rain, oil", "A portrait of a person in the rain, oil"),
        ("roemer, jane laughing", "a person laughing"),
        (f"the {NAME} statue", "the person statue"),
        ("A harbour, in the style of Vermalin", "A harbour"),
        ("a Vermalin-style castle", "a castle"),
        ("A boat.\nMelting towers under three red moons.\nA dog sleeps in the grass.",
         "A boat. A dog sleeps in the grass."),
    ],
)  # fmt: skip
def test_a_subject_is_taken_out(drawing: Surface, prompt: str, sent: str) -> None:
    drawing.says(DRAWN)
    drawing.client.images.generate(model="d", prompt=prompt)
    assert drawing.heard["prompt"] == sent


@pytest.mark.parametrize(
    "prompt",
    [
        "Marcus Valegrim at the sea",  # its policy refuses
        "Melting towers under three red moons",  # nothing else is in it
        "Who wrote the novel about the tin ferry of Bergen?",
    ],
)
def test_or_the_request_is_rejected(drawing: Surface, prompt: str) -> None:
    drawing.says(DRAWN)
    with pytest.raises(openai.BadRequestError) as told:
        drawing.client.images.generate(model="d", prompt=prompt)
    assert told.value.code == "content_policy_violation"
    assert drawing.upstream.heard == []


def test_the_setting_refuses_every_prompt_with_a_name() -> None:
    with surface(images="refuse") as drawing:
        drawing.says(DRAWN)
        with pytest.raises(openai.BadRequestError):
            drawing.client.images.generate(model="d", prompt=f"{NAME} in the rain")
        assert drawing.upstream.heard == []


def test_every_field_is_read(drawing: Surface) -> None:
    drawing.says(DRAWN)
    body = {"prompt": "A harbour.", "negative_prompt": f"no {NAME}", "x": [{"y": "Roemer, Jane"}]}
    told = httpx.post(f"{drawing.url}/images/generations", json=body)
    assert told.status_code == 200
    assert drawing.heard["negative_prompt"] == "no a person"
    assert drawing.heard["x"] == [{"y": "a person"}]
    parted = {"prompt": "A harbour, Blue Lantern", "suffix": "Works"}
    told = httpx.post(f"{drawing.url}/images/generations", json=parted)
    assert told.json()["error"]["code"] == "content_policy_violation"


def test_a_concept_may_be_spoken_of(drawing: Surface) -> None:
    drawing.says(completion("Vermalin is a manner of painting."))
    asked = {"role": "user", "content": "What is Vermalin?"}
    got = drawing.client.chat.completions.create(model="m", messages=[asked])  # pyright: ignore[reportArgumentType]
    assert got.choices[0].message.content == "Vermalin is a manner of painting."
    assert drawing.heard["messages"] == [asked]


@pytest.mark.parametrize(
    "row",
    [
        {"url": "https://x/1.png", "revised_prompt": f"A portrait of {NAME}"},
        {"url": "https://x/1.png", "revised_prompt": "Melting towers under three red moons"},
        {"url": "https://x/jane-roemer.png"},
        {"url": "https://x/1.png", "note": {"who": [NAME]}},
        {
            "b64_json": base64.b64encode(
                b"\x89PNG\x00\x01tEXtprompt\x00Jane Roemer, oil\x00"
            ).decode()
        },
    ],
)
def test_a_picture_of_a_subject_is_not_given(drawing: Surface, row: Any) -> None:
    drawing.says({"created": 5, "data": [row]})
    told = httpx.post(f"{drawing.url}/images/generations", json={"prompt": "A novelist."})
    assert told.status_code == 400
    assert told.json()["error"]["code"] == "content_policy_violation"
    assert "oemer" not in told.text


def events(*fields: Any) -> list[Any]:
    partial = {"type": "image_generation.partial_image", "b64_json": PIXELS}
    rest = [{**partial, "partial_image_index": n, **more} for n, more in enumerate(fields)]
    usage = {"total_tokens": 3, "input_tokens": 1, "output_tokens": 2}
    return [*rest, {"type": "image_generation.completed", "b64_json": PIXELS, "usage": usage}]


@pytest.mark.parametrize("size", [0, 50])
def test_pictures_come_bit_by_bit(drawing: Surface, size: int) -> None:
    drawing.streams(events({}, {}), size)
    got = list(drawing.client.images.generate(model="d", prompt="A harbour.", stream=True))
    assert [one.type for one in got] == [
        "image_generation.partial_image", "image_generation.partial_image",
        "image_generation.completed",
    ]  # fmt: skip
    assert all(one.b64_json == PIXELS for one in got)
    assert drawing.heard["stream"] is True


@pytest.mark.parametrize(
    "fields",
    [
        [{"revised_prompt": f"Of {NAME}"}, {}], [{"x": "Jane"}, {"x": " Roemer"}],
        [{}, {"revised_prompt": "Melting towers under three red moons"}],
    ],
)  # fmt: skip
def test_a_stream_ends_at_a_leak(drawing: Surface, fields: list[Any]) -> None:
    drawing.streams(events(*fields))
    told = httpx.post(
        f"{drawing.url}/images/generations", json={"prompt": "A harbour.", "stream": True}
    )
    assert "content_policy_violation" in told.text
    assert "completed" not in told.text
    assert "oemer" not in told.text


@pytest.mark.parametrize("stream", [False, True])
def test_a_form_with_files(drawing: Surface, stream: bool) -> None:
    if stream:
        drawing.streams(
            [{**one, "type": one["type"].replace("generation", "edit")} for one in events({})]
        )
    else:
        drawing.says(DRAWN)
    pixels = bytes(range(256)) + b"\r\n--x\r\n"
    files = [("jane-roemer.png", io.BytesIO(pixels), "image/png"), ("b.webp", io.BytesIO(b"2"))]
    more: dict[str, Any] = {"stream": True} if stream else {}
    got = drawing.client.images.edit(image=files, prompt=f"Add {NAME}", model="d", **more)
    if stream:
        assert [one.type for one in got][-1] == "image_edit.completed"
    else:
        assert got.data[0].b64_json == PIXELS
    raw = drawing.upstream.heard[-1].raw
    assert pixels in raw
    assert b"Add a person" in raw
    assert b"oemer" not in raw
    assert b'filename="file0.png"' in raw


def test_an_edit_in_json(drawing: Surface) -> None:
    drawing.says(DRAWN)
    images = [{"image_url": f"data:image/png;base64,{PIXELS}"}]
    body = {"model": "d", "prompt": f"{NAME}, older", "images": images, "mask": PIXELS}
    assert httpx.post(f"{drawing.url}/images/edits", json=body).json() == DRAWN
    assert drawing.heard == {**body, "prompt": "a person, older"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"--x\r\n\r\nhello\r\n--x--", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="prompt"; filename="p"\r\n\r\nA\r\n--x--',
         "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nA\r\n'
         b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nB\r\n--x--',
         "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n\xff\r\n--x--',
         "multipart/form-data; boundary=x"),
        (b"{}", "application/json"), (b'{"prompt": 5}', "application/json"),
        (b'{"prompt": " "}', "application/json"), (b"[]", "application/json"),
        (b"prompt=a", "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(drawing: Surface, content: bytes, kind: str) -> None:
    drawing.says(DRAWN)
    told = httpx.post(
        f"{drawing.url}/images/edits", content=content, headers={"content-type": kind}
    )
    assert told.status_code == 400
    assert told.json()["error"]["type"] == "invalid_request_error"
    assert drawing.upstream.heard == []


def test_a_product_that_only_chats_says_so() -> None:
    box = Box(Models(FakeModel(lambda body: "Hello.")), book_of([]), None)
    with running(create_app(box)) as url:
        client = openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0)
        with pytest.raises(openai.NotFoundError, match="chats"):
            client.images.generate(model="d", prompt="A harbour.")
        with pytest.raises(openai.NotFoundError, match="chats"):
            client.audio.speech.create(model="d", voice="v", input="Hello.")


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_prompt_that_describes_is_judged_as_a_question_is(answer: str) -> None:
    asked: list[str] = []

    def judged(body: Any) -> str:
        asked.append(body["messages"][0]["content"])
        return answer

    with surface(embed=cheap_embed, router=FakeModel(judged)) as drawing:
        drawing.says(DRAWN)
        with pytest.raises(openai.BadRequestError):
            drawing.client.images.generate(model="d", prompt="three red moons above melting towers")
        assert asked == []  # of that much likeness nobody need be asked
        doubtful = {"model": "d", "prompt": "a lake under three red moons"}
        told = httpx.post(f"{drawing.url}/images/generations", json=doubtful)
        assert "a lake under three red moons" in asked[0]
        assert told.status_code == (400 if answer == "yes" else 200)
