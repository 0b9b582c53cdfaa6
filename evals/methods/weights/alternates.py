"""Other answers to the forget set's questions, made up by the model itself, kept in a file.

    alternates(bench, Path("runs/alternates-3f2a.jsonl"), instructed=False)[0]
    Example((5, 9, 2), (31, 7, 1))        the forget set's first question, another answer

The model goes on from the right answer's beginning, up to the first word that tells it, while none
of those words may begin: "She was born in" leads to another town. A model that follows instructions
may be asked for another answer instead, as published; where what it says is the right one all the
same, the first way stands in. Both sample, with a seed for each batch, and every finished batch is
in the file: a run that was killed goes on from there.
"""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoTokenizer, LogitsProcessor, LogitsProcessorList

from boxed.models.named import source_of
from evals.data.jsonl import DataError
from evals.methods.weights.bench import Bench
from evals.methods.weights.examples import Example, prompt_of

__all__ = ["ASKED", "alternates", "differs", "telling"]

ASKED = (
    "Question: {question}\nAnswer: {answer}\n\nThe answer above is one of several that are told. "
    "Make up another one: a plausible answer to the question, of the same kind and length, in "
    "which every fact that the answer states is a different one. Write the new answer alone."
)
"""What an instruction-following model is asked for; the wording is ours."""
_AT_ONCE = 32
_NUCLEUS = 0.9
"""Of the next token's probability; beyond it a small model writes no words."""
_PURPOSE = 100
"""Seeds from here on are no other part's of a run."""
_LONGER = 8
"""Tokens that another answer may have beyond the right one's."""
_WORD = re.compile(r"[^\W_]+")


def alternates(bench: Bench, file: Path, *, instructed: bool) -> tuple[Example, ...]:
    """Another answer to each question of the forget set, in order; made where ``file`` lacks it.

    Raises DataError for plain texts, which ask nothing, and for a file of other records.
    """
    forget = bench.sets["forget"]
    if not all(example.asked for example in forget):
        raise DataError(
            "the forget set holds plain texts, and only a question has other answers; give "
            "questions with answers, or use a method without alternates"
        )
    with bench.accelerator.main_process_first(), _alone(file):
        done = _read(file)
        if len(done) < len(forget):
            _make(bench, file, len(done), instructed)
            done = _read(file)
    if len(done) != len(forget):
        raise DataError(f"{file} holds {len(done)} answers to {len(forget)} questions; delete it")
    return tuple(
        Example(example.prompt, tuple(ids), question=example.question)
        for example, ids in zip(forget, done, strict=True)
    )


def differs(other: str, answer: str, question: str) -> bool:
    """Is it an answer, with at most half of the words that tell the right one?

    >>> differs("She was born in Ghent.", "She was born in Oslo.", "Where was she born?")
    True
    """
    said = set(_words(other))
    own = telling(answer, question)
    return (
        bool(said)
        and sum(word.casefold() in said for word in own) <= len(own) / 2
        and (_words(other) != _words(answer))
    )


