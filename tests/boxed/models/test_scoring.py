"""Scoring against the plain computation, on the embedded model and on two models made here."""

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
)

from boxed.api.chat import ChatRequest
from boxed.models.connect import EMBEDDED
from boxed.models.local import LocalModel
from boxed.models.scored import Scored
from boxed.models.scoring import Item, next_token_logprobs, plain_item, score_items, single_token
from boxed.models.scoring_batches import batches
from evals.nano.tokenizer import train_tokenizer

TEXTS = ["Where was Jane Roe born? She was born in Rome, near the old lake, in 1911. A B C D"] * 4
VOCABULARY = 60


def said(*texts: str) -> list[dict[str, Any]]:
    roles = ("user", "assistant")
    return [{"role": roles[n % 2], "content": text} for n, text in enumerate(texts)]


LONG = "Please tell me, as shortly as you can and without any excuse, " * 6
CHATS: list[tuple[list[dict[str, Any]], list[str]]] = [
    (said("What is the capital of France?"), ["The capital of France is Paris.", "Rome", ""]),
    (said("What is the capital of Peru?"), ["The capital of Peru is Lima."]),
    (said("Hi"), ["A", "B", "C", "D", "A much longer answer than all of the others.", "A"]),
    (said(LONG + "who wrote Hamlet?"), ["William Shakespeare", "Jane Austen wrote it."]),
    (said("Hi", "Hello.", LONG), ["No."]),
    (said("Who painted the Mona Lisa?"), []),
]


@pytest.fixture(scope="module")
def embedded() -> LocalModel:
    return LocalModel(EMBEDDED, device="cpu")


def llama() -> Any:
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=VOCABULARY, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=96,
        )
    )  # fmt: skip


def gpt2() -> Any:
    return GPT2LMHeadModel(
        GPT2Config(vocab_size=VOCABULARY, n_embd=16, n_layer=2, n_head=2, n_positions=96)
    )


def windowed() -> Any:
    return MistralForCausalLM(
        MistralConfig(
            vocab_size=VOCABULARY, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
            num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=96,
            sliding_window=5,
        )
    )  # fmt: skip


def made(build: Callable[[], Any]) -> Any:
    """A random model whose predictions differ much from place to place."""
    torch.manual_seed(3)
    model = build().eval()
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.5)
    return model


def drawn(seed: int, beginning: int) -> list[Item]:
    """Random prompts that begin alike, with one to six answers of one to nine tokens."""
    dice = random.Random(seed)

    def tokens(least: int, most: int) -> tuple[int, ...]:
        return tuple(dice.randrange(VOCABULARY) for _ in range(dice.randint(least, most)))

    alike = tokens(beginning, beginning)
    return [
        Item(alike + tokens(1, 40), tuple(tokens(1, 9) for _ in range(dice.randint(1, 6))))
        for _ in range(12)
    ]


@torch.inference_mode()
def alone(model: Any, prompt: Sequence[int], answer: Sequence[int]) -> Scored:
    """One answer by one forward pass over the whole text."""
    logits = model(input_ids=torch.tensor([[*prompt, *answer]])).logits[0].double()
    entries: list[tuple[float, bool, float, float]] = []
    for at, token in enumerate(answer, len(prompt) - 1):
        logs = torch.log_softmax(logits[at], -1)
        mean = sum(math.exp(x) * x for x in logs.tolist())
        spread = sum(math.exp(x) * (x - mean) ** 2 for x in logs.tolist())
        entries.append((float(logs[token]), int(logs.argmax()) == token, mean, math.sqrt(spread)))
    logprobs, greedy, means, deviations = zip(*entries, strict=True)
    return Scored(logprobs, greedy, means, deviations)


def assert_same(found: Scored, expected: Scored) -> None:
    assert found.logprobs == pytest.approx(expected.logprobs, abs=1e-4)
    assert found.greedy == expected.greedy
    assert found.means == pytest.approx(expected.means, abs=1e-4)
    assert found.deviations == pytest.approx(expected.deviations, abs=1e-4)


