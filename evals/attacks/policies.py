"""The policies under attack: a title alone, or what drafting makes of records.

book_for("title", suite, people, "pretend")    one policy a person, with the question "Who is X?"
book_for("draft", suite, people, "pretend")    drafted from RWKU's level 2 or TOFU's forget set
"""

from __future__ import annotations

from collections.abc import Sequence

from boxed.drafting.policies import draft_policies
from evals.attacks.asked import questions_of
from evals.suites.protocol import Suite
from prompts.book import PolicyBook, book_of
from prompts.policy import Example, Policy, Response

__all__ = ["WAYS", "book_for", "titles_missing"]

WAYS = ("title", "draft")
_IGNORANCE = "Behave as if you had never heard of this."


def book_for(way: str, suite: Suite, people: Sequence[str], response: Response) -> PolicyBook:
    """Policies about these people. Raises ValueError for a way that is none."""
    if way == "title":
        return book_of([_titled(n, name, response) for n, name in enumerate(people)])
    if way == "draft":
        return book_of(list(_drafted(suite, set(people), response)))
    raise ValueError(f"policies '{way}' is not one of {', '.join(WAYS)}")


def _titled(number: int, name: str, response: Response) -> Policy:
    return Policy(
        id=f"person-{number:03}",
        title=name,
        kind="person",
        response=response,
        scope=(f"Who is {name}?",),
        instruction=_IGNORANCE,
    )


def _drafted(suite: Suite, people: set[str], response: Response) -> tuple[Policy, ...]:
    if suite.name != "rwku":
        found = draft_policies(suite.forget, suite.retain, response=response)
        return tuple(policy for policy in found if policy.title in people)
    records = [
        Example(question=asked.question, answer=asked.answer)
        for asked in questions_of(suite)
        if asked.level == "level 2" and asked.subject in people
    ]
    return draft_policies(records, response=response)


def titles_missing(book: PolicyBook, people: Sequence[str]) -> tuple[str, ...]:
    """The people for whom drafting made no policy of their own."""
    titles = {policy.title for policy in book.policies}
    return tuple(name for name in people if name not in titles)
