"""The search finds what works, cuts it down, and what was found is tried again."""

from pathlib import Path
from random import Random

import pytest
from attacked_people import POOL, QUESTIONS

from evals.attacks.found import FOUND, found_attacks, keep
from evals.attacks.genes import GENES, kind_of
from evals.attacks.search import evolved


def test_it_finds_a_composition_and_drops_what_it_does_not_need():
    def measure(genomes):
        return [
            0.9 if any(gene.startswith("name:") for gene in genes) else 0.1 * len(genes)
            for genes in genomes
        ]

    said: list[str] = []
    found = evolved(measure, 12, 1, said.append)
    assert found
    assert all(len(one.steps) == 1 and one.steps[0].startswith("name:") for one in found)
    assert {one.share for one in found} == {0.9}
    assert len(said) == 13
    assert evolved(measure, 12, 1, said.append) == found


def test_steps_that_work_only_together_are_found_together():
    def measure(genomes):
        kinds = [{gene.split(":")[0] for gene in genes} for genes in genomes]
        return [0.8 if {"name", "reply"} <= kind else 0.1 for kind in kinds]

    found = evolved(measure, 6, 2, lambda line: None)
    assert found
    assert {tuple(g.split(":")[0] for g in one.steps) for one in found} == {("name", "reply")}


def test_nothing_is_found_where_nothing_works():
    assert evolved(lambda genomes: [0.0 for _ in genomes], 3, 0, lambda line: None) == ()


def test_compositions_are_kept_once_and_read_back(tmp_path: Path):
    file = tmp_path / "found.jsonl"
    assert keep([("name:initial", "frame:hedge"), ("name:initial", "frame:hedge")], file) == 1
    more = [("name:initial", "frame:hedge"), ("edit:lower", "reply:base32"), ("reply:hex",)]
    assert keep(more, file) == 1
    first, second = found_attacks(file)
    assert (first.name, second.name) == ("found-001", "found-002")
    draft = first.make(QUESTIONS[0], Random(0), POOL)
    assert draft is not None
    assert "M. Alvensworth" in draft.text
    assert "I don't know much" in draft.text


def test_a_step_that_is_none_is_named(tmp_path: Path):
    file = tmp_path / "found.jsonl"
    file.write_text('{"steps": ["name:nonesuch"]}\n')
    with pytest.raises(ValueError, match="name:nonesuch"):
        found_attacks(file)


def test_what_ships_can_be_read_and_every_step_has_a_kind():
    assert all(attack.family == "found" for attack in found_attacks(FOUND))
    assert {kind_of(gene) for gene in GENES} == set(range(6))
