"""The shipped policies on the real embedded product, a few questions of each set."""

import asyncio

from boxed.assemble import assemble
from boxed.settings import load_settings
from evals.nano.through_box import through_box


def test_nothing_forgotten_leaks_and_nothing_retained_changes():
    found = asyncio.run(through_box(assemble(load_settings(semantic=False)), limit=24))
    assert found.forgotten_asked == found.retained_asked == 24
    assert found.unboxed_leaked >= 12
    assert found.leaked == 0
    assert found.changed == 0
