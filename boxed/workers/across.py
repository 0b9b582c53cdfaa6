"""Names that are cut over the content parts of one message: each part alone shows no name.

    [{"text": "Where was Mark"}, {"text": "Vale born?"}]

How a model joins the parts is its own affair, so they are read joined by nothing and by a blank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, cast

from boxed.api.chat import Body
from boxed.hiding.whole_names import Span

__all__ = ["cover_across"]

Find = Callable[[str], Sequence[Span]]
Put = Callable[[Span, str], str]
_GLUES = ("", " ")


def cover_across(body: Body, find: Find, put: Put) -> Body:
    """Copy a request body with the names covered that show only where content parts are joined.

    ``put`` gives, for a name and the text of it, what stands in its place in the first part; what
    the other parts hold of it goes, unless nothing else would be left of a part.
    """
    messages = body.get("messages")
    if not isinstance(messages, list):
        return body
    changed = [_message(one, find, put) for one in cast("list[Body]", messages)]
    return {**body, "messages": changed}


def _message(message: Body, find: Find, put: Put) -> Body:
    content = message.get("content")
    if not isinstance(content, list):
        return message
    parts = cast("list[Any]", content)
    numbers = [n for n, part in enumerate(parts) if _text(part) is not None]
    texts = [_text(parts[n]) or "" for n in numbers]
    for glue in _GLUES:
        texts = _covered(texts, glue, find, put)
    new = list(parts)
    for n, text in zip(numbers, texts, strict=True):
        new[n] = text if isinstance(parts[n], str) else {**parts[n], "text": text}
    return {**message, "content": new}


def _text(part: Any) -> str | None:
    text = cast("Body", part).get("text") if isinstance(part, dict) else part
    return text if isinstance(text, str) else None


def _covered(texts: list[str], glue: str, find: Find, put: Put) -> list[str]:
    if len(texts) < 2:
        return texts
    whole = glue.join(texts)
    starts = list(accumulate((len(text) + len(glue) for text in texts), initial=0))[:-1]
    alone = [find(text) for text in texts]
    cuts: list[list[tuple[int, int, str]]] = [[] for _ in texts]
    for span in find(whole):
        held = [
            (n, max(span.start - start, 0), min(span.end - start, len(texts[n])))
            for n, start in enumerate(starts)
            if span.start < start + len(texts[n]) and span.end > start
        ]
        if len(held) == 1 and any(
            held[0][1] < one.end and one.start < held[0][2] for one in alone[held[0][0]]
        ):
            continue
        for count, (n, first, behind) in enumerate(held):
            last = not (texts[n][:first] + texts[n][behind:]).strip()
            shown = put(span, whole[span.start : span.end]) if not count or last else ""
            cuts[n].append((first, behind, shown))
    return [_cut(text, own) for text, own in zip(texts, cuts, strict=True)]


def _cut(text: str, cuts: list[tuple[int, int, str]]) -> str:
    for first, behind, shown in reversed(cuts):
        text = text[:first] + shown + text[behind:]
    return text
