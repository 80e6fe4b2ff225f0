"""Which operations of AWS a unit's code names, found by reading it: nobody has to list a new one.

A name counts wherever it stands: called, handed over (`client.create_model`), or as the text that a
paginator is asked for.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from botocore import xform_name
from botocore.session import get_session

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
MADE: Final = re.compile(r'(?:_make|client|clients)\(\s*"([a-z0-9-]+)"')
"""How the units ask for a client, with the name of its service."""

FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, order=True)
class Named:
    """An operation that a function of a file names, under boto3's name for it."""

    file: str
    function: str
    operation: str


def named(folder: str) -> frozenset[Named]:
    """Return what the code below a folder names of the services whose clients it makes."""
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py")}
    services = {service for text in texts.values() for service in MADE.findall(text)}
    operations = frozenset(name for service in services for name in operations_of(service))
    return frozenset(
        Named(str(path.relative_to(ROOT)), function, name)
        for path, text in texts.items()
        for function, name in names_in(text)
        if name in operations
    )


@cache
def operations_of(service: str) -> frozenset[str]:
    """Return the operations of a service, as boto3's methods are called."""
    names = get_session().get_service_model(service).operation_names
    return frozenset(xform_name(name) for name in names)


def names_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield each attribute and text of a module with the function around it.

    What is taken from an imported module itself, such as `re.search`, is no client's.
    """
    tree = ast.parse(source)
    modules = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    waiting: list[tuple[ast.AST, str]] = [(tree, "<module>")]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, ast.Attribute):
            if not (isinstance(node.value, ast.Name) and node.value.id in modules):
                yield function, node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield function, node.value
        inside = node.name if isinstance(node, FUNCTIONS) else function
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]
