"""The keys of one store: Ed25519 to sign receipts and ledger entries, HMAC to commit to records.

    keys/signing.pem      private, PKCS 8, only its owner can read it
    keys/commitment.key   private, 32 bytes in hexadecimal, only its owner can read it
    keys/public.pem       what an auditor gets

A commitment is keyed because a plain digest of a short text can be guessed: whoever holds the
commitment key and a text can tell whether a receipt covers it, and nobody else can.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from retrieval.ledger.canonical import Json, canonical
from retrieval.ledger.errors import KeysError
from retrieval.whole_file import sync_folder

SIGNING, COMMITMENT, PUBLIC = "signing.pem", "commitment.key", "public.pem"
_HEX_KEY = re.compile(r"[0-9a-f]{64}")
_HEX_SIGNATURE = re.compile(r"[0-9a-f]{128}")


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key, as 64 hexadecimal characters."""

    hex: str

    def verifies(self, signature: str, message: bytes) -> bool:
        """Whether `signature` (128 lower-case hexadecimal digits) is this key's on `message`."""
        if not (_HEX_KEY.fullmatch(self.hex) and _HEX_SIGNATURE.fullmatch(signature)):
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.hex))
            key.verify(bytes.fromhex(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Keys:
    """Both private keys of a store. Nothing of them shows in its representation."""

    def __init__(self, signing: Ed25519PrivateKey, commitment: bytes) -> None:
        self._signing, self._commitment = signing, commitment
        raw = signing.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        self.public_key = PublicKey(raw.hex())

    def sign(self, message: bytes) -> str:
        """The Ed25519 signature of `message`, 128 hexadecimal characters."""
        return self._signing.sign(message).hex()

    def commit(self, purpose: str, value: Json) -> str:
        """HMAC-SHA256 of `value`, 64 hexadecimal characters; equal values differ by `purpose`."""
        message = purpose.encode() + b"\0" + canonical(value)
        return hmac.new(self._commitment, message, hashlib.sha256).hexdigest()

    def commit_record(self, id: str, text: str) -> str:
        """The commitment to one record: who has the key, the id and the text finds it again."""
        return self.commit("record", {"id": id, "text": text})

    def commit_request(self, request: Json) -> str:
        """The commitment to an erasure request."""
        return self.commit("request", request)

    def __repr__(self) -> str:
        return f"Keys(public_key={self.public_key.hex})"


def open_keys(folder: Path) -> Keys:
    """The keys in `folder`; made there if it does not exist. Raises KeysError.

    Processes that open a new store at the same time get the same keys: a whole folder is made
    aside and renamed, and the one that comes second loads what the first made.
    """
    if not folder.is_dir():
        _create(folder)
    return load_keys(folder)


def load_keys(folder: Path) -> Keys:
    """The keys in `folder`. Raises KeysError when one is missing, damaged or readable by others."""
    pem, secret = _private(folder / SIGNING), _private(folder / COMMITMENT)
    try:
        signing = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _damaged(folder / SIGNING) from None
    commitment = secret.decode("ascii", "replace").strip()
    if not isinstance(signing, Ed25519PrivateKey):
        raise _damaged(folder / SIGNING)
    if not _HEX_KEY.fullmatch(commitment):
        raise _damaged(folder / COMMITMENT)
    return Keys(signing, bytes.fromhex(commitment))


def load_public_key(path: Path) -> PublicKey:
    """A public key from a PEM file, or from a file with its 64 hexadecimal characters.

    Raises KeysError when the file is missing or holds no Ed25519 public key.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise KeysError(str(path), problem, "name the public key's file") from None
    if _HEX_KEY.fullmatch(text := data.decode("ascii", "replace").strip()):
        return PublicKey(text)
    try:
        key = serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        remedy = f"name the store's keys/{PUBLIC} or a file with the key's 64 characters"
        raise KeysError(str(path), "is no Ed25519 public key", remedy)
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return PublicKey(raw.hex())


def _create(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".keys-", dir=folder.parent))
    signing = Ed25519PrivateKey.generate()
    pem = signing.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = signing.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    try:
        _write(made / SIGNING, pem, 0o600)
        _write(made / COMMITMENT, secrets.token_hex(32).encode() + b"\n", 0o600)
        _write(made / PUBLIC, public, 0o644)
        made.rename(folder)
    except OSError as error:
        shutil.rmtree(made, ignore_errors=True)
        if not folder.is_dir():
            problem = f"cannot be made ({error.strerror})"
            raise KeysError(str(folder), problem, "check permissions and free space") from None
    else:
        sync_folder(folder)
        sync_folder(folder.parent)


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _private(path: Path) -> bytes:
    try:
        mode, data = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        remedy = "restore it from its backup: a new key cannot continue an old ledger"
        raise KeysError(str(path), f"cannot be read ({error.strerror})", remedy) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise KeysError(str(path), "can be read by others", f"run: chmod 600 {path}")
    return data


def _damaged(path: Path) -> KeysError:
    return KeysError(str(path), "is damaged", "restore it from its backup")
