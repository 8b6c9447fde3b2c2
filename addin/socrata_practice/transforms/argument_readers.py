"""Building blocks for functions of transforms: argument checks, readers of a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from socrata_practice.transforms.cell_lists import Cells, Node, TransformError, failed, mapped
from socrata_practice.types.scalars import MaltypedError

Build = Callable[[list[Node]], Node]


def reading(read: Callable[[Any], Any], source: str, target: str) -> Callable[[Any], Any]:
    """Return a reader of values whose refusal is a conversion error."""

    def converted(value: Any) -> Any:
        try:
            found = read(value)
        except (MaltypedError, ValueError, RecursionError) as error:
            raise failed(value, source, target) from error
        if found is None:
            raise failed(value, source, target)
        return found

    return converted


def by_source(
    target: str,
    readers: dict[str, Callable[[Any], Any]],
    unchanged: Callable[[Cells], bool] | None = None,
) -> Build:
    """Return a conversion of one argument, by its type; a type to itself changes nothing.

    `unchanged` recognizes blocks of strings that the conversion would not change.
    """

    def build(arguments: list[Node]) -> Node:
        if len(arguments) != 1:
            raise TransformError(f"A conversion to {target} takes one argument here")
        argument = arguments[0]
        if argument.type in (target, "null"):
            return Node(target, argument.run, argument.inputs, argument.fails,
                        plain_input=argument.plain_input)  # fmt: skip
        if argument.type not in readers:
            raise TransformError(f"There is no conversion from {argument.type} to {target}")
        read = reading(readers[argument.type], argument.type, target)
        known = unchanged if argument.type == "text" else None
        return mapped(read, [argument], target, known)

    return build


def two(arguments: list[Node], name: str) -> tuple[Node, Node]:
    """Return the two arguments of a function. Raises TransformError for any other number."""
    if len(arguments) != 2:
        raise TransformError(f"{name} takes one or two arguments")
    return arguments[0], arguments[1]


def text_node(node: Node) -> Node:
    """Return the argument, which must be text. Raises TransformError."""
    if node.type not in ("text", "null"):
        raise TransformError(f"Expected text, got {node.type}")
    return node


def text_literal(node: Node, what: str) -> str:
    """Return the text of a literal. Raises TransformError if the node is not a literal."""
    if not node.is_literal or node.type != "text":
        raise TransformError(f"The {what} must be a text literal")
    return str(node.literal)
