"""What changed between two books, for the person who is about to put the new one in force.

for change in difference(load_book(old), load_book(new)):
    print(change.action, change.what, change.name)      # changed policy jane-doe
    for field in change.fields:
        print(field.name, field.old, field.new)         # response pretend refuse
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from prompts.book import PolicyBook
from prompts.policy import Policy
from prompts.template import Template

Action: TypeAlias = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs, by its old and new value.

    For a field that is a list, `added` and `removed` hold the items that came and went; both are
    empty if only their order changed.
    """

    name: str
    old: object
    new: object
    added: tuple[object, ...] = ()
    removed: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A policy or a template that came, went or changed; `fields` only if it changed."""

    what: Literal["policy", "template"]
    name: str
    action: Action
    fields: tuple[FieldChange, ...] = ()


def difference(old: PolicyBook, new: PolicyBook) -> list[Change]:
    """Return the changes that lead from `old` to `new`: policies first, each kind by name.

    A policy is followed by its id: one whose id changed is removed and added. In which file a
    policy stands makes no difference.
    """
    changes: list[Change] = []
    before = {policy.id: policy for policy in old.policies}
    after = {policy.id: policy for policy in new.policies}
    for name in sorted(before.keys() | after.keys()):
        action = _action(name, before, after)
        fields = _policy_fields(before[name], after[name]) if action == "changed" else ()
        if action != "changed" or fields:
            changes.append(Change("policy", name, action, fields))
    told, tells = _texts(old), _texts(new)
    for name in sorted(told.keys() | tells.keys()):
        action = _action(name, told, tells)
        fields = _template_fields(told[name], tells[name]) if action == "changed" else ()
        if action != "changed" or fields:
            changes.append(Change("template", name, action, fields))
    return changes


def _texts(book: PolicyBook) -> dict[str, Template]:
    """Every template by its name, a translation by its name and language."""
    spoken = {f"{name}.{code}": text for (name, code), text in book.translations.items()}
    return {**book.templates, **spoken}


def _action(name: str, old: Mapping[str, object], new: Mapping[str, object]) -> Action:
    if name not in old:
        return "added"
    return "changed" if name in new else "removed"


def _policy_fields(old: Policy, new: Policy) -> tuple[FieldChange, ...]:
    changes: list[FieldChange] = []
    for name in Policy.model_fields:
        before: object = getattr(old, name)
        after: object = getattr(new, name)
        if name != "path" and before != after:
            changes.append(_field(name, before, after))
    return tuple(changes)


def _field(name: str, old: object, new: object) -> FieldChange:
    if not (isinstance(old, tuple) and isinstance(new, tuple)):
        return FieldChange(name, cast(object, old), new)
    before, after = cast(tuple[object, ...], old), cast(tuple[object, ...], new)
    kept, had = set(after), set(before)
    return FieldChange(
        name,
        before,
        after,
        added=tuple(item for item in after if item not in had),
        removed=tuple(item for item in before if item not in kept),
    )


def _template_fields(old: Template, new: Template) -> tuple[FieldChange, ...]:
    return () if old.text == new.text else (FieldChange("text", old.text, new.text),)
