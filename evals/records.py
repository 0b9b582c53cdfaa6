"""What every suite, system, metric and report passes on: items, replies, likelihoods, figures.

    Item("forget/0012", "forget", "qa", ({"role": "user", "content": "Where was ...?"},), "In ...")
    Record("9f2c...", "tofu-forget10", "forget/0012", "forget", "box-pretend", Reply("I ..."), None)
    Figure("forget_quality", 0.31, n=400)

One ``Record`` holds what one system made of one item. All of them are immutable and go to JSON and
back, one object a line, so that a run can be stopped, resumed and measured again years later.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal, Self

from pydantic import ConfigDict, TypeAdapter, ValidationError

from boxed.models.scored import Scored

__all__ = ["Figure", "Item", "Likelihoods", "Message", "Record", "RecordError", "Reply", "Task"]

Message = dict[str, str]
"""One turn: its ``role`` and its ``content``."""

Task = Literal["qa", "choice", "completion"]


class RecordError(ValueError):
    """A line that holds no item, record or figure: which field, what value, what would fit."""


@cache
def _parser(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


class _Json:
    """JSON for the dataclasses below; infinite numbers are written as Python's json does."""

    __slots__ = ()
    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    def to_json(self: Any) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The value of one line; raises RecordError with the field at fault."""
        try:
            return _parser(cls).validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "line"
            raise RecordError(
                f"{cls.__name__}: '{field}': {first['msg']}; it was written by another version or "
                "cut short: delete the line, or the file, and run again"
            ) from None


@dataclass(frozen=True, slots=True)
class Item(_Json):
    """One thing that every system is asked.

    ``id`` is unique within its suite; ``part`` is the set it belongs to, such as forget, retain,
    real_authors, world_facts, holdout, bio, mmlu or verbmem. ``messages`` is the prompt as the
    system gets it. ``wrong`` holds perturbed answers or wrong options; ``choices`` are four options
    or none, ``right`` the index of the right one. ``subject`` is whom or what it is about (an
    author, a subject of MMLU, a person), ``most`` how many new tokens a reply may have. A reply is
    greedy, or drawn at a ``temperature`` with a ``seed``. ``exact``: the answer is a string that
    counts to the last letter, or not at all.
    """

    id: str
    part: str
    task: Task
    messages: tuple[Message, ...]
    answer: str
    paraphrased: str | None = None
    wrong: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    right: int | None = None
    subject: str = ""
    most: int = 200
    temperature: float = 0.0
    seed: int = 0
    exact: bool = False

    def to_json(self) -> str:
        """One line of JSON; what only some items have is left out of the others."""
        told = asdict(self)
        if not self.temperature:
            del told["temperature"], told["seed"]
        if not self.exact:
            del told["exact"]
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    def __post_init__(self) -> None:
        """Raise ValueError for choices without a right one, or a right one without choices."""
        if not self.messages:
            raise ValueError(f"item '{self.id}' has no messages; give the prompt")
        indices = range(len(self.choices))
        if (self.right is None) != (not self.choices) or (
            self.right is not None and self.right not in indices
        ):
            raise ValueError(
                f"item '{self.id}': right is {self.right} of {len(self.choices)} choices; give the "
                "index of the right one, or neither"
            )

    @property
    def question(self) -> str:
        """The last message's text, as a reader of a report wants to see it."""
        return self.messages[-1]["content"]


@dataclass(frozen=True, slots=True)
class Reply(_Json):
    """What a system wrote, and what it cost; ``worker`` is empty for a system that has none."""

    text: str
    model_calls: int = 1
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    worker: str = ""


@dataclass(frozen=True, slots=True)
class Likelihoods(_Json):
    """How likely a system is to give an item's answers.

    ``wrong`` is in the item's order. ``letters`` are the log-probabilities of " A", " B", ... as
    the next token, one per choice.
    """

    answer: Scored | None = None
    paraphrased: Scored | None = None
    wrong: tuple[Scored, ...] = ()
    letters: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Record(_Json):
    """What one system made of one item.

    ``key`` is a digest of the item's content, the system's identity and the settings: a record is
    reused only under the same key. ``undefined`` says why there are no likelihoods; it is empty
    where there are some, or where the item asks for none.
    """

    key: str
    suite: str
    item: str
    part: str
    system: str
    reply: Reply | None
    likelihoods: Likelihoods | None
    undefined: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Figure(_Json):
    """One measured number with its 95 % interval and the number of observations behind it.

    ``low`` and ``high`` are None where an interval has no meaning (a p-value). Where the figure is
    undefined, ``value`` is None and ``undefined`` says why: no number ever stands in for it.
    """

    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    undefined: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for a value that is missing without a reason, or not a number."""
        if (self.value is None) != bool(self.undefined):
            raise ValueError(
                f"figure '{self.metric}': value {self.value} with reason '{self.undefined}'; give "
                "a value, or the reason why there is none"
            )
        numbers = [x for x in (self.value, self.low, self.high) if x is not None]
        if any(math.isnan(number) for number in numbers):
            raise ValueError(f"figure '{self.metric}' is not a number; say why it is undefined")
