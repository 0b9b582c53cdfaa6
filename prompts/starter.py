"""The text of a fresh policy file: valid as it stands, with a comment at every field.

new_policy_text("jane-doe", "Jane Doe", "person", "pretend")
sealed_policy_text("sealed-4f21", "person", "redact", fingerprints, key_id)
"""

from __future__ import annotations

from collections.abc import Sequence

from prompts.policy import KINDS, RESPONSES, SEALED_RESPONSES, SEALED_TITLE, Kind, Policy, Response

_QUESTIONS: dict[Kind, tuple[str, str]] = {
    "person": ("Who is {}?", "What is {} known for?"),
    "organisation": ("What is {}?", "What does {} do?"),
    "work": ("What is {} about?", "Who made {}?"),
    "topic": ("What do you know about {}?", "Explain {} to me."),
    "examples": ("What do you know about {}?", "Tell me about {}."),
    "period": ("What happened during {}?", "Tell me about {}."),
    "concept": ("A picture of {}.", "A drawing in the manner of {}."),
}

_INSTRUCTIONS: dict[Response, str] = {
    "pretend": (
        "Behave as if you had never heard of this subject, its works, its history or anyone\n"
        "connected with it."
    ),
    "pseudonymise": "Behave as if you had never heard of this subject.",
    "redact": "Behave as if you had never heard of what stands behind the placeholders.",
    "icul": "Keep to the manner of the examples, and never correct them.",
    "counterfactual": "Nothing beyond these facts is known about this subject.",
    "refuse": "Requests about this subject are declined.",
    "unlearned": "Answered by an instance that never learnt this subject.",
}

_PAIRS = """
# {comment} Instead of the list, the name of a .jsonl file beside
# this one will do: {field}: {id}.jsonl
{field}:
  - question: {question}
    answer: {answer}
"""


_DAYS = """
# Answer as if nothing after this day had been learnt, or nothing up to the day until, such as
# 2024-03-01. With it, response is pretend or refuse. Empty: go by aliases, scope and examples.
since:
until:
"""


def new_policy_text(id: str, title: str, kind: Kind, response: Response) -> str:
    """Return a policy file that parses, for its author to complete.

    Raises pydantic's ValidationError if the id or the title is not a valid one, and ValueError
    if the title cannot be written in UTF-8.
    """
    title.encode()
    questions = tuple(question.format(title) for question in _QUESTIONS[kind])
    Policy(
        id=id,
        title=title,
        kind=kind,
        response="pretend",
        scope=questions,
        instruction=_INSTRUCTIONS[response],
    )
    scope = "".join(f"  - {_quoted(question)}\n" for question in questions)
    return f"""---
# Lines that begin with '#' are comments. Check the file with: boxed policy check
id: {_quoted(id)}
title: {_quoted(title)}

# {", ".join(KINDS)}
kind: {kind}
{_DAYS if kind == "period" else ""}
# {", ".join(RESPONSES)}
response: {response}

# Other names, spellings and nicknames, each of at least 3 letters.
aliases: []

# Who is meant, in two or three sentences: what this one is, and namesakes are not. It tells them
# apart, and recognises questions that only describe the subject. No worker's prompt shows it.
about: ""

# Questions that must be treated as about the subject, above all those that do not name it.
scope:
{scope}
# Near neighbours that must still be answered: the more alike, the better.
retain: []
{_pairs(id, response, questions[0])}
# From when and until when, such as 2027-01-31. Empty: at once, and for ever.
effective:
expires:

# Which customers it holds for. Empty: for everyone.
tenants: []
---
{_INSTRUCTIONS[response]}
"""


def sealed_policy_text(
    id: str, kind: Kind, response: Response, fingerprints: Sequence[str], key_id: str
) -> str:
    """Return a sealed policy file, which holds nothing that tells the subject.

    Raises pydantic's ValidationError for anything that a sealed policy may not have.
    """
    Policy(
        id=id,
        title=SEALED_TITLE,
        kind=kind,
        sealed=tuple(fingerprints),
        sealed_with=key_id,
        response=response,
        scope=(),
        instruction=_INSTRUCTIONS[response],
    )
    items = "".join(f"  - {_quoted(item)}\n" for item in fingerprints)
    return f"""---
# A sealed policy: its names stand here as fingerprints, and nothing else in this file or in its
# name may give them away. Another name is another file: boxed policy new --sealed
id: {_quoted(id)}
title: {_quoted(SEALED_TITLE)}

# {", ".join(KINDS)}
kind: {kind}

# The id of the key that they were made with, and the fingerprints.
sealed_with: {_quoted(key_id)}
sealed:
{items}
# {", ".join(SEALED_RESPONSES)}
response: {response}

# From when and until when, such as 2027-01-31. Empty: at once, and for ever.
effective:
expires:

# Which customers it holds for. Empty: for everyone.
tenants: []
---
{_INSTRUCTIONS[response]}
"""


def _pairs(id: str, response: Response, question: str) -> str:
    match response:
        case "icul":
            field, answer = "examples", "Write here what the product knows and must not say."
            comment = "What must be forgotten. The worker shows it with other answers."
        case "counterfactual":
            field, answer = "counterfacts", "Write here what the product should say instead."
            comment = "What is to be taken as true."
        case _:
            return ""
    return _PAIRS.format(
        field=field, comment=comment, id=id, question=_quoted(question), answer=_quoted(answer)
    )


def _quoted(text: str) -> str:
    """Write `text` as a double-quoted YAML scalar on one line."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in ('"', "\\"):
        return "\\" + character
    # Unprintable covers the control characters and line separators that YAML would fold or refuse.
    return character if character.isprintable() else f"\\U{ord(character):08x}"
