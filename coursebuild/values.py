"""Numbers in the text are computed: ``{{ norm:.2f }}`` is what the cells before it made of ``norm``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coursebuild.chapter import Cell, Text
from coursebuild.markup import INLINE

# The options of a cell in which values may stand, in the order in which they are asked.
IN_OPTIONS = ("alt", "caption", "data")


def expressions(text: str) -> tuple[str, ...]:
    """What stands between the braces, in order."""
    return tuple(INLINE.findall(text))


def asked(part: Text | Cell) -> tuple[str, ...]:
    """The expressions whose values a part needs, in order; those of a cell are in its options."""
    if isinstance(part, Text):
        return expressions(part.source)
    return tuple(expression for name in IN_OPTIONS for expression in expressions(part.options.get(name, "")))


def with_values(text: str, values: Sequence[str]) -> str:
    """The text with one value for each of its expressions."""
    left: Iterator[str] = iter(values)
    return INLINE.sub(lambda _: next(left), text)


def as_code(found: Sequence[str]) -> str:
    """A cell that prints the values as JSON: each expression is what an f-string takes, format included."""
    items = ", ".join(f"f'''{{{expression}}}'''" for expression in found)
    return f"import json as _json\nprint(_json.dumps([{items}]))"
