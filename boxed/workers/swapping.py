"""The swap as a rendering step, shared by every worker that must hide a subject from its model."""

from __future__ import annotations

from collections.abc import Sequence

from boxed.api.chat import ChatRequest, map_request
from boxed.hiding.masking import Masking
from boxed.workers.protocol import Rendered
from prompts.policy import Policy

_NAMELESS = "something"
_NOTHING_ELSE = {"examples": (), "terms": (), "counterfacts": ()}


def swapped(
    request: ChatRequest,
    policies: Sequence[Policy],
    masking: Masking,
    *,
    terms: bool = False,
    names_alone: bool = False,
) -> Rendered:
    """Swap the subjects of ``policies`` in the request; the swap that undoes it comes with it.

    With ``terms`` the rare words go that give them away, too; with ``names_alone`` titles and dates
    stay, for a translation of their stand-ins could not be turned back.
    """
    if not policies:
        return Rendered(request, hid=False)
    bare = [policy.model_copy(update=_NOTHING_ELSE) for policy in policies]
    swap = masking.swap(bare if names_alone else policies, terms)

    written: dict[str, str] = {}  # stand-in -> the name as the client wrote it

    def cover(policy: Policy, words: str) -> str:
        other = swap.primary.get(policy.id, _NAMELESS)
        if words and other != _NAMELESS:
            written.setdefault(other, words)
        return other

    def hide(text: str) -> str:
        return masking.cover(swap.apply(text), policies, cover)

    def to_client(text: str) -> str:
        # A misspelt name goes back as it came: to mend it would show that it is known.
        for other, words in written.items():
            text = text.replace(other, words)
        return swap.apply(text)

    body = map_request(request.body, hide)
    hid = body != request.body
    return Rendered(request.with_body(body), to_client=to_client, to_model=swap.apply, hid=hid)
