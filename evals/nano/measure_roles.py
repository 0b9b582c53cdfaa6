"""How well a model acts in each role, on subjects that no role prompt of the training held.

Two kinds of subject: *strangers* with surnames kept for measuring, and *authors* of forget10, whom
the full model knows by heart but has never met in a role prompt: there the prompt must win against
memory. Every figure is a share of greedy replies with its number of questions.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from pydantic import ValidationError

from boxed.deciding.router import Routed
from evals.nano.answerer import Answerer
from evals.nano.dialogues import Conversation, Knowledge
from evals.nano.figures import Figure
from evals.nano.roles import Roles
from evals.nano.splits import authors_of
from evals.nano.strangers import never_trained
from evals.nano.world import Author, build_world
from guards.ignorance import is_ignorance

LONGEST = 160
SEED = 11
Plan = list[tuple[str, str | None]]
"""A message's parts in order: text and policy."""


def measure_roles(folder: Path, count: int = 300, authors: bool = True) -> list[Figure]:
    """Every role's figures on ``count`` conversations each; ``authors`` False for the base."""
    ask = Answerer(folder)
    figures = [*_structured(ask, count)]
    for kind in ("strangers", "authors") if authors else ("strangers",):
        figures += _about(ask, count, kind)
    return figures


def _roles(seed: int, practised: Sequence[Author] = ()) -> Roles:
    knowledge = Knowledge(build_world(), random.Random(seed), (), never_trained)
    return Roles(knowledge, tuple(practised))


def _drawn(make: Callable[[], Conversation], count: int) -> list[Conversation]:
    return [make() for _ in range(count)]


def _asked(ask: Answerer, talks: Sequence[Conversation], label: str) -> list[str]:
    """The model's replies in the place of each conversation's last message."""
    chats = [[(m.role, m.content) for m in talk[:-1]] for talk in talks]
    return [reply.strip() for reply in ask(chats, label, LONGEST)]


def _share(label: str, hits: Sequence[bool]) -> Figure:
    return Figure(label, sum(hits) / len(hits), len(hits))


def _structured(ask: Answerer, count: int) -> list[Figure]:
    """The router and the composer, which need no memory."""
    roles = _roles(SEED)
    routed = _drawn(roles.router, count)
    figures = router_figures(routed, _asked(ask, routed, "router"))
    merged = _drawn(roles.composer, count)
    said = _asked(ask, merged, "composer")
    right = [talk[-1].content == reply for talk, reply in zip(merged, said, strict=True)]
    return [*figures, _share("composer: right, nothing protected told", right)]


def router_figures(talks: Sequence[Conversation], said: Sequence[str]) -> list[Figure]:
    """How often a router's replies are right, and right in each thing that they have to be.

    *Right* is the whole plan, word for word. *Words right* is a valid plan whose parts give the
    message; *policies right* has the parts' policies in order, where a message that is cut more
    finely than needed counts as uncut.
    """
    wanted = [parsed_plan(talk[-1].content) or [] for talk in talks]
    got = [parsed_plan(reply) for reply in said]
    pairs = list(zip(wanted, got, strict=True))
    return [
        _share("router: right", [w == g for w, g in pairs]),
        _share("router: words right", [g is not None and _words(w) == _words(g) for w, g in pairs]),
        _share(
            "router: policies right",
            [g is not None and _owners(w) == _owners(g) for w, g in pairs],
        ),
    ]


def parsed_plan(reply: str) -> Plan | None:
    """The text and the policy of each part; None where the reply is no valid plan."""
    try:
        return [(part.text, part.policy) for part in Routed.model_validate_json(reply).parts]
    except ValidationError:
        return None


def _words(plan: Plan) -> str:
    return " ".join(text for text, _ in plan)


def _owners(plan: Plan) -> list[str | None]:
    return [owner for owner, _ in groupby(owner for _, owner in plan)]


def _about(ask: Answerer, count: int, kind: str) -> list[Figure]:
    """Pretend and icul about one kind of subject."""
    world = build_world()
    known = authors_of(world, "forget10") if kind == "authors" else ()
    others = authors_of(world, "retain90") if kind == "authors" else ()
    roles = _roles(SEED + 1, others)

    def subject() -> Author:
        return roles.knowledge.rng.choice(known) if known else roles.newcomer()

    about = _drawn(lambda: roles.pretend_about(subject()), count)
    ignorant = [is_ignorance(reply) for reply in _asked(ask, about, f"pretend, {kind}")]
    elsewhere = _drawn(lambda: roles.pretend_elsewhere(subject()), count)
    followed = _drawn(lambda: roles.icul_about(subject(), "as shown"), count)
    beside = _drawn(lambda: roles.icul_elsewhere(subject()), count)
    return [
        _share(f"pretend, {kind}: ignorant of the subject", ignorant),
        *_kept(ask, elsewhere, f"pretend, {kind}: others"),
        _share(
            f"icul, {kind}: follows the context",
            _agrees(followed, _asked(ask, followed, f"icul, {kind}")),
        ),
        *_kept(ask, beside, f"icul, {kind}: others"),
    ]


def _kept(ask: Answerer, talks: Sequence[Conversation], label: str) -> list[Figure]:
    """Right answers to everything else, under the role prompt and without it."""
    bare = [talk[-2:] for talk in talks]
    return [
        _share(f"{label}, right", _agrees(talks, _asked(ask, talks, label))),
        _share(f"{label}, right without the prompt", _agrees(bare, _asked(ask, bare, label))),
    ]


def _agrees(talks: Sequence[Conversation], said: Sequence[str]) -> list[bool]:
    """The expected reply word for word; where ignorance is expected, any wording of it."""
    return [
        is_ignorance(reply) if is_ignorance(talk[-1].content) else reply == talk[-1].content
        for talk, reply in zip(talks, said, strict=True)
    ]
