import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import CALM

from retrieval.ledger.merkle import Frontier, InclusionProof, includes, prove, root_of

LEAVES = st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=40)


def by_the_book(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    left, right = by_the_book(leaves[:half]), by_the_book(leaves[half:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@settings(CALM)
@given(leaves=st.lists(st.binary(max_size=8), max_size=40))
def test_the_root_is_the_standards(leaves: list[bytes]):
    assert root_of(leaves) == by_the_book(leaves)


@settings(CALM)
@given(leaves=LEAVES, cut=st.integers(0, 40))
def test_a_tree_goes_on_from_its_peaks(leaves: list[bytes], cut: int):
    first = Frontier()
    for data in leaves[:cut]:
        first.add(data)
    again = Frontier(first.size, first.peaks)
    for data in leaves[cut:]:
        again.add(data)
    assert again.root() == by_the_book(leaves)


@settings(CALM)
@given(leaves=LEAVES, at=st.integers(0, 39))
def test_every_leaf_is_proved(leaves: list[bytes], at: int):
    at %= len(leaves)
    assert includes(prove(leaves, at), leaves[at], by_the_book(leaves))


@settings(CALM)
@given(leaves=LEAVES, at=st.integers(0, 39), other=st.binary(min_size=1, max_size=8))
def test_no_other_leaf_is_proved_by_it(leaves: list[bytes], at: int, other: bytes):
    at %= len(leaves)
    assert other == leaves[at] or not includes(prove(leaves, at), other, root_of(leaves))


@settings(CALM)
@given(leaves=LEAVES, data=st.data())
def test_a_forged_proof_proves_nothing(leaves: list[bytes], data: st.DataObject):
    at = data.draw(st.integers(0, len(leaves) - 1))
    leaves = [bytes([i]) + one for i, one in enumerate(leaves)]
    proof, root = prove(leaves, at), root_of(leaves)
    path = list(proof.path)
    step = data.draw(st.integers(0, max(len(path) - 1, 0)))
    forged = {
        "other index": InclusionProof(data.draw(st.integers(-2, 60)), proof.size, proof.path),
        "one more step": InclusionProof(at, proof.size, (*path, root)),
        "one step less": InclusionProof(at, proof.size, tuple(path[:-1])),
        "changed step": InclusionProof(
            at, proof.size, (*path[:step], b"\x00" * 32, *path[step + 1 :])
        ),
        "reversed": InclusionProof(at, proof.size, tuple(reversed(path))),
    }
    for one in forged.values():
        assert one == proof or not includes(one, leaves[at], root)
