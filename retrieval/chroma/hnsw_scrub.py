"""Take records out of an HNSW graph: their vectors, their labels' ids, and every link to them.

A link to an emptied slot would still tell which records lay beside the erased one. So links are
mended as FreshDiskANN does on deletion (Singh et al., 2021, algorithm 4): a slot that linked to an
erased one is offered what the erased one linked to, and keeps the nearest under HNSW's rule of
diversity (Malkov and Yashunin, 2018, algorithm 4).
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from retrieval.chroma.hnsw_files import DELETED, HnswFiles, with_entry

Mask = NDArray[np.bool_]
_OFFERED = 64
_ROUNDS = 8


def scrub(files: HnswFiles, dead: Collection[str]) -> bool:
    """Empty every slot that no living record uses; whether that changed anything.

    ``dead`` are ids that the segment still names and must not. Slots that Chroma marked deleted
    earlier are emptied as well.
    """
    forgotten = _forget_ids(files, dead)
    living = np.fromiter(files.metadata["label_to_id"], np.int64)
    ghosts = ~np.isin(files.labels, living)
    reached = _reached(files)
    # Thousands of small products: a second thread for each of them would cost more than it does.
    with threadpool_limits(1, "blas"):
        changed = [forgotten, _mend(files, ghosts), _empty(files, ghosts), _enter(files, ghosts)]
        if any(changed):
            _rejoin(files, reached & ~ghosts)
    # What a list holds beyond its count was a link once.
    beyond = files.rows[:, 1 : 1 + files.header.links_level0] * ~files.linked()
    if beyond.any():
        changed.append(True)
        files.rows[:, 1 : 1 + files.header.links_level0] -= beyond
    return any(changed) or files.trailing


def _forget_ids(files: HnswFiles, dead: Collection[str]) -> bool:
    named = files.metadata["id_to_label"]
    before = len(named)
    for id in dead:
        files.metadata["label_to_id"].pop(named.pop(id, None), None)
        (files.metadata.get("id_to_seq_id") or {}).pop(id, None)
    return len(named) != before


def _mend(files: HnswFiles, ghosts: Mask) -> bool:
    targets = files.rows[:, 1 : 1 + files.header.links_level0]
    linked = files.linked()
    touched = np.flatnonzero((ghosts[targets * linked] & linked).any(axis=1) & ~ghosts)
    for slot in touched:
        files.link(int(slot), 0, _relinked(files, int(slot), 0, ghosts))
    levels = [
        (slot, level)
        for slot, links in files.upper.items()
        for level in range(1, len(links) + 1)
        if not ghosts[slot] and ghosts[files.links_of(slot, level)].any()
    ]
    for slot, level in levels:
        files.link(slot, level, _relinked(files, slot, level, ghosts))
    return bool(len(touched) or levels)


def _relinked(files: HnswFiles, slot: int, level: int, ghosts: Mask) -> list[int]:
    """The new links of a slot: those that stay, and what lies behind those that go."""
    limit = files.header.links if level else files.header.links_level0
    links = [int(target) for target in files.links_of(slot, level)]
    offered = {target for target in links if not ghosts[target]}
    edge = [target for target in links if ghosts[target]]
    passed = set(edge)
    # An erased subject's slots often link to one another: go on through them to living ones.
    while edge and len(offered) < _OFFERED:
        behind = {int(target) for ghost in edge for target in files.links_of(ghost, level)}
        offered |= {target for target in behind if not ghosts[target]} - {slot}
        edge = [target for target in behind if ghosts[target] and target not in passed]
        passed |= set(edge)
    return _diverse(files, slot, np.array(sorted(offered), np.int64), limit)


def _diverse(files: HnswFiles, slot: int, offered: NDArray[np.int64], limit: int) -> list[int]:
    """The nearest of the offered, leaving out what is nearer to a chosen one than to the slot."""
    if len(offered) <= limit:
        return offered.tolist()
    near = files.vectors[offered] @ files.vectors[slot]
    order = np.argsort(-near, kind="stable")[:_OFFERED]
    offered, near = offered[order], near[order]
    between = files.vectors[offered] @ files.vectors[offered].T
    chosen = np.zeros(len(offered), np.bool_)
    nearest = np.full(len(offered), -np.inf, np.float32)
    for at in range(len(offered)):
        if nearest[at] <= near[at]:
            chosen[at] = True
            nearest = np.maximum(nearest, between[at])
    # The diverse first, and of the others the nearest while there is room.
    return np.concatenate([offered[chosen], offered[~chosen]])[:limit].tolist()


def _empty(files: HnswFiles, ghosts: Mask) -> bool:
    """Vectors, lengths and links of the erased become zero; the label, a counter, stays."""
    full = np.flatnonzero(ghosts)
    old = files.rows[full, :-2]
    above = [slot for slot in files.upper if ghosts[slot]]
    clear = (old[:, 0] == DELETED).all() and not old[:, 1:].any() and not files.lengths[full].any()
    files.rows[full, :-2] = 0
    files.rows[full, 0] = DELETED
    files.lengths[full] = 0
    for slot in above:
        del files.upper[slot]
    return bool(above) or not clear


def _enter(files: HnswFiles, ghosts: Mask) -> bool:
    """Searches start at the entry point: it must be a living slot of the highest level."""
    if not len(ghosts) or not ghosts[files.header.entry]:
        return False
    alive = np.flatnonzero(~ghosts)
    entry = max(files.upper, key=lambda slot: len(files.upper[slot]), default=None)
    if entry is None:
        entry = int(alive[0]) if len(alive) else 0
    before = files.header
    files.header = with_entry(before, entry, len(files.upper.get(entry, ())))
    return files.header != before


def _reached(files: HnswFiles) -> Mask:
    """Which slots a search can reach at level 0 from the entry point."""
    linked, links = files.linked(), files.header.links_level0
    seen = np.zeros(files.header.slots, np.bool_)
    edge = np.array([files.header.entry][: files.header.slots], np.int64)
    while len(edge):
        seen[edge] = True
        targets = np.unique(files.rows[edge, 1 : 1 + links][linked[edge]])
        edge = targets[~seen[targets]]
    return seen


def _rejoin(files: HnswFiles, expected: Mask) -> None:
    """Link back every slot that could be reached before and cannot any more."""
    for _ in range(_ROUNDS):
        reached = _reached(files)
        lost = np.flatnonzero(expected & ~reached)
        if not len(lost) or not (reached & expected).any():
            return
        for slot in lost:
            near = files.links_of(int(slot), 0).astype(np.int64)
            hosts = near[reached[near]] if reached[near].any() else np.flatnonzero(reached)
            order = np.argsort(-(files.vectors[hosts] @ files.vectors[slot]), kind="stable")
            hosts = hosts[order[:_OFFERED]]
            free = [host for host in hosts if len(files.links_of(int(host), 0)) < _limit(files)]
            host = int(free[0] if free else hosts[0])
            links = [int(target) for target in files.links_of(host, 0)]
            files.link(host, 0, [*links[: _limit(files) - 1], int(slot)])


def _limit(files: HnswFiles) -> int:
    return files.header.links_level0
