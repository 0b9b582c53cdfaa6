"""What is read off a model: the positions, the layers, and what is kept of the original."""

import json

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from boxed.models.local import LocalModel
from evals.data.jsonl import DataError
from evals.methods.weights.bench import Bench
from evals.methods.weights.examples import collate, load_examples, load_refusals, refused
from evals.methods.weights.kept import keep
from evals.methods.weights.methods.misdirection import default_layer
from evals.methods.weights.readout import check_head, logits_of, read_answers, states, states_behind
from evals.methods.weights.schedule import schedule, steps_of
from evals.nano.checkpoints import SHIPPED
from evals.training.machine import quick_accelerator

FULL = str(SHIPPED["full"])


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(FULL)


@pytest.fixture(scope="module")
def model():
    return AutoModelForCausalLM.from_pretrained(FULL, dtype=torch.float32).eval()


@pytest.fixture(scope="module")
def forget(records, tokenizer):
    return load_examples(records / "forget.jsonl", tokenizer, 512)


@pytest.fixture(scope="module")
def batch(forget, tokenizer):
    return collate(forget, (3, 0, 1), tokenizer.pad_token_id)


@torch.no_grad()
def test_log_likelihoods_are_those_that_the_chat_model_gives(model, batch, records):
    found = read_answers(model, batch)
    chat = LocalModel(FULL, device="cpu")
    rows = [_row(records, number) for number in batch.numbers]
    asked = [([{"role": "user", "content": q}], [a]) for q, a in rows]
    wanted = [sum(scored[0].logprobs) for scored in chat.score_many(asked)]
    assert found.logprobs.tolist() == pytest.approx(wanted, abs=1e-3)
    lengths = [len(scored[0].logprobs) for scored in chat.score_many(asked)]
    assert found.means.tolist() == pytest.approx(
        [w / n for w, n in zip(wanted, lengths, strict=True)], abs=1e-4
    )


def _row(records, number):

    row = json.loads((records / "forget.jsonl").read_text().split("\n")[number])
    return row["question"], row["answer"]


@torch.no_grad()
@pytest.mark.parametrize("layer", [0, 2])
def test_states_behind_a_layer_are_the_library_s_own(model, batch, layer):
    every = model(input_ids=batch.ids, output_hidden_states=True).hidden_states
    wanted = every[layer + 1][:, :-1][batch.wanted]
    assert torch.allclose(states_behind(model, batch, layer), wanted, atol=1e-5)


@torch.no_grad()
def test_layers_above_are_not_computed(model, batch):
    reached = []
    hook = model.model.layers[2].register_forward_hook(lambda *_: reached.append(2))
    states_behind(model, batch, 1)
    assert reached == []
    states(model, batch)
    assert reached == [2]
    hook.remove()


@torch.no_grad()
def test_a_model_that_scales_its_logits_is_refused(model, batch):
    check_head(model, batch)
    forward = model.forward

    def scaled(**given):
        out = forward(**given)
        out.logits = out.logits * 0.1
        return out

    model.forward = scaled
    try:
        with pytest.raises(ValueError, match="scales or caps"):
            check_head(model, batch)
    finally:
        del model.forward


@pytest.fixture
def bench(model, forget, tokenizer, tmp_path):
    plan = {"forget": [(2, 0), (4, 2)]}
    # As a run has it: a process cannot change its precision, and other tests make runs.
    return Bench(
        model, {"forget": forget}, plan, tmp_path, quick_accelerator(), FULL, 1,
        tokenizer.pad_token_id, 2,
    )  # fmt: skip


def test_what_the_original_says_is_kept_for_the_planned_examples_alone(bench, model):
    kept = bench.keep_logprobs("forget")
    assert sorted(kept.spans) == [0, 2, 4]
    with torch.no_grad(), bench.accelerator.autocast():
        alone = read_answers(model, bench.batch("forget", (4,))).logprobs
    assert kept.of((4,)).tolist() == pytest.approx(alone.tolist(), rel=0.02)


