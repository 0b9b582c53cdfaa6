"""A process of its own that appends: `python appender.py LOCATION KEYS NAME COUNT [die-inside]`.

It prints the index of each entry after its append has returned. With `die-inside` it kills itself
in the middle of its last append, inside the open transaction.
"""

import os
import signal
import sys
from pathlib import Path

from retrieval.ledger.keys import load_keys
from retrieval.ledger.ledger import open_ledger


def main() -> None:
    location, keys, name, count, *die = sys.argv[1:]
    ledger = open_ledger(location, load_keys(Path(keys)))

    def die_inside(_: object) -> dict[str, int]:
        os.kill(os.getpid(), signal.SIGKILL)
        return {}

    for n in range(int(count)):
        print(ledger.append("note", {"n": n}, once=f"{name}-{n}").index, flush=True)
    if die:
        ledger.append_at("note", die_inside)


if __name__ == "__main__":
    main()
