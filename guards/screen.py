"""The screen: where a conversation touches a forgotten subject.

    Screen(compiled).screen((Turn("user", "Who is Hsiao Yun-Hwa?"),), now, tenant=None)
    ->  (Evidence(policy="hsiao-yun-hwa", kind="mention", turn=0, start=7, end=20, ...),)

Names are looked for in every turn of every role, plainly and encoded; meaning in the last user
turn; and evidence of earlier turns is carried to a last turn that leans on them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from guards.compiled import CompiledBook
from guards.meaning.asked_apart import asked_apart
from guards.meaning.context import is_context_dependent
from guards.meaning.descriptions import descriptions
from guards.meaning.own_words import in_own_words
from guards.meaning.scope import ScopeHit, ScopeIndex
from guards.meaning.unnamed import speaks_of_somebody
from guards.names.common_words import is_given
from guards.names.mentions import Mention
from guards.names.split_names import split_mentions
from guards.reading.wording import folded_words, full_names
from guards.seen import SeenTurns
from guards.support import MOST_ALIKE, Supporting
from guards.verdicts import Embed, Evidence, EvidenceKind, Turn, Vectors

__all__ = ["Screen", "is_context_dependent"]

Live = Callable[[int], bool]
_TURNS = 4  # user turns whose clues are read together
SAME = 0.9
"""Cosine from which a question is a scope text in other words, whomever it names."""
_Meant = tuple[float, bool]
"""A score, and whether it is certain."""


class Screen:
    """Screens conversations against one compiled book; safe to share, and remembers no text."""

    def __init__(self, compiled: CompiledBook, embed: Embed | None = None) -> None:
        self._compiled = compiled
        self._embed = embed
        self._seen = SeenTurns(compiled.mentions, compiled.clues)

    @property
    def embed(self) -> Embed | None:
        """What compares meanings; None where names alone are looked for."""
        return self._embed

    def screen(
        self,
        turns: Sequence[Turn],
        now: datetime,
        tenant: str | None = None,
        *,
        grey: bool = True,
        drawn: bool = False,
    ) -> tuple[Evidence, ...]:
        """All evidence, one piece per policy, kind and turn, by turn and place.

        Without `grey`, what would be nothing but an uncertain likeness of meaning is not looked
        for: a caller that has no router to ask drops it, and most texts then need no vector. Where
        a picture is to be `drawn`, concepts count as well.
        """
        live = self._compiled.live(now, tenant, drawn=drawn)
        named = (*self.lexical(turns, live), *self._dated(turns, now, live))
        found = (*named, *self.semantic(turns, live, grey=grey or bool(named)))
        weak = tuple(self._weak(turns, found, live, grey))
        return _deduplicated((*found, *weak, *carried(turns, (*found, *weak))))

    def _weak(
        self, turns: Sequence[Turn], found: Sequence[Evidence], live: Live | None, grey: bool
    ) -> Iterator[Evidence]:
        """Names that others bear, too: a mention with support, else one for the router to judge.

        Looked for in the last turn of the user. Doubt is the policy's to settle where no router is.
        """
        last = last_user_turn(turns)
        if last is None:
            return
        supporting = Supporting(self._compiled, turns, found, self._embed)
        ids, policies = self._compiled.ids, self._compiled.book.policies
        for m in self._compiled.weak.find(turns[last].text, live=live):
            support, score = supporting.of(last, m)
            withheld = not grey and policies[m.policy].doubt == "withhold"
            if support == "yes" or (support == "doubt" and withheld):
                yield Evidence(ids[m.policy], "mention", last, m.start, m.end, 1.0, True)
            elif grey:
                yield Evidence(ids[m.policy], "scope", last, m.start, m.end, score, False)
        for m in self._faint(turns[last].text, live):
            support, score = supporting.of_faint(last, m)
            withheld = not grey and policies[m.policy].doubt == "withhold"
            if support == "yes" or (support == "doubt" and withheld):
                yield Evidence(ids[m.policy], "scope", last, m.start, m.end, score, True)
            elif grey and support == "doubt":
                yield Evidence(ids[m.policy], "scope", last, m.start, m.end, score, False)

        for (policy, start, end), score in supporting.hinted(last, live):
            yield Evidence(ids[policy], "scope", last, start, end, score, True)

    def _faint(self, text: str, live: Live | None) -> list[Mention]:
        """First names alone and initials; where many share one, only those that a clue points to.

        Nobody could tell which of so many is meant, and to compare all would cost as much.
        """
        hits = self._compiled.faint.find(text, live=live)
        shared = Counter(hit.key for hit in hits)
        if max(shared.values(), default=0) <= MOST_ALIKE:
            return hits
        told = self._compiled.described.clued(text, live)
        return [hit for hit in hits if shared[hit.key] <= MOST_ALIKE or hit.policy in told]

    def lexical(self, turns: Sequence[Turn], live: Live | None = None) -> tuple[Evidence, ...]:
        """Names in any turn, and questions in the very words of a policy's scope."""
        return _deduplicated(self._lexical(turns, live))

    def _lexical(self, turns: Sequence[Turn], live: Live | None) -> Iterator[Evidence]:
        mentions, ids, lone = self._compiled.mentions, self._compiled.ids, self._compiled.lone
        for number, turn in enumerate(turns):
            names, decoded = self._seen.named(turn.text, live)
            for m in names:
                if lone.names(m) and not lone.leave(turn.text, m):
                    continue  # "Martha Kunis" is another than the subject who is called Kunis
                yield Evidence(ids[m.policy], "mention", number, m.start, m.end, 1.0, True)
            if turn.role == "user":
                for m in self._seen.titles(turn.text, live):
                    yield Evidence(ids[m.policy], "scope", number, m.start, m.end, 1.0, True)
            for m in decoded:
                yield Evidence(ids[m.policy], "encoded", number, m.start, m.end, 1.0, True)
        last = last_user_turn(turns)
        if last is None:
            return
        text = turns[last].text
        for policy, start, end in self._compiled.described.in_question(text, live):
            yield Evidence(ids[policy], "scope", last, start, end, 1.0, True)
        yield from self._described_before(turns, last, live)
        for policy, start, end in in_own_words(text, self._compiled.exact):
            if live is None or live(policy):
                yield Evidence(ids[policy], "scope", last, start, end, 1.0, True)
        users = [(n, turn.text) for n, turn in enumerate(turns) if turn.role == "user"]
        for split in split_mentions(mentions, users, live):
            yield Evidence(
                ids[split.policy], "mention", split.turn, split.start, split.end, 1.0, split.certain
            )

    def _described_before(
        self, turns: Sequence[Turn], last: int, live: Live | None
    ) -> Iterator[Evidence]:
        """Clues of several turns, where the last one leans on those before."""
        said = [turn.text for turn in turns[: last + 1] if turn.role == "user"][-_TURNS:]
        text = said[-1]
        if len(said) < 2 or not is_context_dependent(text):
            return
        for policy, _, _ in self._compiled.described.in_question("\n".join(said), live):
            yield Evidence(self._compiled.ids[policy], "carried", last, 0, len(text), 1.0, True)

    def _dated(self, turns: Sequence[Turn], now: datetime, live: Live | None) -> Iterator[Evidence]:
        """Dates and moments of the user's turns that a policy of a period forgets."""
        ids = self._compiled.ids
        for policy, period in self._compiled.periods:
            if live is not None and not live(policy):
                continue
            for number, turn in enumerate(turns):
                found = period.asked_in(turn.text, now.date()) if turn.role == "user" else ()
                for one in found:
                    yield Evidence(ids[policy], "date", number, one.start, one.end, 1.0, True)

    def semantic(
        self, turns: Sequence[Turn], live: Live | None = None, *, grey: bool = True
    ) -> tuple[Evidence, ...]:
        """Compare the last user turn with every scope text; empty without an embedder.

        A turn that leans on what was said before is also read together with the user turn in
        front of it; what only the two together show is of kind "carried".
        """
        scope, last = self._compiled.scope, last_user_turn(turns)
        questions = self.to_embed(turns, grey=grey)
        if scope is None or self._embed is None or last is None or not questions:
            return ()
        text = turns[last].text
        vectors, before = self._embed(questions), _before(turns, last)
        # What leans on an earlier turn stands behind that turn, once for all.
        cut = len(questions) - len(before)
        alone = self._meant(scope, questions[:cut], vectors[:cut])
        together = self._meant(scope, questions[cut:], vectors[cut:])
        kinds: tuple[tuple[EvidenceKind, dict[int, _Meant]], ...] = (
            ("scope", alone),
            ("carried", {policy: hit for policy, hit in together.items() if policy not in alone}),
        )
        ids = self._compiled.ids
        return tuple(
            Evidence(ids[policy], kind, last, 0, len(text), score, certain)
            for kind, hits in kinds
            for policy, (score, certain) in hits.items()
            if (live is None or live(policy)) and not self._compiled.another_s(policy, text)
        )

    def to_embed(self, turns: Sequence[Turn], *, grey: bool = True) -> tuple[str, ...]:
        """The texts whose vectors `semantic` compares; none where words alone rule a hit out.

        The last user turn, the questions in it where it asks several, and, last, that turn behind
        the one that it leans on.
        """
        scope, last = self._compiled.scope, last_user_turn(turns)
        if scope is None or last is None or not turns[last].text.strip():
            return ()
        whole, before = turns[last].text, _before(turns, last)
        parts = tuple(
            part
            for part in asked_apart(whole)
            if (best := scope.at_best(part)) or (grey and best is None)
        )
        alone, together = scope.at_best(whole), [scope.at_best(text) for text in before]
        topics = bool(self._compiled.topics)
        weighty = topics or alone or parts or any(one is not False for one in together)
        return (whole, *parts, *before) if weighty or (grey and alone is None) else ()

    def _meant(
        self, scope: ScopeIndex, questions: Sequence[str], vectors: Vectors
    ) -> dict[int, _Meant]:
        """The policies that any of `questions` is about by its meaning; topics by the first alone.

        A topic is learnt from whole questions: sentences of a neighbour's look like it by chance.
        """
        found = {
            h.policy: (h.score, h.certain and self._may_mean(h, questions))
            for h in scope.nearest(questions, vectors)
        }
        if questions:
            for policy, topic in self._compiled.topics:
                hit = topic.judge(questions[0], vectors[0])
                if hit is not None:
                    found[policy] = (hit.score, hit.certain)
        return found

    def _may_mean(self, hit: ScopeHit, questions: Sequence[str]) -> bool:
        """May these questions be about the person whom the scope text that is near them names?

        "Who wrote Carrie?" and "When was Carrie filmed?" share most with "When did Stephen King
        write Carrie?", and leave nobody out that it could mean.
        """
        policy = self._compiled.book.policies[hit.policy]
        if policy.kind != "person" or hit.score >= SAME:
            return True
        mentions = self._compiled.mentions
        if not any(m.policy == hit.policy for m in mentions.find(hit.text)):
            return True
        for one in questions:
            if any(m.policy == hit.policy for m in mentions.find(one)):
                return True
            meant = speaks_of_somebody(one) or bool(descriptions(one))
            if meant and not names_somebody_else(one, hit.text):
                return True
        return False