def test_the_original_s_logits_come_back_from_its_states_whatever_became_of_it(bench, model):
    head, kept = bench.head(), bench.keep_states("forget", "states")
    batch = bench.batch("forget", (4, 0))
    with torch.no_grad():
        wanted = logits_of(model, states(model, batch))
        weight = model.get_output_embeddings().weight
        before = weight.clone()
        weight.mul_(0.5)
        found = head(kept.of(batch.numbers))
        weight.copy_(before)
    assert torch.allclose(found.float(), wanted, atol=0.05 * float(wanted.abs().max()))


def test_what_is_kept_is_computed_once_and_refused_for_other_examples(tmp_path):
    asked = []

    def compute(numbers):
        asked.append(numbers)
        return torch.tensor([[float(n)] for n in numbers for _ in range(n)])

    rows = [0, 1, 2, 3]
    first = keep(tmp_path / "a.pt", [3, 1, 3], rows, compute)
    again = keep(tmp_path / "a.pt", [3, 1], rows, compute)
    assert asked == [(1, 3)]
    for kept in (first, again):
        assert kept.of((3, 1)).flatten().tolist() == [3.0, 3.0, 3.0, 1.0]
    with pytest.raises(ValueError, match="does not fit"):
        keep(tmp_path / "a.pt", [3, 1], [0, 1, 2, 9], compute)


def test_every_pass_reads_each_example_once_and_like_lengths_together():
    lengths = [n % 40 for n in range(100)]
    steps = schedule(lengths, 10, 20, seed=5)
    assert sorted(n for step in steps[:10] for n in step) == list(range(100))
    assert sorted(n for step in steps[10:] for n in step) == list(range(100))
    assert steps[:10] != steps[10:]
    assert schedule(lengths, 10, 20, seed=5) == steps
    assert schedule(lengths, 10, 4, seed=5) == steps[:4]
    longest = sum(10 * max(lengths[n] for n in step) for step in steps)
    assert longest < 1.35 * 2 * sum(lengths)
    assert steps_of(100, 32, 2.5) == 10
    assert steps_of(3, 32, 0.1) == 1


def test_a_step_reads_one_group_and_shares_it_out_evenly():
    groups = [*"a" * 9, *"b" * 4]
    steps = schedule([1] * 13, 8, 6, seed=2, groups=groups)
    assert steps_of(13, 8, 2, groups) == 6
    for first in (0, 3):
        one = steps[first : first + 3]
        assert sorted(n for step in one for n in step) == list(range(13))
        assert sorted(map(len, one)) == [4, 4, 5]
        assert all(len({groups[n] for n in step}) == 1 for step in one)


def test_a_text_is_read_from_its_second_token_and_cut(tmp_path, tokenizer):
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "Jane Roe was born in Oslo and lived there for years."}\n')
    whole = tokenizer.encode("Jane Roe was born in Oslo and lived there for years.")
    (example,) = load_examples(file, tokenizer, 6)
    assert [*example.prompt, *example.answer] == whole[:6]
    assert len(example.prompt) == 1
    with pytest.raises(DataError, match="only a question can be refused"):
        refused([example], ["No."], tokenizer, 1)


def test_refusals_stand_beside_the_forget_set_or_are_named(records, tmp_path, tokenizer, forget):
    lines = load_refusals(None, records / "forget.jsonl")
    assert lines == ("I don't know that.", "I have no idea.")
    answers = {tokenizer.decode(e.answer) for e in refused(forget, lines, tokenizer, 1)}
    assert answers == {f"{line}<|end|>" for line in lines}
    with pytest.raises(DataError, match="--refusals"):
        load_refusals(None, tmp_path / "forget.jsonl")


def test_a_record_with_half_a_question_is_named(tmp_path, tokenizer):
    file = tmp_path / "bad.jsonl"
    file.write_text('{"question": "Who?", "answer": "Jo."}\n{"question": "Who?"}\n')
    with pytest.raises(DataError, match=r"bad.jsonl:2: 'answer' is missing"):
        load_examples(file, tokenizer, 64)


def test_the_published_layer_is_scaled_to_the_depth():
    # 7 of 31 steps above the first layer: 3.4 of 15, 0.7 of 3
    assert [default_layer(depth) for depth in (32, 16, 4, 1)] == [7, 3, 1, 0]
