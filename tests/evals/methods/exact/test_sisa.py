"""Training in shards and slices: what forgetting leaves is what never having read it gives."""

import json

import pytest
import torch
from safetensors.torch import load_file

from evals.methods.exact.proof import PROOF, read_proof, record_digest
from evals.methods.exact.sisa import forget, models_of, train, verify
from evals.methods.exact.state import Numbers, begin, read_state, without
from evals.systems.sisa import SisaSystem, sisa_of

NUMBERS = Numbers(shards=2, slices=2, together=3, epochs=1.0, batch=4)


def digests(examples):
    return [record_digest(one.question, one.answer) for one in examples]


def weights(folder):
    return {str(path.parent): load_file(path) for path in sorted(folder.rglob("*.safetensors"))}


def same(left, right):
    assert len(left) == len(right)
    return all(
        torch.equal(one[name], other[name])
        for one, other in zip(left.values(), right.values(), strict=True)
        for name in one
    )


@pytest.fixture
def trained(base, records, tmp_path, trainings):
    folder = tmp_path / "sisa"
    train(begin(folder, base, records, NUMBERS))
    trainings.clear()
    return folder


def in_place(folder, shard, at):
    """The first three records, in the plan's order, that were dealt to a part."""
    state = read_state(folder)
    found = [r for r, place in state.places.items() if place == (shard, at)]
    return found[:3]


def test_forgetting_trains_the_affected_slices_alone(trained, trainings):
    kept = weights(trained / "shard-0")
    spent = forget(trained, in_place(trained, 1, 1))
    assert trainings == [trained / "shard-1" / "slice-1"]
    assert (spent.made, spent.parts) == (1, 4)
    assert 0 < spent.cost["tokens"] < spent.everything["tokens"]
    assert same(weights(trained / "shard-0"), kept)
    trainings.clear()
    forget(trained, in_place(trained, 0, 0))
    assert trainings == [trained / "shard-0" / "slice-0", trained / "shard-0" / "slice-1"]


def test_what_is_left_is_weight_for_weight_what_never_reading_it_gives(
    trained, base, records, tmp_path
):
    gone = in_place(trained, 0, 0) + in_place(trained, 1, 1)
    forget(trained, gone)
    # The same plan, with these places empty from the beginning.
    never = without(begin(tmp_path / "never", base, records, NUMBERS), gone)
    train(never)
    assert same(weights(trained), weights(never.folder))
    assert not same(weights(trained / "shard-0"), weights(trained / "shard-1"))


def test_nothing_of_a_forgotten_record_is_left_on_disk(trained, records):
    gone = in_place(trained, 0, 1)
    [first] = [one for one in records if digests([one]) == gone[:1]]
    forget(trained, gone)
    for path in trained.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".jsonl"):
            assert first.question not in path.read_text(encoding="utf-8")
    assert not any(set(gone) & set(read_proof(p.parent).records) for p in trained.rglob(PROOF))


def test_a_killed_forgetting_goes_on_and_no_ensemble_is_made_of_what_it_left(
    trained, monkeypatch, trainings
):
    from evals.methods.exact import sisa

    gone, here = in_place(trained, 0, 0), sisa.unlearn_apart

    def killed(settings):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sisa, "unlearn_apart", killed)
        with pytest.raises(KeyboardInterrupt):
            forget(trained, gone)
    with pytest.raises(ValueError, match=r"shard 0 of .* is not trained on what it should be"):
        models_of(trained)
    assert sisa.unlearn_apart is here
    spent = forget(trained, gone)
    assert spent.made == 2
    assert len(models_of(trained)) == 2


def test_the_proof_says_what_each_part_saw_and_other_weights_are_noticed(trained):
    seen = verify(trained)
    # Three records together, dealt in turns: 6, 6 of each shard's 12 in the first slice.
    assert [seen[place] for place in sorted(seen)] == [6, 12, 6, 12]
    first, second = (read_proof(trained / "shard-0" / f"slice-{n}") for n in (0, 1))
    assert second.before == first.weights
    assert set(first.records) < set(second.records)
    other = trained / "shard-1" / "slice-1" / "model.safetensors"
    (trained / "shard-0" / "slice-1" / "model.safetensors").write_bytes(other.read_bytes())
    with pytest.raises(ValueError, match="not those that its proof names"):
        verify(trained)


def test_what_was_never_taught_cannot_be_forgotten(trained):
    before = (trained / "plan.json").read_bytes()
    with pytest.raises(ValueError, match="1 of 1 records to forget are none"):
        forget(trained, ["f" * 64])
    assert (trained / "plan.json").read_bytes() == before


def test_another_plan_is_refused_and_a_shard_may_lose_everything(trained, base, records):
    with pytest.raises(ValueError, match="other records, numbers or another base"):
        begin(trained, base, records[:8], NUMBERS)
    places = read_state(trained).places
    forget(trained, [record for record, place in places.items() if place.shard == 0])
    assert models_of(trained)[0] == base
    assert not list((trained / "shard-0").rglob("*.safetensors"))


def test_a_system_of_shards_answers_and_says_what_forgetting_took(
    base, records, tmp_path, trainings
):
    numbers = Numbers(shards=2, slices=1, together=3, epochs=1.0, batch=4)
    folder = sisa_of(base, records, records[:3], tmp_path, numbers)
    assert len(trainings) == 3
    assert sisa_of(base, records, records[:3], tmp_path, numbers) == folder
    assert len(trainings) == 3
    told = json.loads((folder / "unlearning.json").read_text())["result"]
    assert told["steps"] > 0
    assert told["peak_bytes"] > 0
    system = SisaSystem("sisa", folder)
    [score] = system.model.score([{"role": "user", "content": "Who?"}], ["Nobody."])
    assert score.total < 0