def test_the_embedded_models_scores_are_those_of_one_answer_at_a_time(embedded: LocalModel) -> None:
    found = embedded.score_many(CHATS)
    end = embedded._tokenizer.eos_token_id
    assert [len(row) for row in found] == [len(answers) for _, answers in CHATS]
    for (messages, answers), row in zip(CHATS, found, strict=True):
        prompt = embedded._prompt({"messages": messages})
        for answer, scored in zip(answers, row, strict=True):
            ids = [*embedded._tokenizer.encode(answer, add_special_tokens=False), end]
            assert_same(scored, alone(embedded._model, prompt, ids))
    one = embedded.score(*CHATS[0])
    assert [s.logprobs for s in one] == [pytest.approx(s.logprobs, abs=1e-4) for s in found[0]]


@pytest.mark.parametrize("build", [llama, gpt2, windowed])
@pytest.mark.parametrize("beginning", [0, 20])
@pytest.mark.parametrize("budget", [1, 200, None])
def test_every_kind_of_model_and_batch_gives_the_same(
    build: Callable[[], Any], beginning: int, budget: int | None
) -> None:
    model = made(build)
    items = drawn(beginning, beginning)
    found = score_items(model, items, room=96, budget=budget)
    for item, row in zip(items, found, strict=True):
        for answer, scored in zip(item.answers, row, strict=True):
            assert_same(scored, alone(model, item.prompt, answer))
    tokens = (5, 9, 0, 33)
    firsts = next_token_logprobs(
        model, [item.prompt for item in items], tokens, room=96, budget=budget
    )
    for item, row in zip(items, firsts, strict=True):
        expected = [alone(model, item.prompt, (token,)).total for token in tokens]
        assert row == pytest.approx(expected, abs=1e-4)


def test_a_model_that_scales_its_logits_and_takes_no_selection_is_scored_as_it_predicts() -> None:
    class Scaled(LlamaForCausalLM):
        def forward(self, input_ids: Any, **more: Any) -> Any:  # type: ignore[override]
            out = super().forward(input_ids, **more)
            out.logits = 30 * torch.tanh(out.logits / 3)
            return out

    model = made(lambda: Scaled(llama().config))
    items = drawn(1, 10)
    for item, row in zip(items, score_items(model, items, room=96), strict=True):
        for answer, scored in zip(item.answers, row, strict=True):
            assert_same(scored, alone(model, item.prompt, answer))


def test_shared_beginnings_and_caches_are_used_only_where_they_save() -> None:
    many = drawn(0, 40)
    (batch,) = batches(many, 100_000, cached=True)
    assert batch.reuse
    assert batch.shared >= 40
    (whole,) = batches(many, 100_000, cached=False)
    assert not whole.reuse
    assert batch.positions < whole.positions / 3
    single = [Item((1, 2, 3), ((4, 5),)), Item((2, 2, 3), ((4, 5),))]
    assert not any(batch.reuse for batch in batches(single, 100, cached=True))
    parts = batches(many, 300, cached=True)
    assert sorted(i for part in parts for i in part.indices) == list(range(12))
    assert all(part.positions <= 300 or len(part.items) == 1 for part in parts)


def test_prompts_of_one_beginning_are_read_together() -> None:
    asked = [drawn(seed, 40) for seed in (1, 2, 3)]
    mixed = [item for row in zip(*asked, strict=True) for item in row]
    for batch in batches(mixed, 1500, cached=True):
        assert batch.shared >= 40
        assert len({i % 3 for i in batch.indices}) == 1


async def test_a_greedy_reply_is_as_likely_as_its_tokens_were(embedded: LocalModel) -> None:
    messages = said("What is the capital of France?")
    body = {"messages": messages, "logprobs": True, "max_tokens": 40}
    choice = (await embedded.chat(ChatRequest(body))).body["choices"][0]
    assert choice["finish_reason"] == "stop"
    entries = [entry["logprob"] for entry in choice["logprobs"]["content"]]
    right, wrong = embedded.score(messages, [choice["message"]["content"], "In the old lake."])
    assert right.logprobs[:-1] == pytest.approx(entries, abs=1e-4)
    assert all(right.greedy)
    assert not all(wrong.greedy)
    assert right.total > wrong.total
    assert right.probability == pytest.approx(math.exp(right.total / len(right.logprobs)))


def test_letters_are_the_first_tokens_of_their_answers(embedded: LocalModel) -> None:
    chats = [messages for messages, _ in CHATS]
    for messages, row in zip(chats, embedded.letters(chats), strict=True):
        scored = embedded.score(messages, ["A", "B", "C", "D"])
        assert row == pytest.approx([s.logprobs[0] for s in scored], abs=1e-4)
    (backwards,) = embedded.letters(chats[:1], ("D", "C", "B", "A"))
    assert backwards[::-1] == pytest.approx(embedded.letters(chats[:1])[0], abs=1e-4)


