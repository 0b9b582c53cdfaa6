"""A closure and what came of it as JSON: ids, reasons, counts and receipts, never any content."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from boxed.forgetting.request import Forgotten, Withdrawn
from retrieval.closure import Closure

__all__ = ["closure_body", "forgotten_body", "withdrawn_body"]


def closure_body(found: Closure) -> dict[str, Any]:
    """What would go and why, and what stays; ``takes_most`` needs ``yes_all`` to be carried out."""
    items = [
        {
            "id": item.id,
            "reason": item.reason,
            "action": item.action,
            "evidence": item.evidence,
            "score": item.score,
        }
        for item in found.items
    ]
    return {
        "object": "forget.closure",
        "chunks": found.count,
        "erase": len(found.erase),
        "redact": len(found.redactions),
        "takes_most": found.takes_most,
        "items": items,
        "kept": [asdict(item) for item in found.kept],
        "undecided": [asdict(item) for item in found.undecided],
        "searched": list(found.searched),
    }


def forgotten_body(found: Closure | None, done: Forgotten) -> dict[str, Any]:
    """What went, its receipt, and the policy that suppresses it.

    ``found`` is None where an earlier request was finished: its closure was not kept.
    """
    return {
        "object": "forget.done",
        "closure": closure_body(found) if found else None,
        "receipt": done.receipt.model_dump(mode="json"),
        "receipt_file": str(done.receipt_file),
        "policy": done.policy.stem if done.policy else None,
        "note": done.note,
    }


def withdrawn_body(done: Withdrawn) -> dict[str, Any]:
    """What was taken back."""
    return {
        "object": "forget.withdrawn",
        "receipt": done.receipt,
        "policies": len(done.policies),
        "absent": len(done.absent),
        "ledger_entry": done.entry,
    }
