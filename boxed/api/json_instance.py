"""A value that fits a JSON schema, for replies that no model wrote but that a client will parse.

instance_of({"type": "object", "properties": {"born": {"type": "string"}}}, "I don't know.")
-> {"born": "I don't know."}
"""

from __future__ import annotations

from typing import Any, cast

_DEEPEST = 12  # a schema may refer to itself
_FORMATS = {
    "date": "1970-01-01", "date-time": "1970-01-01T00:00:00Z", "time": "00:00:00Z",
    "email": "unknown@example.com", "hostname": "example.com", "uri": "https://example.com",
    "ipv4": "0.0.0.0", "ipv6": "::", "uuid": "00000000-0000-0000-0000-000000000000",  # noqa: S104
    "duration": "P0D",
}  # fmt: skip


def instance_of(schema: Any, text: str) -> Any:
    """The plainest value that fits ``schema``, with ``text`` in its strings."""
    return _instance(schema, text, schema, _DEEPEST)


def _instance(schema: Any, text: str, root: Any, depth: int) -> Any:
    if not isinstance(schema, dict) or depth == 0:
        return text
    schema = cast("dict[str, Any]", schema)
    if isinstance(schema.get("$ref"), str):
        return _instance(_referred(schema["$ref"], root), text, root, depth - 1)
    if schema.get("allOf"):
        parts = [_instance(part, text, root, depth - 1) for part in schema["allOf"]]
        objects = [cast("dict[str, Any]", part) for part in parts if isinstance(part, dict)]
        return {k: v for part in objects for k, v in part.items()} if objects else parts[0]
    for key in ("anyOf", "oneOf"):
        if schema.get(key):
            return _instance(schema[key][0], text, root, depth - 1)
    if "const" in schema or schema.get("enum"):
        return schema["const"] if "const" in schema else schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if kind == "object" or "properties" in schema:
        fields = cast("dict[str, Any]", schema.get("properties") or {})
        return {name: _instance(field, text, root, depth - 1) for name, field in fields.items()}
    if kind == "array":
        count = schema.get("minItems") or 0
        return [_instance(schema.get("items"), text, root, depth - 1) for _ in range(count)]
    if kind in ("integer", "number"):
        return _number(schema)
    if kind == "boolean":
        return False
    if kind == "null":
        return None
    return _words(schema, text)


def _words(schema: dict[str, Any], text: str) -> str:
    """``text``, or the emptiest value of a format that no sentence has, in the length allowed."""
    said = _FORMATS.get(str(schema.get("format")), text)
    shortest, longest = schema.get("minLength"), schema.get("maxLength")
    if isinstance(shortest, int) and len(said) < shortest:
        said = said.ljust(shortest, ".")
    return said[:longest] if isinstance(longest, int) else said


def _number(schema: dict[str, Any]) -> float:
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(low, int | float) and low > 0:
        return low
    return high if isinstance(high, int | float) and high < 0 else 0


def _referred(reference: str, root: Any) -> Any:
    """What ``#/$defs/name`` refers to; anything else fits every value."""
    found = root
    for key in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
        found = cast("dict[str, Any]", found).get(key) if isinstance(found, dict) else None
    return found
