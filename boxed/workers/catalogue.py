"""Every worker there is, in one explicit list; the key is the response a policy names.

``retrieve`` alone is named by no policy: it answers what touches none.
"""

from __future__ import annotations

from boxed.workers.counterfactual import Counterfactual
from boxed.workers.icul import Icul
from boxed.workers.ignorance import Ignorance
from boxed.workers.pass_through import PassThrough
from boxed.workers.pretend import Pretend
from boxed.workers.protocol import Worker
from boxed.workers.pseudonymise import Pseudonymise
from boxed.workers.redact import Redact
from boxed.workers.refuse import Refuse
from boxed.workers.retrieve import Retrieve

WORKERS: dict[str, Worker] = {
    worker.name: worker
    for worker in (
        PassThrough(),
        Pretend(),
        Pseudonymise(),
        Redact(),
        Icul(),
        Counterfactual(),
        Retrieve(),
        Refuse(),
        Ignorance(),
    )
}


def stricter(first: str, attempt: int) -> str:
    """Who answers on attempt 1 or 2 when the draft before would leak or broke its promise.

    One worker that hides the subject (another than the first), then plausible ignorance.
    """
    if attempt >= LAST_ATTEMPT or first == "redact":
        return "ignorance"
    return "redact" if first == "pseudonymise" else "pseudonymise"


LAST_ATTEMPT = 2
