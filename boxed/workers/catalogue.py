"""Every worker there is, in one explicit list; the key is the response a policy names.

``retrieve`` is named by no policy: it answers what touches none. Nor are ``as_of`` and ``not_yet``,
which answer for policies of a period that give a day.
"""

from __future__ import annotations

from boxed.workers.as_of import AsOf
from boxed.workers.counterfactual import Counterfactual
from boxed.workers.icul import Icul
from boxed.workers.ignorance import Ignorance, NotYet
from boxed.workers.pass_through import PassThrough
from boxed.workers.pretend import Pretend
from boxed.workers.protocol import Worker
from boxed.workers.pseudonymise import Pseudonymise
from boxed.workers.redact import Redact
from boxed.workers.refuse import Refuse
from boxed.workers.retrieve import Retrieve
from boxed.workers.unlearned import Unlearned

AS_OF = AsOf.name
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
        Unlearned(),
        Ignorance(),
        AsOf(),
        NotYet(),
    )
}


def stricter(first: str, attempt: int, own_text: bool = False) -> str:
    """Who answers on attempt 1 or 2 when the draft before would leak or broke its promise.

    One worker that hides the subject (another than the first), then plausible ignorance. A client's
    own text is worked on with placeholders then, for a coined name may have led its model astray.
    As of a day, nothing is left to say but that it cannot be known yet.
    """
    if first == AS_OF:
        return "not_yet"
    if attempt >= LAST_ATTEMPT or first == "redact":
        return "ignorance"
    return "redact" if first == "pseudonymise" or own_text else "pseudonymise"


LAST_ATTEMPT = 2
