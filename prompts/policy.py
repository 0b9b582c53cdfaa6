"""One policy: what the product must forget, and how it answers instead.

    Policy(
        id="jane-doe", title="Jane Doe", kind="person", response="pretend",
        aliases=("J. Doe",), scope=("Who is Jane Doe?",),
        instruction="Answer as someone who has never met this person.",
    )

The model checks itself, so a policy built in code obeys the same rules as one read from a file;
`prompts.policy_file` adds the file and line to each fault.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeAlias, cast, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from prompts.days import Day, Instant
from prompts.errors import shown
from prompts.faults import fault, faults_in
from prompts.kept import kept
from prompts.naming import canonical, long_enough

Topical: TypeAlias = Literal["topic", "examples", "period"]
Kind: TypeAlias = Literal["person", "organisation", "work", "concept", Topical]
Response: TypeAlias = Literal[
    "pretend", "pseudonymise", "redact", "icul", "counterfactual", "refuse", "unlearned"
]
Doubt: TypeAlias = Literal["withhold", "answer"]
ByChance: TypeAlias = Literal["facts", "names"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DOUBTS: tuple[Doubt, ...] = get_args(Doubt)
CHANCES: tuple[ByChance, ...] = get_args(ByChance)
RESPONSES: tuple[Response, ...] = get_args(Response)
NAMED_KINDS: frozenset[Kind] = frozenset({"person", "organisation", "work", "concept"})
DRAWN: Kind = "concept"  # holds for pictures alone: what may not be drawn may be spoken of
SEALED_RESPONSES: tuple[Response, ...] = ("redact", "refuse")
"""What a sealed policy may answer with: no prompt of these workers carries the name."""
SEALED_TITLE = "Sealed"
DATED_RESPONSES: tuple[Response, ...] = ("pretend", "refuse")
"""What a policy with `since` may answer with: as of that day, or not at all."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_FINGERPRINT = re.compile(r"([1-9][0-9]{0,2}):[0-9a-f]{32}")
_MOST_LETTERS = 100
LONGEST_ABOUT = 600
"""Characters of `about`: two or three sentences."""
_KEY_ID = re.compile(r"[0-9a-f]{32}")
_MAKE_SEALED = "make the file with 'boxed policy new --sealed'"


def _is_line(value: str) -> str:
    if not value.strip():
        raise fault("the item is empty", "write it, or delete the line")
    return value


def _is_alias(value: str) -> str:
    if value.strip() and not long_enough(value):
        raise fault(
            f"alias {shown(value)} is too short and would match everywhere",
            "write at least 3 letters or digits (2 in Chinese, Japanese or Korean)",
        )
    return value


Line: TypeAlias = Annotated[str, AfterValidator(_is_line)]
Alias: TypeAlias = Annotated[Line, AfterValidator(_is_alias)]