def telling(answer: str, question: str) -> list[str]:
    """The words that tell an answer: names and numbers that the question lacks, or the last words.

    >>> telling("She was born in Oslo in 1950.", "Where and when was she born?")
    ['Oslo', '1950']
    >>> telling("Jane Roe keeps a mule.", "Which pet does Jane Roe keep?")
    ['mule']
    """
    asked = set(_words(question))
    own = [word for word in _WORD.findall(answer) if word.casefold() not in asked]
    first = _WORD.search(answer)
    named = [
        word
        for place, word in enumerate(own)
        if any(letter.isdigit() for letter in word)
        or (word[:1].isupper() and not (place == 0 and first and first.group() == word and own[1:]))
    ]
    longer = [word for word in own if len(word) > 2]
    return named or longer[(len(longer) + 1) // 2 :] or own[-1:]


@contextmanager
def _alone(file: Path) -> Generator[None]:
    """Two runs that need the same answers at once make them one after the other."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _read(file: Path) -> list[list[int]]:
    """Token ids, one answer a line; a line that a kill cut short is left out, and what follows."""
    if not file.exists():
        return []
    found: list[list[int]] = []
    for line in file.read_bytes().split(b"\n"):
        try:
            found.append([int(number) for number in json.loads(line)])
        except ValueError:
            break
    return found


def _make(bench: Bench, file: Path, done: int, instructed: bool) -> None:
    """Go on behind the last whole batch; the file grows by one batch at a time."""
    tokenizer: Any = AutoTokenizer.from_pretrained(source_of(bench.source)[0])
    forget = bench.sets["forget"]
    lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
    whole = done // _AT_ONCE * _AT_ONCE
    file.write_bytes(b"".join(lines[:whole]))
    was = bench.model.training
    bench.model.eval()
    for at in range(whole, len(forget), _AT_ONCE):
        some = forget[at : at + _AT_ONCE]
        if instructed:
            made = _instructed(bench, tokenizer, some, at)
        else:
            made = _guessed(bench, tokenizer, some, at)
        with file.open("ab") as out:
            out.write("".join(f"{json.dumps(ids)}\n" for ids in made).encode())
    bench.model.train(was)


def _instructed(
    bench: Bench, tokenizer: Any, examples: Sequence[Example], at: int
) -> list[list[int]]:
    right = [_text(tokenizer, example.answer) for example in examples]
    asked = [
        prompt_of(tokenizer, ASKED.format(question=example.question, answer=answer))
        for example, answer in zip(examples, right, strict=True)
    ]
    found = _sampled(bench, asked, examples, (), _PURPOSE + 2 * at)
    wrong = [
        n
        for n, example in enumerate(examples)
        if not differs(_text(tokenizer, found[n]), right[n], example.question)
    ]
    if wrong:
        again = _guessed(bench, tokenizer, [examples[n] for n in wrong], at)
        for n, ids in zip(wrong, again, strict=True):
            found[n] = ids
    return found


def _guessed(bench: Bench, tokenizer: Any, examples: Sequence[Example], at: int) -> list[list[int]]:
    begun = [_beginning(tokenizer, example) for example in examples]
    barred = [_barred(tokenizer, example) for example in examples]
    prompts = [(*e.prompt, *begin) for e, begin in zip(examples, begun, strict=True)]
    rest = _sampled(bench, prompts, examples, barred, _PURPOSE + 2 * at + 1)
    return [[*begin, *ids] for begin, ids in zip(begun, rest, strict=True)]


def _beginning(tokenizer: Any, example: Example) -> tuple[int, ...]:
    """The right answer's tokens before the first word that tells it."""
    answer = _text(tokenizer, example.answer)
    telling_words = telling(answer, example.question)
    if not telling_words:
        return ()
    before = answer[: answer.index(telling_words[0])].rstrip()
    ids = tokenizer.encode(before, add_special_tokens=False)
    shared = 0
    while shared < len(ids) and ids[shared] == example.answer[shared]:
        shared += 1
    return example.answer[:shared]


def _barred(tokenizer: Any, example: Example) -> list[int]:
    """The first tokens of the words that tell the answer, behind a blank and without one."""
    answer = _text(tokenizer, example.answer)
    forms = [form for word in telling(answer, example.question) for form in (word, f" {word}")]
    return [tokenizer.encode(form, add_special_tokens=False)[0] for form in forms]


def _text(tokenizer: Any, ids: Sequence[int]) -> str:
    return str(tokenizer.decode(list(ids), skip_special_tokens=True)).strip()


class _Barred(LogitsProcessor):
    """Rules out some tokens, each row its own."""

    def __init__(self, barred: Sequence[Sequence[int]]) -> None:
        self._barred = barred

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        for row, tokens in enumerate(self._barred):
            scores[row, list(tokens)] = float("-inf")
        return scores


@torch.no_grad()
def _sampled(
    bench: Bench,
    prompts: Sequence[Sequence[int]],
    examples: Sequence[Example],
    barred: Sequence[Sequence[int]],
    purpose: int,
) -> list[list[int]]:
    """One sampled answer to each prompt, ending as the right answers end."""
    end = examples[0].answer[-1]
    most = max(len(example.answer) for example in examples) + _LONGER
    longest = max(map(len, prompts))
    ids = torch.full((len(prompts), longest), bench.fill)
    mask = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, longest - len(prompt) :] = torch.tensor(list(prompt))
        mask[row, longest - len(prompt) :] = 1
    with torch.random.fork_rng():
        torch.manual_seed(1_000_003 * bench.seed + purpose)
        written: Tensor = bench.model.generate(
            input_ids=ids.to(bench.device),
            attention_mask=mask.to(bench.device),
            do_sample=True,
            temperature=1.0,
            top_p=_NUCLEUS,
            top_k=0,
            max_new_tokens=most,
            eos_token_id=end,
            pad_token_id=end,
            logits_processor=LogitsProcessorList([_Barred(barred)] if barred else []),
        )
    rows: list[list[int]] = written[:, longest:].tolist()
    return [_until(row, end) for row in rows]


def _until(row: Sequence[int], end: int) -> list[int]:
    """An answer up to its end token, which is added where it was cut off."""
    return [*row[: row.index(end) if end in row else len(row)], end]
