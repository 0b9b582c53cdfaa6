"""What holds for every run: workers share the cores, long files come first, skips are announced."""

import gc
import os
from pathlib import Path

import pytest
from announced_skips import ANNOUNCED, SkipWatch, announced_in
from longest_files import LONGEST

# Read by torch and numpy when they are imported, and by the processes that tests start.
if "PYTEST_XDIST_WORKER" in os.environ:
    shared = (os.cpu_count() or 1) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, shared)))

HERE = Path(__file__).parent

gc.disable()  # until all tests are imported


def pytest_configure(config: pytest.Config) -> None:
    """Under BOXED_STRICT_SKIPS, the process that sums the run up holds it to the announced list."""
    if os.environ.get("BOXED_STRICT_SKIPS", "0") != "0" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipWatch(announced_in(ANNOUNCED)), "announced skips")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; all else stays in its order."""
    ranks = {HERE / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


def pytest_collection_finish() -> None:
    """What was imported for the tests lives to the end: no search for garbage reads it again."""
    gc.collect()
    gc.freeze()
    gc.enable()
