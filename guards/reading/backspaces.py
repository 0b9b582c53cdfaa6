"""What is left of a text where backspaces have deleted characters, as a terminal shows it."""

__all__ = ["BACKSPACE", "typed_over"]

BACKSPACE = "\b"


def typed_over(text: str) -> str:
    """Every backspace takes away the character before it that is still there."""
    left: list[str] = []
    for character in text:
        if character != BACKSPACE:
            left.append(character)
        elif left:
            left.pop()
    return "".join(left)
