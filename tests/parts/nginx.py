"""The deployment's own nginx, before other addresses and in a folder that is thrown away."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from places import ROOT
from polling import until

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIG = ROOT / "deploy/nginx.conf"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def configured(folder: Path, replicas: list[str], port: int) -> Path:
    """The deployment's file with these replicas, this port and this folder in it."""
    text = CONFIG.read_text("utf-8")
    for number, address in enumerate(replicas, 1):
        text = text.replace(f"boxed-{number}:8080", address)
    text = text.replace("/tmp/nginx", str(folder)).replace("listen 8000;", f"listen {port};")
    text = text.replace("worker_processes auto;", "worker_processes 1;\ndaemon off;")
    assert not re.search(r"boxed-\d", text)
    if os.geteuid() == 0:
        text = f"user root;\n{text}"
    folder.mkdir(exist_ok=True)
    (folder / "nginx.conf").write_text(text, "utf-8")
    return folder / "nginx.conf"


@contextmanager
def nginx(folder: Path, replicas: list[str]) -> Iterator[str]:
    """Its URL, from when it answers until the end of the block."""
    port = free_port()
    file = configured(folder, replicas, port)
    command = [str(NGINX), "-p", str(folder), "-c", str(file)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)

    def listens() -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(listens, 20)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
