"""Vectors of the policies' texts kept in a file, so that only a first start waits for the model.

    kept = KeptVectors(Path("vectors.bin"), embed, "all-MiniLM-L6-v2")
    with kept.compiling() as vectors:
        compile_book(book, vectors)      # embeds what the file lacks; then the file is written

The file holds digests of the texts and their vectors and no text. It holds those of the book that
was compiled last and no others: what is forgotten about is gone with its policy. Vectors say what a
text is about, so the file is for its owner alone, and has to be guarded as the policies are.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from hashlib import blake2b, sha256
from pathlib import Path

import numpy as np

from guards.verdicts import Embed, Vectors
from retrieval.whole_file import write_whole

__all__ = ["KeptVectors"]

_LOG = logging.getLogger("boxed.policies")
_DIGEST = 16
_ALIKE = 1e-3  # by so much a vector may differ from what another build of the model makes of it


class KeptVectors:
    """What the file at ``path`` holds, made by the model that is called ``model``."""

    def __init__(self, path: Path, embed: Embed, model: str) -> None:
        self._path = path
        self._embed = embed
        self._model = model

    @contextmanager
    def compiling(self) -> Generator[Embed]:
        """What embeds a book's texts meanwhile; what it was asked for is in the file afterwards.

        A file that cannot be read or written costs time and is logged; vectors are made anew.
        """
        recorder = _Recorder(self._embed, self._read())
        yield recorder
        used, recorder.used = recorder.used, None
        if used and (recorder.fresh or len(used) != len(recorder.known)):
            self._write(used)
        recorder.known = {}

    def _read(self) -> dict[bytes, Vectors]:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            _LOG.warning("vectors not read: %s", error.strerror)
            return {}
        head, _, rows = data.partition(b"\n")
        try:
            told = json.loads(head)
            count, width = int(told["count"]), int(told["width"])
            whole = told["sha256"] == sha256(rows).hexdigest()
        except (ValueError, KeyError, TypeError):
            whole, count, width = False, 0, 0
            told = {}
        if not whole or len(rows) != count * (_DIGEST + 4 * width):
            _LOG.warning("vectors not used: their file is damaged and will be written anew")
            return {}
        if told.get("model") != self._model:
            return {}
        border = count * _DIGEST
        vectors = np.frombuffer(rows, dtype="<f4", offset=border).reshape(count, width)
        keys = [rows[at : at + _DIGEST] for at in range(0, border, _DIGEST)]
        return dict(zip(keys, vectors, strict=True))

    def _write(self, used: dict[bytes, Vectors]) -> None:
        matrix = np.ascontiguousarray(np.stack(list(used.values())), dtype="<f4")
        rows = b"".join(used) + matrix.tobytes()
        head = {
            "model": self._model,
            "count": len(used),
            "width": matrix.shape[1],
            "sha256": sha256(rows).hexdigest(),
        }
        try:
            write_whole(self._path, json.dumps(head).encode() + b"\n" + rows, private=True)
        except OSError as error:
            _LOG.warning("vectors not kept: %s", error.strerror)


class _Recorder:
    """Embeds, from what is known where it is; notes what it was asked for until it is done."""

    def __init__(self, embed: Embed, known: dict[bytes, Vectors]) -> None:
        self.known = known
        self.used: dict[bytes, Vectors] | None = {}
        self.fresh = False
        self._embed = embed
        self._trusted = False

    def __call__(self, texts: Sequence[str]) -> Vectors:
        if self.used is None or not texts:
            return self._embed(texts)
        keys = [
            blake2b(text.encode(errors="surrogatepass"), digest_size=_DIGEST).digest()
            for text in texts
        ]
        self._try_one(keys, texts)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if self._lacks(key)}
        if missing:
            self.fresh = True
            made = self._embed(list(missing.values()))
            self.used.update(zip(missing, made, strict=True))
        for key in keys:
            if key not in self.used:
                self.used[key] = self.known[key]
        return np.stack([self.used[key] for key in keys])

    def _lacks(self, key: bytes) -> bool:
        return key not in self.known and (self.used is None or key not in self.used)

    def _try_one(self, keys: Sequence[bytes], texts: Sequence[str]) -> None:
        """Forget all that is known if the model makes something else of the first of it."""
        if self._trusted:
            return
        for key, text in zip(keys, texts, strict=True):
            if key in self.known:
                made = self._embed([text])[0]
                same = made.shape == self.known[key].shape
                if not same or float(np.abs(made - self.known[key]).max()) > _ALIKE:
                    self.known = {}
                self._trusted = True
                return
