"""A real Chroma server on a free port, in a folder that is thrown away."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WAIT = 60.0


@contextmanager
def chroma_server(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Its URL and its process, from when it answers until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = Path(sys.executable).with_name("chroma")
    process = subprocess.Popen(
        [command, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"ANONYMIZED_TELEMETRY": "False"},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _until_it_answers(f"{url}/api/v2/heartbeat", process)
        yield url, process
    finally:
        process.kill()
        process.wait()


def _until_it_answers(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + WAIT
    while True:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.05)
