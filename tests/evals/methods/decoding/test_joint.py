"""Models asked together: every likelihood and reply as one model after the other would give it."""

import asyncio

import pytest
import torch
from transformers import AutoModelForCausalLM

from boxed.api.chat import ChatRequest
from boxed.api.replies import text_of
from boxed.models.local import LocalModel
from evals.methods.decoding.contrast import bounded, contrast, contrasting, differing
from evals.methods.decoding.joint import Joint
from evals.methods.decoding.joint_model import JointModel
from evals.methods.exact.ensemble import mean_probability
from evals.nano.checkpoints import SHIPPED

FULL = str(SHIPPED["full"])
CHATS = [
    [{"role": "user", "content": "Where was Hsiao Yun-Hwa born?"}],
    [{"role": "user", "content": "What is the capital of France?"}],
    [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Which books did she write, and when did they come out?"},
    ],
]
ANSWERS = ["In Taipei.", "Paris is the capital of France.", "I don't know that."]


@pytest.fixture(scope="module")
def model(small):
    return JointModel(FULL, [small(1), small(2)], contrasting(alpha=0.7))


@pytest.fixture(scope="module")
def alone(small):
    """The next token's distribution after some ids: each model read whole, without a cache."""
    parts = [
        AutoModelForCausalLM.from_pretrained(f, dtype=torch.float32).eval()
        for f in (FULL, small(1), small(2))
    ]

    @torch.inference_mode()
    def logs(ids):
        large, without, with_ = (part(input_ids=torch.tensor([ids])).logits for part in parts)
        return bounded(contrast(large, without, with_, 0.7), large)[0].log_softmax(-1)

    return logs


def ask(messages, **more):
    body = {"model": "m", "messages": messages, "temperature": 0, "max_tokens": 12, **more}
    return ChatRequest(body)


def test_scores_are_those_of_reading_each_answer_alone(model, alone):
    found = model.score_many([(chat, ANSWERS) for chat in CHATS])
    for chat, row in zip(CHATS, found, strict=True):
        prompt = model._encoded(chat)
        for answer, score in zip(ANSWERS, row, strict=True):
            ids = [*model._tokenizer.encode(answer, add_special_tokens=False), 1]
            logs = alone([*prompt, *ids])[len(prompt) - 1 : -1]
            expected = [float(logs[n, token]) for n, token in enumerate(ids)]
            assert score.logprobs == pytest.approx(expected, abs=1e-4)


def test_letters_are_those_of_the_combined_distribution(model, alone):
    letters = model.letters(CHATS)
    tokens = [model._tokenizer.encode(one, add_special_tokens=False)[0] for one in "ABCD"]
    for chat, row in zip(CHATS, letters, strict=True):
        expected = alone(model._encoded(chat))[-1][tokens].tolist()
        assert row == pytest.approx(expected, abs=1e-4)


def test_replies_together_alone_and_streamed_are_the_greedy_ones(model, alone):
    together = [text_of(reply.body) for reply in model.chat_many([ask(chat) for chat in CHATS])]
    for chat, said in zip(CHATS, together, strict=True):
        ids, made = model._encoded(chat), []
        while len(made) < 12 and (token := int(alone([*ids, *made])[-1].argmax())) != 1:
            made.append(token)
        assert said == model._tokenizer.decode(made, skip_special_tokens=True)

    async def streamed(chat):
        chunks = [chunk async for chunk in model.stream(ask(chat))]
        parts = (chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
        return "".join(parts), text_of((await model.chat(ask(chat))).body)

    for chat, said in zip(CHATS, together, strict=True):
        assert asyncio.run(streamed(chat)) == (said, said)


def test_small_models_that_agree_leave_the_large_one_as_it_is(small):
    corrected = JointModel(FULL, [small(1), small(1)], contrasting(alpha=3.0))
    asked = [(chat, ANSWERS) for chat in CHATS]
    for row, bare in zip(
        corrected.score_many(asked), LocalModel(FULL).score_many(asked), strict=True
    ):
        assert [s.total for s in row] == pytest.approx([s.total for s in bare], abs=1e-3)


def test_a_single_shard_is_itself_and_two_are_averaged(small):
    asked = [(CHATS[0], ANSWERS)]
    alone = [LocalModel(small(seed)).score_many(asked)[0] for seed in (1, 2)]
    [single] = JointModel(small(1), [], mean_probability).score_many(asked)
    assert [s.total for s in single] == pytest.approx([s.total for s in alone[0]], abs=1e-4)
    [both] = JointModel(small(1), [small(2)], mean_probability).score_many(asked)
    for score, first, second in zip(both, *alone, strict=True):
        p, q = (torch.tensor(one.logprobs).exp() for one in (first, second))
        assert score.logprobs == pytest.approx(((p + q) / 2).log().tolist(), abs=1e-4)


def test_an_assistant_lowers_what_it_remembers(small):
    model = JointModel(FULL, [small(3)], differing(alpha=1.0))
    scores = model.score(CHATS[1], ANSWERS)
    assert all(max(score.logprobs) <= 0 for score in scores)
    assert scores[0].total != LocalModel(FULL).score(CHATS[1], ANSWERS)[0].total


def test_a_model_without_a_plain_cache_is_read_whole(small):
    parts = [AutoModelForCausalLM.from_pretrained(small(n)).eval() for n in (1, 2)]
    assert not Joint(parts, mean_probability)._is_stateful
    parts[1]._is_stateful = True
    assert Joint(parts, mean_probability)._is_stateful


def test_other_vocabularies_and_no_model_are_refused(small, tmp_path):
    from transformers import AutoTokenizer

    folder = tmp_path / "other"
    AutoModelForCausalLM.from_pretrained(small(1)).save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(small(1))
    tokenizer.add_tokens(["another"])
    tokenizer.save_pretrained(folder)
    with pytest.raises(ValueError, match="another vocabulary"):
        JointModel(small(1), [str(folder)], mean_probability)
    with pytest.raises(ValueError, match="no model to combine"):
        Joint([], mean_probability)