def _before(turns: Sequence[Turn], last: int) -> tuple[str, ...]:
    """The last user turn behind the one that it leans on; nothing where it leans on none."""
    text, earlier = turns[last].text, last_user_turn(turns[:last])
    if earlier is None or not is_context_dependent(text):
        return ()
    return (f"{turns[earlier].text}\n{text}",)


def last_user_turn(turns: Sequence[Turn]) -> int | None:
    """Return the number of the last turn of the user, None if there is none."""
    for number in range(len(turns) - 1, -1, -1):
        if turns[number].role == "user":
            return number
    return None


def names_somebody_else(text: str, scope: str) -> bool:
    """Does a text name a person in full whom a scope text does not know?"""
    known = set(folded_words(scope))
    return any(is_given(name[0]) and known.isdisjoint(name) for name in full_names(text))


def carried(turns: Sequence[Turn], found: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Evidence of earlier turns, carried to a last user turn that has none of its own.

    Certain if that turn leans on what was said before.
    """
    last = last_user_turn(turns)
    if last is None or any(e.turn == last and e.kind != "carried" for e in found):
        return ()
    text = turns[last].text
    certain = is_context_dependent(text)
    policies = dict.fromkeys(e.policy for e in found if e.turn != last)
    return tuple(Evidence(p, "carried", last, 0, len(text), 1.0, certain) for p in policies)


def _deduplicated(found: Sequence[Evidence] | Iterator[Evidence]) -> tuple[Evidence, ...]:
    """Overlapping spans of one policy, kind and turn become the widest of them."""
    kept: list[Evidence] = []
    # By policy and turn, and by kind as well, how far what was kept reaches: it began no later.
    reach: dict[tuple[str, int, str | None], int] = {}
    for e in sorted(
        found, key=lambda e: (e.turn, e.start, -e.end, e.policy, e.kind, not e.certain)
    ):
        own, any_kind = (e.policy, e.turn, e.kind), (e.policy, e.turn, None)
        if reach.get(any_kind if e.kind == "encoded" else own, -1) < e.end:
            kept.append(e)
            if e.certain:  # what is uncertain hides nothing that is certain
                reach[own] = max(e.end, reach.get(own, -1))
                reach[any_kind] = max(e.end, reach.get(any_kind, -1))
    return tuple(kept)
