"""Items of a Responses request as the messages of a chat.

    [{"type": "function_call", "call_id": "c1", "name": "find", "arguments": "{}"},
     {"type": "function_call_output", "call_id": "c1", "output": "Oslo"}]
    -> an assistant's message with the call, and a tool's message

What a chat cannot carry is refused by name, never left out. Only reasoning items are: no model
reads them again.
"""

from __future__ import annotations

from typing import Any

from boxed.api.chat import Body
from boxed.api.fields import FieldError, a_list, a_text, an_object

__all__ = ["messages_of"]

# A chat's oldest name for what a developer says, which every product knows.
_ROLES = {"user": "user", "assistant": "assistant", "system": "system", "developer": "system"}
_TEXTS = frozenset({"input_text", "output_text", "text"})


def messages_of(items: Any, place: str = "input") -> list[Body]:
    """The messages that an ``input`` stands for; raises FieldError."""
    if isinstance(items, str):
        return [{"role": "user", "content": items}]
    out: list[Body] = []
    for number, item in enumerate(a_list(items, place)):
        where = f"{place}[{number}]"
        _add(out, an_object(item, where), where)
    return out


def _add(out: list[Body], item: Body, where: str) -> None:
    kind = item.get("type")
    if kind == "message" or (kind is None and "role" in item):
        out.append(_message(item, where))
    elif kind == "function_call":
        _call(out, item, where)
    elif kind == "function_call_output":
        said = _output(item.get("output"), f"{where}.output")
        call = a_text(item.get("call_id"), f"{where}.call_id")
        out.append({"role": "tool", "tool_call_id": call, "content": said})
    elif kind == "item_reference":
        raise FieldError(
            "Items are not kept under their ids; send the item itself, or previous_response_id.",
            where,
            "unsupported_value",
        )
    elif kind != "reasoning":
        raise FieldError(
            f"'{where}.type' must be message, function_call, function_call_output or reasoning; "
            "items of tools that run at the product are not supported.",
            f"{where}.type",
            "unsupported_value",
        )


def _message(item: Body, where: str) -> Body:
    role = item.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        raise FieldError(
            f"'{where}.role' must be user, assistant, system or developer.", f"{where}.role"
        )
    content = item.get("content")
    if isinstance(content, str):
        return {"role": _ROLES[role], "content": content}
    parts: list[Body] = []
    refused: list[str] = []
    for number, one in enumerate(a_list(content, f"{where}.content")):
        place = f"{where}.content[{number}]"
        part = an_object(one, place)
        if part.get("type") == "refusal":
            refused.append(a_text(part.get("refusal"), f"{place}.refusal"))
        else:
            parts.append(_part(part, place))
    message: Body = {"role": _ROLES[role], "content": _plain(parts, role)}
    return {**message, "refusal": "\n".join(refused)} if refused else message


def _plain(parts: list[Body], role: str) -> Any:
    """One text as a text; an assistant's always, because many products take nothing else of it."""
    texts = [part["text"] for part in parts if part["type"] == "text"]
    if len(texts) == len(parts) and (len(parts) == 1 or role == "assistant"):
        return "\n".join(texts)
    return parts or ""


def _part(part: Body, where: str) -> Body:
    kind = part.get("type")
    if isinstance(kind, str) and kind in _TEXTS:
        return {"type": "text", "text": a_text(part.get("text"), f"{where}.text")}
    if kind == "input_image":
        if part.get("image_url") is None:
            raise FieldError(_BY_ID.format(f"{where}.image_url"), where, "unsupported_value")
        image: Body = {"url": a_text(part["image_url"], f"{where}.image_url")}
        if isinstance(part.get("detail"), str):
            image["detail"] = part["detail"]
        return {"type": "image_url", "image_url": image}
    if kind == "input_file":
        if part.get("file_data") is None:
            raise FieldError(_BY_ID.format(f"{where}.file_data"), where, "unsupported_value")
        held = ("file_data", "filename")
        file = {key: a_text(part[key], f"{where}.{key}") for key in held if part.get(key)}
        return {"type": "file", "file": file}
    if kind == "input_audio":
        sound = an_object(part.get("input_audio"), f"{where}.input_audio")
        return {"type": "input_audio", "input_audio": sound}
    raise FieldError(
        f"'{where}.type' must be input_text, output_text, input_image, input_file, input_audio or "
        "refusal.",
        f"{where}.type",
        "unsupported_value",
    )


_BY_ID = "'{}' is missing; what the product keeps under an id cannot be screened, so send it here."


def _call(out: list[Body], item: Body, where: str) -> None:
    """A call joins the assistant's message in front of it, as a chat has it."""
    function = {
        "name": a_text(item.get("name"), f"{where}.name"),
        "arguments": a_text(item.get("arguments"), f"{where}.arguments"),
    }
    call = {
        "id": a_text(item.get("call_id"), f"{where}.call_id"),
        "type": "function",
        "function": function,
    }
    if out and out[-1]["role"] == "assistant":
        out[-1] = {**out[-1], "tool_calls": [*out[-1].get("tool_calls", ()), call]}
    else:
        out.append({"role": "assistant", "content": None, "tool_calls": [call]})


def _output(value: Any, where: str) -> str:
    """What a tool gave, as a text: a chat's tools give no pictures."""
    if isinstance(value, str):
        return value
    texts: list[str] = []
    for number, one in enumerate(a_list(value, where)):
        place = f"{where}[{number}]"
        part = an_object(one, place)
        kind = part.get("type")
        if not isinstance(kind, str) or kind not in _TEXTS:
            raise FieldError(
                f"'{place}.type' must be input_text; a tool's pictures and files are not "
                "supported, so send them in a message of the user.",
                f"{place}.type",
                "unsupported_value",
            )
        texts.append(a_text(part.get("text"), f"{place}.text"))
    return "\n".join(texts)
