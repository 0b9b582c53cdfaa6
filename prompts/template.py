"""One prompt file: text with a fixed set of variables.

    <!-- For the person who edits the file. -->
    There is one subject that you have never come across: {{ title }}.

Templates are Jinja2 in a sandbox. A value is put in as it is and never read as a template itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2 import Template as CompiledTemplate
from jinja2.exceptions import SecurityError, TemplateAssertionError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from prompts.errors import PromptError, shown
from prompts.front_matter import without_comment

_REMEMBERED = 512
_REACHES_OUT = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    # Jinja's ready-made functions (range, lipsum, cycler ...) are no part of any prompt.
    environment.globals.clear()
    return environment


_ENVIRONMENT = _environment()


@dataclass(frozen=True, slots=True)
class Template:
    """A checked prompt file; `text` is what follows the leading comment.

    `variables` are the names that `render` takes, whether the text uses all of them or not.
    """

    name: str
    text: str
    variables: frozenset[str]
    path: str = field(compare=False)
    _compiled: CompiledTemplate = field(repr=False, compare=False)

    @classmethod
    def parse(
        cls,
        path: str,
        text: str,
        allowed: frozenset[str],
        *,
        name: str | None = None,
        required: Iterable[str] = (),
    ) -> Template:
        """Check `text`, the whole of the file `path` with Unix line ends.

        Raises PromptError for a syntax error, a variable outside `allowed`, one of `required`
        that is not used, and a statement that reads another file.
        """
        body, skipped = without_comment(text)
        try:
            tree, compiled, used = _read(body)
        except TemplateAssertionError as error:
            raise PromptError(
                path, error.lineno + skipped, str(error.message), "use Jinja's built-in filters"
            ) from None
        except TemplateSyntaxError as error:
            raise PromptError(
                path,
                error.lineno + skipped,
                f"the template cannot be read: {error.message}",
                "close every {{ with }} and every {% with %}; write a literal {{ as {{ '{{' }}",
            ) from None
        except RecursionError:
            raise PromptError(
                path, 1 + skipped, "the template is nested too deeply", "make it simpler"
            ) from None
        _check_names(path, skipped, tree, used, allowed, frozenset(required))
        return cls(name or path, body, allowed, path, compiled)

    def render(self, **values: object) -> str:
        """Return the prompt with `values` put in.

        Raises TypeError if the names of `values` are not exactly `variables`, and PromptError if
        the text asks a value for a part that it does not have.
        """
        if values.keys() != self.variables:
            expected = ", ".join(sorted(self.variables)) or "no values"
            given = ", ".join(sorted(values)) or "none"
            raise TypeError(f"template {self.name} takes {expected}; given: {given}")
        try:
            return self._compiled.render(values).strip()
        except UndefinedError as error:
            raise PromptError(
                self.path, 1, str(error.message), "use only the parts that the comment lists"
            ) from None
        except (SecurityError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise PromptError(
                self.path,
                1,
                f"the template cannot be filled in ({type(error).__name__})",
                "write variables and for loops only",
            ) from None

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the text that are not blank: a file of one reply a line, read."""
        return tuple(line.strip() for line in self.text.splitlines() if line.strip())


@lru_cache(_REMEMBERED)
def _read(body: str) -> tuple[nodes.Template, CompiledTemplate, frozenset[str]]:
    """The text's tree, its compiled form and the variables it uses; none is ever changed.

    A reload reads every file again, and nearly all are as they were.
    """
    tree = _ENVIRONMENT.parse(body)
    compiled = _ENVIRONMENT.from_string(body)
    return tree, compiled, frozenset(find_undeclared_variables(tree))


def _check_names(
    path: str,
    skipped: int,
    tree: nodes.Template,
    used: frozenset[str],
    allowed: frozenset[str],
    required: frozenset[str],
) -> None:
    for node in tree.find_all(_REACHES_OUT):
        raise PromptError(
            path,
            node.lineno + skipped,
            "a prompt file cannot read another file",
            "write the text out here",
        )
    for name, line in _first_uses(tree, used - allowed):
        close = get_close_matches(name, allowed, n=1)
        known = f"use one of {', '.join(sorted(allowed))}" if allowed else "this file has none"
        raise PromptError(
            path,
            line + skipped,
            f"unknown variable {shown(name)}",
            f"did you mean {close[0]!r}?" if close else known,
        )
    for name in sorted(required - used):
        raise PromptError(
            path, 1, f"variable {name!r} is not used", f"write {{{{ {name} }}}} where it belongs"
        )


def _first_uses(tree: nodes.Template, names: frozenset[str]) -> Iterator[tuple[str, int]]:
    lines: Mapping[str, int] = {
        node.name: node.lineno
        for node in reversed(list(tree.find_all(nodes.Name)))
        if node.name in names
    }
    yield from sorted(lines.items(), key=lambda use: use[1])
