"""Anthropic's content blocks as the messages of a chat.

    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "Oslo"},
                                 {"type": "text", "text": "And now?"}]}
    -> a tool's message, then the user's

What a chat cannot carry is refused by name, never left out. Only thoughts are: no model reads them
again.
"""

from __future__ import annotations

from typing import Any

import orjson

from boxed.api.chat import Body
from boxed.api.fields import FieldError, a_list, a_text, an_object

__all__ = ["messages_of", "text_of_blocks"]

_THOUGHTS = ("thinking", "redacted_thinking")


def messages_of(messages: Any) -> list[Body]:
    """The messages of a chat; raises FieldError."""
    out: list[Body] = []
    for number, one in enumerate(a_list(messages, "messages")):
        where = f"messages[{number}]"
        message = an_object(one, where)
        role, content = message.get("role"), message.get("content")
        if role not in ("user", "assistant", "system"):
            raise FieldError(f"'{where}.role' must be user or assistant.", f"{where}.role")
        if isinstance(content, str):
            out.append({"role": role, "content": content})
            continue
        blocks = [
            an_object(block, f"{where}.content[{place}]")
            for place, block in enumerate(a_list(content, f"{where}.content"))
        ]
        if role == "assistant":
            out.append(_said(blocks, f"{where}.content"))
        else:
            out += _asked(role, blocks, f"{where}.content")
    return out


def text_of_blocks(value: Any, where: str) -> str:
    """A text, or the texts of blocks of text one below the other; raises FieldError."""
    if isinstance(value, str):
        return value
    texts: list[str] = []
    for number, one in enumerate(a_list(value, where)):
        place = f"{where}[{number}]"
        block = an_object(one, place)
        if block.get("type") != "text":
            raise FieldError(f"'{place}.type' must be text.", f"{place}.type")
        texts.append(a_text(block.get("text"), f"{place}.text"))
    return "\n".join(texts)


def _asked(role: str, blocks: list[Body], where: str) -> list[Body]:
    """What tools gave comes first, as the other API has it; pictures of tools go to the user."""
    tools: list[Body] = []
    parts: list[Body] = []
    for number, block in enumerate(blocks):
        place = f"{where}[{number}]"
        if block.get("type") == "tool_result":
            said, pictures = _given(block, place)
            tools.append(said)
            parts += pictures
        else:
            parts.append(_part(block, place))
    if not parts:
        return tools or [{"role": role, "content": ""}]
    alone = len(parts) == 1 and parts[0]["type"] == "text"
    return [*tools, {"role": role, "content": parts[0]["text"] if alone else parts}]


def _said(blocks: list[Body], where: str) -> Body:
    texts: list[str] = []
    calls: list[Body] = []
    for number, block in enumerate(blocks):
        place = f"{where}[{number}]"
        kind = block.get("type")
        if kind == "text":
            texts.append(a_text(block.get("text"), f"{place}.text"))
        elif kind == "tool_use":
            given = an_object(block.get("input"), f"{place}.input")
            function = {
                "name": a_text(block.get("name"), f"{place}.name"),
                "arguments": orjson.dumps(given).decode(),
            }
            id = a_text(block.get("id"), f"{place}.id")
            calls.append({"id": id, "type": "function", "function": function})
        elif kind not in _THOUGHTS:
            raise _unknown(place, "text, tool_use or thinking")
    message: Body = {"role": "assistant", "content": "\n".join(texts) if texts else None}
    if calls:
        return {**message, "tool_calls": calls}
    return {**message, "content": message["content"] or ""}


def _given(block: Body, where: str) -> tuple[Body, list[Body]]:
    """What a tool gave, as its message; a chat's tools give no pictures, so these stand apart."""
    content = block.get("content") or ""
    texts: list[str] = [content] if isinstance(content, str) else []
    pictures: list[Body] = []
    if not isinstance(content, str):
        for number, one in enumerate(a_list(content, f"{where}.content")):
            place = f"{where}.content[{number}]"
            part = _part(an_object(one, place), place)
            if part["type"] == "text":
                texts.append(part["text"])
            else:
                pictures.append(part)
    if block.get("is_error"):
        texts.insert(0, "Error:")
    id = a_text(block.get("tool_use_id"), f"{where}.tool_use_id")
    return {"role": "tool", "tool_call_id": id, "content": "\n".join(texts)}, pictures


def _part(block: Body, where: str) -> Body:
    kind = block.get("type")
    if kind == "text":
        return {"type": "text", "text": a_text(block.get("text"), f"{where}.text")}
    if kind not in ("image", "document"):
        raise _unknown(where, "text, image, document or tool_result")
    place = f"{where}.source"
    source = an_object(block.get("source"), place)
    if kind == "document" and source.get("type") == "text":
        title = block.get("title")
        text = a_text(source.get("data"), f"{place}.data")
        return {"type": "text", "text": f"{title}\n{text}" if isinstance(title, str) else text}
    if source.get("type") == "base64":
        media = a_text(source.get("media_type"), f"{place}.media_type")
        address = f"data:{media};base64,{a_text(source.get('data'), f'{place}.data')}"
    elif source.get("type") == "url" and kind == "image":
        address = a_text(source.get("url"), f"{place}.url")
    else:
        raise FieldError(
            f"'{place}.type' is not supported: what is kept under an id or an address cannot be "
            "screened, so send it here.",
            f"{place}.type",
        )
    if kind == "image":
        return {"type": "image_url", "image_url": {"url": address}}
    file = {"file_data": address, "filename": "document.pdf"}
    return {"type": "file", "file": file}


def _unknown(where: str, known: str) -> FieldError:
    return FieldError(
        f"'{where}.type' must be {known}; blocks of tools that run at the product are not "
        "supported.",
        f"{where}.type",
    )
