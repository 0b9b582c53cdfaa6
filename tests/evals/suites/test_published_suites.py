"""The published sets themselves, where BOXED_DATA names a folder that holds them."""

import os
from collections import Counter

import pytest

from evals.suites.catalogue import load_suite

DATA = os.environ.get("BOXED_DATA", "")
pytestmark = pytest.mark.skipif(not DATA, reason="BOXED_DATA names no folder of published data")

EXPECTED = {
    "tofu": {"forget": 400, "retain": 400, "real_authors": 100, "world_facts": 117, "holdout": 400},
    "wmdp-bio": {"bio": 424, "mmlu": 14_042},
    "wmdp-cyber": {"cyber": 132, "mmlu": 14_042},
    "mmlu": {"mmlu": 14_042},
    "muse-news": {
        "verbmem": 100, "knowmem_forget": 100, "knowmem_retain": 100, "privleak_forget": 100,
        "privleak_holdout": 100,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_parts_have_the_published_sizes(name: str) -> None:
    suite = load_suite(name, "10", DATA)
    assert Counter(item.part for item in suite.items) == EXPECTED[name]
    assert len({item.id for item in suite.items}) == len(suite.items)


def test_rwku_holds_every_level_of_its_people() -> None:
    suite = load_suite("rwku", data=DATA)
    levels = {"forget_level1", "forget_level2", "neighbor_level1", "neighbor_level2"}
    assert levels < set(suite.parts)
    assert sum(part.startswith("forget_level3_") for part in suite.parts) == 9
    assert len(suite.forget) == len({item.subject for item in suite.items})
