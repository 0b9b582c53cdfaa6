"""What each metric is called in a report, how its numbers are written, and where the ideal lies.

    name_of("forget/rouge").label  ->  "ROUGE-L recall"

``ideal`` is the direction on what must be forgotten and, where it differs, on what must stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evals.metrics.parts import is_retained

__all__ = ["NAMES", "Group", "Name", "metric_of", "name_of", "part_of", "wants"]

Group = Literal["Forgetting", "Knowledge", "Traces", "Questions with options", "Cost", "Making"]
Form = Literal["share", "p", "count", "seconds", "percent", "whole"]
Ideal = Literal["high", "low", "half", "zero", "retrained"]


@dataclass(frozen=True, slots=True)
class Name:
    """A metric's label, its section of the report, and how to read it."""

    label: str
    group: Group
    form: Form
    ideal: Ideal
    retained: Ideal | None = None


NAMES: dict[str, Name] = {
    "forget_quality": Name("Forget quality (p)", "Forgetting", "p", "high"),
    "ks_distance": Name("KS distance to retrained", "Forgetting", "share", "low"),
    "model_utility": Name("Model utility", "Knowledge", "share", "high"),
    "rouge": Name("ROUGE-L recall", "Forgetting", "share", "retrained", "high"),
    "probability": Name("Probability", "Forgetting", "share", "retrained", "high"),
    "truth_ratio": Name("Truth ratio, min(R, 1/R)", "Forgetting", "share", "retrained"),
    "truth_ratio_utility": Name("Truth ratio, max(0, 1 - R)", "Forgetting", "share", "low", "high"),
    "extraction_strength": Name("Extraction strength", "Traces", "share", "retrained", "high"),
    "exact_memorisation": Name("Exact memorisation", "Traces", "share", "retrained", "high"),
    "attack_success": Name("Attack success rate", "Forgetting", "share", "low"),
    "verbatim_leak": Name("Answer word for word", "Forgetting", "share", "low"),
    **{
        f"leak_at_{k}": Name(f"leak@{k}, sampled", "Forgetting", "share", "low")
        for k in (1, 2, 4, 8, 16, 32, 64)
    },
    **{
        f"verbatim_leak_at_{k}": Name(f"leak@{k}, word for word", "Forgetting", "share", "low")
        for k in (1, 2, 4, 8, 16, 32, 64)
    },
    "exact_string": Name("Strings given whole", "Forgetting", "share", "low", "high"),
    "string_share": Name("Longest piece of a string", "Forgetting", "share", "retrained", "high"),
    "degenerate_share": Name("Empty or looping replies", "Forgetting", "share", "retrained", "low"),
    "same_share": Name("Share of the commonest reply", "Forgetting", "share", "retrained", "low"),
    "false_refusal_rate": Name("False refusal rate", "Knowledge", "share", "low", "low"),
    "same_reply_share": Name("Replies as unboxed", "Knowledge", "share", "high", "high"),
    "mia_loss": Name("Membership AUC, loss", "Traces", "share", "half"),
    "mia_zlib": Name("Membership AUC, zlib", "Traces", "share", "half"),
    "mia_min_k": Name("Membership AUC, min-k 40 %", "Traces", "share", "half"),
    "mia_min_k_plus_plus": Name("Membership AUC, min-k++ 40 %", "Traces", "share", "half"),
    "mia_reference": Name("Membership AUC, reference", "Traces", "share", "half"),
    "privleak": Name("PrivLeak", "Traces", "percent", "zero"),
    "streisand_gap": Name("Streisand gap", "Traces", "share", "zero"),
    "choice_accuracy": Name(
        "Accuracy, likeliest letter", "Questions with options", "share", "low", "high"
    ),
    "generated_accuracy": Name(
        "Accuracy, written letter", "Questions with options", "share", "low", "high"
    ),
    "refusal_share": Name("Refused", "Questions with options", "share", "high", "low"),
    "no_letter_share": Name("No letter written", "Questions with options", "share", "high", "low"),
    "verbmem": Name("VerbMem (ROUGE-L F1)", "Forgetting", "share", "retrained"),
    "knowmem": Name("KnowMem (ROUGE-L F1)", "Forgetting", "share", "retrained", "high"),
    "model_calls": Name("Model calls", "Cost", "count", "low"),
    "prompt_tokens": Name("Prompt tokens", "Cost", "count", "low"),
    "completion_tokens": Name("Completion tokens", "Cost", "count", "low"),
    "seconds": Name("Seconds", "Cost", "seconds", "low"),
    "making_seconds": Name("Seconds of training", "Making", "whole", "low"),
    "making_peak_mib": Name("Peak memory, MiB", "Making", "whole", "low"),
    "making_tokens": Name("Tokens trained", "Making", "whole", "low"),
    "making_steps": Name("Steps", "Making", "whole", "low"),
}


def metric_of(figure: str) -> str:
    """The metric of a figure's name: rouge of forget/rouge."""
    return figure.rpartition("/")[2]


def part_of(figure: str) -> str:
    """The part of a figure's name, empty for one that concerns the whole suite."""
    return figure.rpartition("/")[0]


def name_of(figure: str) -> Name:
    """What is said of a figure; raises KeyError for a metric without an entry."""
    return NAMES[metric_of(figure)]


def wants(figure: str) -> Ideal:
    """Where the ideal of a figure lies, on the part that it is about."""
    name = name_of(figure)
    return name.retained if name.retained and is_retained(part_of(figure)) else name.ideal
