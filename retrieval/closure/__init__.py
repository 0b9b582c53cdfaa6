"""From a forget request to everything that goes with it, each with its reason.

found = closure(store, ForgetRequest(subject="Jane Roe", aliases=("J. Roe",)), embed)
found.erase, found.redactions        # what `retrieval.erasing.erasure` asks for
found.items, found.kept              # what a dry run shows
"""

from retrieval.closure.closing import closure
from retrieval.closure.request import (
    Closure,
    ClosureError,
    ClosureItem,
    ForgetRequest,
    KeptItem,
)

__all__ = ["Closure", "ClosureError", "ClosureItem", "ForgetRequest", "KeptItem", "closure"]
