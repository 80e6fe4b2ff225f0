"""One screen, one thought: no file is too long to read, no function too long to see at once."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
"""Lines, without the docstring."""


def sources() -> Iterator[Path]:
    """Go through the project's own modules; what a dot hides is made, not written."""
    yield from ROOT.glob("*.py")
    for folder in ROOT.iterdir():
        if folder.is_dir() and not folder.name.startswith("."):
            yield from folder.rglob("*.py")


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Yield each function's name, and its lines from `def` to end."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            told = ast.get_docstring(node) is not None
            docstring = (first.end_lineno or 0) - first.lineno + 1 if told else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources()}

    assert len(lengths) > 500
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name} has {length} lines"
        for path in sources()
        for name, length in functions(path.read_text("utf-8"))
        if length > LONGEST_FUNCTION
    ]

    assert found == []


def test_a_docstring_makes_no_function_longer() -> None:
    source = 'def f():\n    """Say.\n\n    More.\n    """\n    return 1\n'

    assert list(functions(source)) == [("f", 2)]
