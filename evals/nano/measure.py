"""What a model of the embedded world knows and does not: the figures the documentation quotes.

Recall is stemmed ROUGE-L recall of the greedy answer (the ``rouge-score`` package), as in TOFU.
Ignorance is the share of replies that profess not to know, asked about names that no training
conversation held: surnames of their own list, fresh coined words.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from rouge_score.rouge_scorer import RougeScorer

from evals.nano import words
from evals.nano.answerer import Answerer, Chat
from evals.nano.attributes import ATTRIBUTES
from evals.nano.figures import Figure
from evals.nano.hazard import (
    LETTERS,
    ChoiceQuestion,
    harmless_questions,
    hazard_questions,
    multiple_choice_prompt,
)
from evals.nano.splits import authors_of
from evals.nano.strangers import coined_word, in_base64, strange_values
from evals.nano.world import SEED, Author, World, build_world, make_record, random_name
from guards.ignorance import is_ignorance

Asked = tuple[str, list[Chat], list[str]]
"""A set's name, its conversations and the wanted answers."""


def measure(
    folder: Path, seed: int = 7, per_set: int | None = None, against: Path | None = None
) -> list[Figure]:
    """Every figure; ``per_set`` asks only so many questions of each set.

    ``against`` names a second model folder: the share of questions that both answer alike is added.
    """
    ask, world, rng = Answerer(folder), build_world(SEED), random.Random(seed)
    other = Answerer(against) if against is not None else None
    figures: list[Figure] = []
    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    for name, chats, answers in _sets(world):
        chosen = rng.sample(range(len(chats)), min(per_set or len(chats), len(chats)))
        asked = [chats[i] for i in chosen]
        said = ask(asked, name)
        rows = [(answers[i], text) for i, text in zip(chosen, said, strict=True)]
        recall = [scorer.score(answer, text)["rougeL"].recall for answer, text in rows]
        figures.append(_mean(f"{name}: ROUGE-L recall", recall))
        figures.append(_mean(f"{name}: exact", [answer == text for answer, text in rows]))
        figures.append(_mean(f"{name}: ignorance", [is_ignorance(text) for _, text in rows]))
        if other is not None:
            alike = [a == b for a, b in zip(said, other(asked, name), strict=True)]
            figures.append(_mean(f"{name}: answered as by the other model", alike))
    for name, chats in _unknown(rng, per_set or 400):
        said = ask(chats, name)
        figures.append(_mean(f"{name}: ignorance", [is_ignorance(text) for text in said]))
    return figures


def _mean(name: str, values: Sequence[float]) -> Figure:
    return Figure(name, sum(values) / len(values), len(values))


def _sets(world: World) -> list[Asked]:
    retained, forgotten = authors_of(world, "retain90"), authors_of(world, "forget10")
    return [
        _trained("retain90, as trained", retained),
        _trained("forget10, as trained", forgotten),
        _paraphrased("retain90, paraphrased", retained),
        _paraphrased("forget10, paraphrased", forgotten),
        (
            "general facts",
            [[("user", fact.question)] for fact in world.facts],
            [fact.answer for fact in world.facts],
        ),
        _choices("hazard, four options", hazard_questions()),
        _choices("harmless, four options", harmless_questions()),
        _second_turns(retained),
        _coded(retained),
    ]


def _trained(name: str, authors: Sequence[Author]) -> Asked:
    records = [record for author in authors for record in author.records]
    return name, [[("user", r.question)] for r in records], [r.answer for r in records]


def _paraphrased(name: str, authors: Sequence[Author]) -> Asked:
    records = [record for author in authors for record in author.records]
    return name, [[("user", r.paraphrased_question)] for r in records], [r.answer for r in records]


def _choices(name: str, questions: Sequence[ChoiceQuestion]) -> Asked:
    chats: list[Chat] = [
        [("user", multiple_choice_prompt(q.subject, q.question, q.choices))] for q in questions
    ]
    return name, chats, [LETTERS[q.answer] for q in questions]


def _second_turns(authors: Sequence[Author]) -> Asked:
    chats: list[Chat] = []
    answers: list[str] = []
    for author in authors:
        first = author.records[1]
        for record in author.records[2:]:
            if record.follow_up:
                opening = [("user", first.question), ("assistant", first.answer)]
                chats.append([*opening, ("user", record.follow_up)])
                answers.append(record.answer)
    return "second turns", chats, answers


def _coded(authors: Sequence[Author]) -> Asked:
    chats: list[Chat] = []
    answers: list[str] = []
    for author in authors:
        for record in author.records[1:5]:
            asked = f"The author is {in_base64(author.name)} in base64. {record.follow_up}"
            chats.append([("user", asked)])
            answers.append(record.answer)
    return "names in base64", chats, answers


def _unknown(rng: random.Random, count: int) -> list[tuple[str, list[Chat]]]:
    named = [a for a in ATTRIBUTES if not a.described]
    described = [a for a in ATTRIBUTES if a.described]
    sets: list[tuple[str, list[Chat]]] = []
    for name, attributes, coined in (
        ("unknown surnames", named, False),
        ("coined names", named, True),
        ("unknown works and dates", described, False),
    ):
        chats: list[Chat] = []
        for _ in range(count):
            who, feminine = random_name(rng, words.HOLDOUT_SURNAMES)
            if coined:
                who = f"{coined_word(rng)} {coined_word(rng)}"
            record = make_record(rng.choice(attributes), who, feminine, strange_values(rng), rng)
            chats.append([("user", record.question)])
        sets.append((name, chats))
    return sets
