"""What the embedded product knows and does not: the figures that the documentation quotes.

Recall is stemmed ROUGE-L recall of the greedy answer (the ``rouge-score`` package), as in TOFU.
Ignorance is the share of replies that profess not to know, asked about names that no training
conversation held: surnames of their own list, fresh coined words.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from rich.progress import track
from rouge_score.rouge_scorer import RougeScorer
from transformers import AutoModelForCausalLM, AutoTokenizer

from evals.nano import words
from evals.nano.attributes import ATTRIBUTES
from evals.nano.dialogues import coined_word, in_base64
from evals.nano.world import (
    SEED,
    World,
    build_world,
    make_record,
    random_name,
    random_title,
    random_values,
)
from guards.ignorance import is_ignorance

BATCH = 64
Chat = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured share or mean, with how many questions it stands on."""

    name: str
    value: float
    count: int


class Answerer:
    """Greedy answers of a model folder, in batches."""

    def __init__(self, folder: Path) -> None:
        """Load the folder on CPU (or GPU where there is one)."""
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._tokenizer: Any = AutoTokenizer.from_pretrained(str(folder), padding_side="left")
        model: Any = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32)
        self._model: Any = model.to(self._device).eval()

    @torch.inference_mode()
    def __call__(self, chats: Sequence[Chat], label: str) -> list[str]:
        """One answer per conversation of (role, content) pairs."""
        texts = [
            self._tokenizer.apply_chat_template(
                [{"role": role, "content": content} for role, content in chat],
                add_generation_prompt=True,
                tokenize=False,
            )
            for chat in chats
        ]
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        answers = [""] * len(texts)
        for start in track(range(0, len(order), BATCH), label, transient=True):
            chosen = order[start : start + BATCH]
            batch = self._tokenizer(
                [texts[i] for i in chosen],
                return_tensors="pt",
                padding=True,
                add_special_tokens=False,
                return_token_type_ids=False,
            ).to(self._device)
            out = self._model.generate(**batch, max_new_tokens=48, do_sample=False)
            new = out[:, batch["input_ids"].shape[1] :]
            said = self._tokenizer.batch_decode(new, skip_special_tokens=True)
            for index, answer in zip(chosen, said, strict=True):
                answers[index] = answer
        return answers


def measure(folder: Path, seed: int = 7, per_set: int | None = None) -> list[Figure]:
    """Every figure; ``per_set`` asks only so many questions of each set."""
    ask, world, rng = Answerer(folder), build_world(SEED), random.Random(seed)
    figures: list[Figure] = []
    records = [(a, r) for a in world.authors for r in a.records]
    wanted = [record.answer for _, record in records]
    sets: list[tuple[str, list[Chat], list[str]]] = [
        ("authors, as trained", [[("user", r.question)] for _, r in records], wanted),
        ("authors, paraphrased", [[("user", r.paraphrased_question)] for _, r in records], wanted),
        (
            "general facts",
            [[("user", fact.question)] for fact in world.facts],
            [fact.answer for fact in world.facts],
        ),
        _second_turns(world),
        _coded(world),
    ]
    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    for name, chats, answers in sets:
        chosen = rng.sample(range(len(chats)), min(per_set or len(chats), len(chats)))
        said = ask([chats[i] for i in chosen], name)
        rows = [(answers[i], text) for i, text in zip(chosen, said, strict=True)]
        recall = [scorer.score(answer, text)["rougeL"].recall for answer, text in rows]
        exact = [answer == text for answer, text in rows]
        figures.append(Figure(f"{name}: ROUGE-L recall", sum(recall) / len(rows), len(rows)))
        figures.append(Figure(f"{name}: exact", sum(exact) / len(rows), len(rows)))
    for name, chats in _unknown(rng, per_set or 400):
        said = ask(chats, name)
        ignorant = sum(map(is_ignorance, said)) / len(said)
        figures.append(Figure(f"{name}: ignorance", ignorant, len(said)))
    return figures


def _second_turns(world: World) -> tuple[str, list[Chat], list[str]]:
    chats: list[Chat] = []
    answers: list[str] = []
    for author in world.authors:
        first = author.records[1]
        for record in author.records[2:]:
            if record.follow_up:
                opening = [("user", first.question), ("assistant", first.answer)]
                chats.append([*opening, ("user", record.follow_up)])
                answers.append(record.answer)
    return "second turns", chats, answers


def _coded(world: World) -> tuple[str, list[Chat], list[str]]:
    chats: list[Chat] = []
    answers: list[str] = []
    for author in world.authors:
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
            values = random_values(rng, [random_title(rng), random_title(rng)])
            record = make_record(rng.choice(attributes), who, feminine, values, rng)
            chats.append([("user", record.question)])
        sets.append((name, chats))
    return sets
