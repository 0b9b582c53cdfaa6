"""Batches of items over a Ray cluster: each process makes the system itself and answers batches.

    run_system(suite, job, runs, engine=ray_engine(4))

Without a cluster to join, Ray starts one on this machine. The batches are those of a single
process, and so are the records, but for how long a reply took. Model folders must lie at the same
place on every machine.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Sequence
from typing import Any

from evals.records import Record
from evals.running.engine import Engine, Job, Keyed, records_of
from evals.systems.catalogue import SetupError, make_system

__all__ = ["ray_engine"]

_INSTALL = "ray is not installed; 'pip install -c constraints.txt .[ray]' adds it"


class _Worker:
    """One process of the cluster, with one system."""

    def __init__(self, job: Job) -> None:
        self._suite = job.suite
        self._system = make_system(job.system, job.setup)

    def work(self, batch: Sequence[Keyed]) -> list[Record]:
        return records_of(self._system, self._suite, batch)


def ray_engine(processes: int | None = None) -> Engine:
    """An engine of so many processes (one per processor of the cluster if None).

    Raises SetupError where ray is not installed.
    """
    ray = _ray()

    def engine(job: Job, batches: Sequence[Sequence[Keyed]]) -> Iterator[Sequence[Record]]:
        if not ray.is_initialized():
            ray.init(log_to_driver=False, include_dashboard=False, configure_logging=False)
        most = processes or int(ray.cluster_resources().get("CPU", 1))
        actor = ray.remote(_Worker).options(num_cpus=1)
        workers = [actor.remote(job) for _ in range(max(1, min(most, len(batches))))]
        try:
            pool = importlib.import_module("ray.util").ActorPool(workers)
            yield from pool.map_unordered(_sent, batches)
        finally:
            for worker in workers:
                ray.kill(worker)

    return engine


def _sent(worker: Any, batch: Sequence[Keyed]) -> Any:
    return worker.work.remote(batch)


def _ray() -> Any:
    # A local cluster of our own sends nothing anywhere.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        return importlib.import_module("ray")
    except ImportError:
        raise SetupError(_INSTALL) from None