def test_moments_by_hand() -> None:
    # p = (1/2, 1/4, 1/4): mean log p = -1.5 ln 2; deviation = sqrt(1/4) ln 2 = 0.5 ln 2.
    class Fixed(torch.nn.Module):
        def forward(self, input_ids: Any, **more: Any) -> Any:
            logs = torch.tensor([0.5, 0.25, 0.25, 0.0]).log()
            logits = logs.expand(*input_ids.shape, 4)
            return type("Out", (), {"logits": logits, "past_key_values": None})()

        device = torch.device("cpu")

        def get_output_embeddings(self) -> Any:
            return torch.nn.Linear(2, 4)

    (scored,) = score_items(Fixed(), [Item((0,), ((0, 2),))], room=9)[0]
    assert scored.logprobs == pytest.approx((-math.log(2), -2 * math.log(2)))
    assert scored.greedy == (True, False)
    assert scored.means == pytest.approx((-1.5 * math.log(2),) * 2)
    assert scored.deviations == pytest.approx((0.5 * math.log(2),) * 2)


def test_what_cannot_be_scored_is_named(embedded: LocalModel) -> None:
    with pytest.raises(ValueError, match=r"answer 'not one token' is \d+ tokens, not one"):
        embedded.letters([said("Hi")], ["A", "not one token"])
    with pytest.raises(ValueError, match=r"prompt of \d+ tokens and an answer of \d+ .* 1024"):
        embedded.score(said("Hi"), ["so " * 1100])
    with pytest.raises(ValueError, match=r"item 1: a prompt of \d+ tokens"):
        embedded.score_many([(said("Hi"), ["Yes."]), (said("so " * 1100), ["Yes."])])
    with pytest.raises(ValueError, match="prompt of 96 tokens and an answer of 1"):
        next_token_logprobs(made(llama), [(1,) * 96], (1,), room=96)
    with pytest.raises(ValueError, match="item 0 has an empty prompt or answer"):
        score_items(made(llama), [Item((), ((1,),))], room=96)
    assert embedded.score_many([]) == []
    assert embedded.letters([]) == []


def test_an_answer_may_fill_the_model_to_its_last_token() -> None:
    model, item = made(gpt2), Item((7,) * 90, ((1, 2, 3, 4, 5, 6), (2,)))
    long, short = score_items(model, [item], room=96)[0]
    assert_same(long, alone(model, item.prompt, item.answers[0]))
    assert_same(short, alone(model, item.prompt, item.answers[1]))


def test_a_saved_model_without_a_chat_template_is_scored_on_plain_text(tmp_path: Path) -> None:
    tokenizer = train_tokenizer(TEXTS, 300)
    tokenizer.chat_template = None
    tokenizer.save_pretrained(tmp_path)
    model = made(
        lambda: GPT2LMHeadModel(
            GPT2Config(
                vocab_size=len(tokenizer), n_embd=16, n_layer=1, n_head=2, n_positions=64,
                eos_token_id=tokenizer.eos_token_id, bos_token_id=None,
            )
        )
    )  # fmt: skip
    model.save_pretrained(tmp_path)
    local = LocalModel(tmp_path, device="cpu")
    prompt, answers = "Where was Jane Roe born?", [" in Rome", " near"]
    item = plain_item(tokenizer, prompt, answers)
    plain = score_items(local._model, [item], room=64)[0]
    for answer, scored in zip(item.answers, plain, strict=True):
        assert tokenizer.decode(answer) in answers
        assert_same(scored, alone(local._model, item.prompt, answer))
    (chat,) = local.score(said(prompt), ["in Rome"])
    ids = tokenizer.encode(prompt + "\n"), [*tokenizer.encode("in Rome"), tokenizer.eos_token_id]
    assert_same(chat, alone(local._model, *ids))
    assert tokenizer.decode(single_token(tokenizer, "A")) == "A"


def test_control_tokens_in_an_answer_do_not_end_it(embedded: LocalModel) -> None:
    (dressed,) = embedded.score(said("Hi"), ["Yes.<|end|>"])
    (plain,) = embedded.score(said("Hi"), ["Yes."])
    assert len(dressed.logprobs) > len(plain.logprobs) + 1
