import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.ledger.errors import KeysError
from retrieval.ledger.keys import load_keys, load_public_key, open_keys

ALL = ("signing.pem", "commitment.key", "public.pem")


def test_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path):
    made = open_keys(tmp_path / "store" / "keys")
    folder = tmp_path / "store" / "keys"
    assert {path.name for path in folder.iterdir()} == set(ALL)
    assert [p.name for p in (tmp_path / "store").iterdir()] == ["keys"]
    for name in ALL[:2]:
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    again = open_keys(folder)
    assert again.public_key == made.public_key == load_public_key(folder / "public.pem")
    assert again.commit_record("a", "b") == made.commit_record("a", "b")


def test_a_loose_umask_opens_nothing(tmp_path: Path):
    old = os.umask(0)
    try:
        open_keys(tmp_path / "keys")
    finally:
        os.umask(old)
    for name in ALL[:2]:
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600


def test_processes_that_start_together_get_the_same_keys(tmp_path: Path):
    code = (
        "import sys, pathlib; from retrieval.ledger.keys import open_keys;"
        "k = open_keys(pathlib.Path(sys.argv[1])); print(k.public_key.hex, k.commit('x', 'y'))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "keys")],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        for _ in range(4)
    ]
    said = {one.communicate(timeout=60)[0] for one in started}
    assert len(said) == 1
    assert said != {b""}
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_a_private_key_shows_in_no_representation(tmp_path: Path):
    made = open_keys(tmp_path / "keys")
    secret = (tmp_path / "keys" / "commitment.key").read_text().strip()
    assert secret not in f"{made!r} {made} {vars(made.public_key)}"


@pytest.mark.parametrize("name", ALL[:2])
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (Path.unlink, "cannot be read.*restore it from its backup"),
        (lambda path: path.chmod(0o640), "can be read by others; run: chmod 600"),
        (lambda path: path.write_bytes(b""), "is damaged"),
        (lambda path: path.write_bytes(b"\xff\x00nonsense"), "is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:40]), "is damaged"),
    ],
)
def test_a_key_that_is_missing_open_or_damaged_is_named(tmp_path: Path, name, harm, said):
    open_keys(tmp_path / "keys")
    harm(tmp_path / "keys" / name)
    with pytest.raises(KeysError, match=said) as raised:
        open_keys(tmp_path / "keys")
    assert raised.value.place == str(tmp_path / "keys" / name)


def test_a_key_of_another_kind_is_no_signing_key(tmp_path: Path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    open_keys(tmp_path / "keys")
    wrong = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "keys" / "signing.pem").write_bytes(wrong)
    with pytest.raises(KeysError, match="is damaged"):
        load_keys(tmp_path / "keys")


def test_a_public_key_is_read_from_pem_or_hexadecimal_and_from_nothing_else(tmp_path: Path):
    made = open_keys(tmp_path / "keys")
    (tmp_path / "hex").write_text(made.public_key.hex + "\n")
    assert load_public_key(tmp_path / "hex") == made.public_key
    for path in (tmp_path / "keys" / "signing.pem", tmp_path / "keys" / "commitment.key"):
        if path.name == "signing.pem":
            with pytest.raises(KeysError, match="no Ed25519 public key"):
                load_public_key(path)
    with pytest.raises(KeysError, match="cannot be read"):
        load_public_key(tmp_path / "missing")


def test_a_signature_has_one_spelling(tmp_path: Path):
    made = open_keys(tmp_path / "keys")
    signature = made.sign(b"message")
    assert made.public_key.verifies(signature, b"message")
    assert not made.public_key.verifies(signature, b"massage")
    assert not made.public_key.verifies(signature.upper(), b"message")
    assert not made.public_key.verifies(signature + "\n", b"message")
    # The other S that satisfies the equation without RFC 8032's bound on it.
    order = 2**252 + 27742317777372353535851937790883648493
    raw = bytes.fromhex(signature)
    other = int.from_bytes(raw[32:], "little") + order
    malleable = raw[:32] + other.to_bytes(32, "little")
    assert not made.public_key.verifies(malleable.hex(), b"message")
