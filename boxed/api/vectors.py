"""Embeddings and moderations in the API's shapes: what is sent, and what of a reply is passed on.

Of a reply only numbers, vectors and the names of categories are: no other text can come along.
"""

from __future__ import annotations

import re
from typing import Any

from boxed.api.chat import Body
from boxed.api.fields import FieldError, maybe_list, maybe_object

__all__ = ["embeddings_of", "moderations_of", "texts_to_embed"]

_CATEGORY = re.compile(r"[a-z0-9_/-]{1,64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_KINDS = frozenset({"text", "image"})


def texts_to_embed(body: Body) -> list[str]:
    """The texts of an embeddings request; raises FieldError, also for arrays of tokens."""
    given = body.get("input")
    texts = [given] if isinstance(given, str) else maybe_list(given)
    if not texts or not all(isinstance(text, str) for text in texts):
        raise FieldError(
            "'input' must be a string or a list of strings; send text in place of token arrays.",
            "input",
        )
    return texts


def embeddings_of(reply: Body) -> Body:
    """The list of vectors of a product's reply."""
    rows: list[Body] = []
    for position, one in enumerate(map(maybe_object, maybe_list(reply.get("data")))):
        vector, index = one.get("embedding"), one.get("index")
        if isinstance(vector, str):
            vector = vector if _BASE64.fullmatch(vector) else ""
        else:
            vector = [n for n in maybe_list(vector) if _is_number(n)]
        at = index if isinstance(index, int) else position
        rows.append({"object": "embedding", "index": at, "embedding": vector})
    usage = {k: v for k, v in maybe_object(reply.get("usage")).items() if _is_number(v)}
    return {"object": "list", "data": rows, "model": reply.get("model"), "usage": usage}


def moderations_of(reply: Body) -> Body:
    """The verdicts of a product's reply."""
    results = [_result(maybe_object(one)) for one in maybe_list(reply.get("results"))]
    return {"id": reply.get("id"), "model": reply.get("model"), "results": results}


def _result(one: Any) -> Body:
    kinds = {
        name: [kind for kind in maybe_list(listed) if isinstance(kind, str) and kind in _KINDS]
        for name, listed in maybe_object(one.get("category_applied_input_types")).items()
    }
    told: Body = {
        "flagged": one.get("flagged") is True,
        "categories": _categories(one.get("categories")),
        "category_scores": _categories(one.get("category_scores")),
    }
    return {**told, "category_applied_input_types": _categories(kinds)} if kinds else told


def _categories(value: Any) -> Body:
    return {
        name: item
        for name, item in maybe_object(value).items()
        if _CATEGORY.fullmatch(name)
        and (item is None or isinstance(item, list) or _is_number(item))
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)
