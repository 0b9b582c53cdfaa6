"""Erase in processes that are killed: one copy of a store for each moment to be killed at.

    python killed_erasure.py FILLED WORK PERSON      # prints the moments, one a line

FILLED is a store of `letters`; in WORK a copy of it is left for every moment, as the killed process
left it. Every process is forked before Chroma starts, so importing is paid for once.
"""

import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import NoReturn

from cheap_embedder import cheap_embed
from letters import of_person

from retrieval.chroma.store import open_store
from retrieval.erasing.erasure import ErasureRequest, erase
from retrieval.ledger.keys import open_keys
from retrieval.ledger.ledger import open_ledger

STEPS = ["planned", "replaced", "deleted", "vectors", "copied", "database", "purged", "scanned"]
STEPS += ["issued"]
EVERY_NTH_SYNC = 4
DELAYS = [0.02, 0.05, 0.1, 0.2, 0.4]


def request_of(chunks, person: int) -> ErasureRequest:
    """All letters of a person go but the last, of which the first half stays."""
    own = of_person(chunks, person)
    last = own[-1]
    redaction = (last.id, last.text[: len(last.text) // 2])
    return ErasureRequest(tuple(chunk.id for chunk in own[:-1]), (redaction,))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def erase_and_die(folder: Path, person: int, moment: str) -> None:
    how, _, when = moment.partition(" ")

    def on_step(step: str) -> None:
        if how == "step" and step == when:
            die()
        if how == "after" and step == "planned":
            threading.Timer(float(when), die).start()

    if how == "sync":
        die_at_sync(int(when))
    with open_store(folder, cheap_embed) as store:
        keys = open_keys(folder / "keys")
        ledger = open_ledger(folder / "ledger.sqlite", keys)
        chunks = sorted(store.select(), key=lambda chunk: chunk.document)
        erase(store, request_of(chunks, person), ledger, keys, on_step=on_step)


def die_at_sync(number: int) -> None:
    real, done = os.fsync, [0]

    def fsync(descriptor: int) -> None:
        real(descriptor)
        done[0] += 1
        if done[0] == number:
            die()

    os.fsync = fsync


def killed_at(filled: Path, work: Path, person: int, moment: str) -> bool:
    folder = work / moment.replace(" ", "-")
    shutil.copytree(filled, folder)
    child = os.fork()
    if child == 0:
        run_child(folder, person, moment)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        print(moment, flush=True)
        return True
    assert os.WEXITSTATUS(status) == 0, f"{moment}: the erasure failed"
    shutil.rmtree(folder)
    return False


def run_child(folder: Path, person: int, moment: str) -> NoReturn:
    code = 1
    try:
        erase_and_die(folder, person, moment)
        code = 0
    finally:
        os._exit(code)


def main(filled: Path, work: Path, person: int) -> None:
    for step in STEPS:
        assert killed_at(filled, work, person, f"step {step}"), step
    at = 1
    while killed_at(filled, work, person, f"sync {at}"):
        at += EVERY_NTH_SYNC
    for delay in DELAYS:
        killed_at(filled, work, person, f"after {delay}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
