"""YAML text to plain objects, with the traps of YAML 1.1 taken out.

`no` and `on` are texts, `1e-3` is a number, `010` and `1:30` and dates are what they look like.
A key that stands twice is refused: PyYAML would let the second one win without a word.
"""

import re
from typing import Any, Final

import yaml

_TRUE_OR_FALSE: Final = re.compile(r"true|false")
_NULL: Final = re.compile(r"~|null|")
_WHOLE: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(
    r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+"
    r"|[-+]?\.inf|\.nan"
)


class BrokenYamlError(Exception):
    """Text that is not YAML, or says one thing twice. `line` counts from 1; 0 is unknown."""

    def __init__(self, line: int, found: str, allowed: str) -> None:
        super().__init__(line, found, allowed)
        self.line = line
        self.found = found
        self.allowed = allowed


def parse(content: bytes) -> object:
    """The one document in `content`.

    Raises:
        BrokenYamlError: it is none, and in which line.
    """
    try:
        return yaml.load(content.decode(), Loader=_Loader)  # noqa: S506  # a SafeLoader, see below
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenYamlError(line, repr(content[error.start : error.end]), "UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = " ".join(filter(None, (error.problem, error.context)))
        raise BrokenYamlError(mark.line + 1 if mark else 0, found, "valid YAML") from error
    except yaml.YAMLError as error:
        raise BrokenYamlError(0, " ".join(str(error).split()), "valid YAML") from error
    except (RecursionError, ValueError) as error:  # brackets in brackets, digits without end
        raise BrokenYamlError(0, str(error), "YAML of a sensible size") from error


class _Loader(yaml.SafeLoader):
    """SafeLoader with fewer surprises; the resolvers below are all that it has."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # the base class names it so

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  # the base class's signature
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)  # pyright: ignore[reportUnknownMemberType]  # PyYAML's stubs leave it untyped
            if not isinstance(key, str):
                raise BrokenYamlError(_line(key_node), f"the key {key!r}", "keys that are texts")
            if key in seen:
                raise BrokenYamlError(_line(key_node), f"{key!r} a second time", "each key once")
            seen.add(key)
        return super().construct_mapping(node, deep)


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


for _tag, _pattern in (
    ("null", _NULL),
    ("bool", _TRUE_OR_FALSE),
    ("int", _WHOLE),
    ("float", _FLOAT),
):
    _Loader.add_implicit_resolver(  # pyright: ignore[reportUnknownMemberType]  # PyYAML's stubs leave it untyped
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern.pattern})$"), None
    )