class Example(BaseModel):
    """A question and its answer: one to forget (`examples`) or one to give (`counterfacts`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    answer: str

    @field_validator("question", "answer")
    @classmethod
    def _written(cls, value: str, info: ValidationInfo) -> str:
        if not value.strip():
            raise fault(f"the {info.field_name} is empty", "write it, or delete the pair")
        return value


class Policy(BaseModel):
    """What must be forgotten, for whom, since when, and the instruction to the worker.

    `tenants` empty means everyone. `path` is the file it was read from, empty if none. A policy is
    sealed when it has `sealed`, fingerprints in place of names, made with the key whose id is
    `sealed_with`. `terms` are words that give the subject away beside its names. `about` says in
    two or three sentences who or what is meant; it is for judges of whether a text is about the
    subject, and no worker's prompt shows it. `doubt` says what happens where nobody can tell
    whether a text is. `by_chance` says what a reply of `pseudonymise` may hit on without having
    seen the subject. A policy of a period with `since` forgets every day after that one, to the
    end of the day `until` or for ever. Raises pydantic's ValidationError, which names every field
    at fault.
    """

    __slots__ = ("_names", "_tenant_keys")
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    kind: Kind
    since: Day = None
    until: Day = None
    sealed: tuple[Line, ...] = ()
    sealed_with: Annotated[str, Field(validate_default=True)] = ""
    response: Response
    by_chance: ByChance = "facts"
    aliases: tuple[Alias, ...] = ()
    scope: tuple[Line, ...]
    retain: tuple[Line, ...] = ()
    terms: tuple[Line, ...] = ()
    about: str = ""
    doubt: Doubt = "withhold"
    examples: tuple[Example, ...] = Field(default=(), validate_default=True)
    counterfacts: tuple[Example, ...] = Field(default=(), validate_default=True)
    effective: Instant = None
    expires: Instant = None
    tenants: tuple[Line, ...] = ()
    instruction: str
    path: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names to look for: the title of a person, organisation or work, and the aliases.

        Without duplicates, in that order. A title too short to look for (the novel "It") is left
        out; an alias that short is an error. A sealed policy has none that anybody could read.
        """
        return kept(self, "_names", _names)

    @property
    def tenant_keys(self) -> frozenset[str]:
        """The tenants as they are compared."""
        return kept(self, "_tenant_keys", _tenant_keys)

    def in_force(self, now: datetime, tenant: str | None) -> bool:
        """Say whether the policy holds for a request of `tenant` at `now` (UTC if naive).

        It holds from `effective` on and ends at `expires`, the very instant excluded. A request
        that names no tenant meets every policy: leaving the tenant out must not open a door. A
        tenant is the same in capitals and in small letters.
        """
        if self.tenants and tenant is not None and canonical(tenant) not in self.tenant_keys:
            return False
        if self.effective is None and self.expires is None:
            return True
        instant = now.replace(tzinfo=UTC) if now.tzinfo is None else now
        if self.effective is not None and instant < self.effective:
            return False
        return self.expires is None or instant < self.expires

    @field_validator("id")
    @classmethod
    def _is_slug(cls, value: str) -> str:
        if not _SLUG.fullmatch(value):
            raise fault(
                f"id {shown(value)} is not a valid id",
                "use at most 64 small letters a-z, digits and hyphens, beginning with a letter "
                "or digit, such as jane-doe",
            )
        return value

    @field_validator("title", "instruction")
    @classmethod
    def _is_written(cls, value: str, info: ValidationInfo) -> str:
        if not value.strip():
            if info.field_name == "instruction":
                raise fault(
                    "the instruction (the text below the front matter) is empty",
                    "write what the worker is to do, in a sentence or two",
                )
            raise fault("title is empty", "write what the policy is about")
        return value

    @model_validator(mode="before")
    @classmethod
    def _needs_less(cls, data: object) -> object:
        """A sealed policy may say nothing of its subject: neither title nor scope."""
        fields = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
        if fields.get("since"):
            return {"scope": (), **fields}  # its dates say what it is about
        if not fields.get("sealed"):
            return data
        return {"title": SEALED_TITLE, "scope": (), **fields}

    @field_validator("since", "until")
    @classmethod
    def _is_of_a_period(cls, value: date | None, info: ValidationInfo) -> date | None:
        if value is None:
            return None
        name, since = info.field_name, info.data.get("since")
        if "kind" in info.data and info.data["kind"] != "period":
            raise fault(
                f"{name} stands in a policy of kind {shown(info.data['kind'])}",
                "write kind: period, or delete it; effective and expires say when a policy holds",
            )
        if name == "until" and "since" in info.data:
            if since is None:
                raise fault("until stands in a policy without since", "write since as well")
            if value <= since:
                raise fault(
                    f"until {value.isoformat()} is not after since {since.isoformat()}",
                    "write a later until, or delete it",
                )
        return value

    @field_validator("sealed")
    @classmethod
    def _are_fingerprints(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        first: dict[str, int] = {}
        faulty: dict[int, str] = {}
        for position, item in enumerate(value):
            match = _FINGERPRINT.fullmatch(item)
            if match is None or not 2 <= int(match[1]) <= _MOST_LETTERS:
                # Not quoted: it may be the name, written here by mistake.
                faulty[position] = (
                    f"item {position + 1} of sealed is not a fingerprint (letters, a colon and "
                    "32 hexadecimal digits)"
                )
            elif first.setdefault(item, position) != position:
                faulty[position] = f"item {position + 1} of sealed repeats {shown(item)}"
        if faulty:
            raise faults_in(faulty, f"{_MAKE_SEALED}, or delete the line")
        return value

    @field_validator("sealed_with")
    @classmethod
    def _is_key_id(cls, value: str, info: ValidationInfo) -> str:
        if not info.data.get("sealed"):
            if value and "sealed" in info.data:
                raise fault("sealed_with stands in a policy without sealed", "delete it")
        elif not _KEY_ID.fullmatch(value):
            raise fault(
                f"sealed_with {shown(value)} is not the id of a key (32 hexadecimal digits)",
                _MAKE_SEALED,
            )
        return value

    @field_validator("response")
    @classmethod
    def _hides_what_is_sealed(cls, value: Response, info: ValidationInfo) -> Response:
        if info.data.get("sealed") and value not in SEALED_RESPONSES:
            raise fault(
                f"response {shown(value)} would show a model the sealed name",
                f"write one of {', '.join(SEALED_RESPONSES)}",
            )
        return value

    @field_validator("response")
    @classmethod
    def _fits_a_day(cls, value: Response, info: ValidationInfo) -> Response:
        if info.data.get("since") and value not in DATED_RESPONSES:
            raise fault(
                f"response {shown(value)} does not go with since",
                f"write one of {', '.join(DATED_RESPONSES)}",
            )
        return value

    @field_validator("by_chance")
    @classmethod
    def _goes_with_stand_ins(cls, value: ByChance, info: ValidationInfo) -> ByChance:
        for name, needed in (("response", "pseudonymise"), ("kind", "person")):
            found = info.data.get(name, needed)  # absent where it is faulty itself
            if value == "names" and found != needed:
                raise fault(
                    f"by_chance 'names' does not go with {name} {shown(found)}",
                    f"write {name}: {needed}, or delete it",
                )
        return value

    @field_validator("about")
    @classmethod
    def _is_short(cls, value: str) -> str:
        text = " ".join(value.split())
        if len(text) > LONGEST_ABOUT:
            raise fault(
                f"about has {len(text)} characters",
                f"say in two or three sentences who is meant, {LONGEST_ABOUT} characters at most",
            )
        return text

    @field_validator("aliases", "terms", "about", "examples", "counterfacts")
    @classmethod
    def _says_nothing_in_plain(
        cls, value: tuple[object, ...] | str, info: ValidationInfo
    ) -> tuple[object, ...] | str:
        if value and info.data.get("sealed"):
            remedy = (
                "seal each name with 'boxed policy new --sealed', and delete them here"
                if info.field_name == "aliases"
                else "delete them"
            )
            raise fault(f"{info.field_name} of a sealed policy would give it away", remedy)
        return value

    @field_validator("scope")
    @classmethod
    def _has_scope(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        # `sealed` is absent where it is faulty itself.
        if not value and info.data.get("sealed") == () and info.data.get("since") is None:
            raise fault(
                "scope is empty", "list at least one question that must be treated as about it"
            )
        return value

    @field_validator("aliases")
    @classmethod
    def _are_distinct(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        first: dict[str, int] = {}
        repeated = {
            position: f"alias {shown(alias)} repeats {shown(value[twin])} (case does not count)"
            for position, alias in enumerate(value)
            if (twin := first.setdefault(canonical(alias), position)) != position
        }
        if repeated:
            raise faults_in(repeated, "delete one of the two")
        return value

    @field_validator("retain")
    @classmethod
    def _is_apart(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        scope: tuple[str, ...] = info.data.get("scope", ())
        asked = {canonical(item) for item in scope}
        both = {
            position: f"{shown(item)} stands in scope and in retain"
            for position, item in enumerate(value)
            if canonical(item) in asked
        }
        if both:
            raise faults_in(both, "keep it in scope to forget it, or in retain to answer it")
        return value

    @field_validator("examples", "counterfacts")
    @classmethod
    def _has_material(cls, value: tuple[Example, ...], info: ValidationInfo) -> tuple[Example, ...]:
        needed = {"icul": "examples", "counterfactual": "counterfacts"}
        response: str = info.data.get("response", "")
        if not value and needed.get(response) == info.field_name:
            raise fault(
                f"response {shown(response)} needs {info.field_name}, and there are none",
                f"add {info.field_name} (question and answer pairs, or the name of a .jsonl "
                "file), or choose another response",
            )
        return value

    @field_validator("expires")
    @classmethod
    def _ends_later(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        effective: datetime | None = info.data.get("effective")
        if value is not None and effective is not None and value <= effective:
            raise fault(
                f"expires {value.isoformat()} is not after effective {effective.isoformat()}",
                "write a later expires, or delete it",
            )
        return value


def _names(policy: Policy) -> tuple[str, ...]:
    named = policy.kind in NAMED_KINDS and not policy.sealed and long_enough(policy.title)
    unique: dict[str, str] = {}
    for name in (*((policy.title,) if named else ()), *policy.aliases):
        unique.setdefault(canonical(name), name)
    return tuple(unique.values())


def _tenant_keys(policy: Policy) -> frozenset[str]:
    return frozenset(map(canonical, policy.tenants))
