"""Holds requests against the SageMaker SDK's typed shapes; runs in the SDK's own environment.

    .venv-sagemaker/bin/python tests/sagemaker_shapes.py < requests.json

Reads `[{"operation", "body"}, ...]`, writes for each a list of what is wrong with it. The SDK has a
method for each operation that makes or changes something, with a typed argument for each member;
types below it are pydantic models which forbid what they do not know.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import types
from typing import TYPE_CHECKING, Any, Union, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERBS = {
    "Create": "create",
    "Update": "update",
    "Describe": "get",
    "List": "get_all",
    "Delete": "delete",
    "Stop": "stop",
}
"""SageMaker's verbs, and what the SDK's methods are called."""


def problems(operation: str, body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the SDK would not send."""
    resource, method = _method(operation)
    arguments = inspect.signature(inspect.unwrap(method), eval_str=True).parameters
    # A method of an object takes from it what names it.
    own: Mapping[str, Any] = resource.model_fields if "self" in arguments else {}
    given = {snake(name): value for name, value in body.items()}
    for name, parameter in arguments.items():
        is_required = parameter.default is inspect.Parameter.empty
        if is_required and name not in given and name not in ("cls", "self"):
            yield f"{operation}.{name}: it is missing"
    for name, value in given.items():
        known: Any = arguments.get(name) or own.get(name)
        if known:
            yield from _of_value(known.annotation, value, f"{operation}.{name}")
        else:
            yield f"{operation}.{name}: the SDK knows no such member"


def _method(operation: str) -> tuple[Any, Any]:
    """Return the SDK's class and method for an operation."""
    verb, name = re.fullmatch("([A-Z][a-z]+)(.*)", operation).groups()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]  # a mistake of the caller
    resources: Any = importlib.import_module("sagemaker.core.resources")
    resource = getattr(resources, name.removesuffix("s") if verb == "List" else name)
    return resource, getattr(resource, VERBS[verb])


def _of_value(annotation: Any, value: Any, where: str) -> Iterator[str]:
    try:
        TypeAdapter(annotation).validate_python(as_sdk(annotation, value), strict=True)
    except ValidationError as error:
        for one in error.errors():
            # A union names each of its types in the place; of those only the model is of use
            place = ".".join(str(part) for part in one["loc"] if _is_place(part))
            yield f"{where}.{place}: {one['msg']}, found {one['input']!r}"


def _is_place(part: object) -> bool:
    return isinstance(part, int) or (isinstance(part, str) and part == part.lower())


def as_sdk(annotation: Any, value: Any) -> Any:
    """Return a value with the SDK's names for its members; the keys of maps stay as they are."""
    wanted = _without_none(annotation)
    if isinstance(value, dict) and isinstance(wanted, type) and issubclass(wanted, BaseModel):
        return dict(_members(wanted, cast("dict[str, Any]", value)))
    if isinstance(value, list) and get_origin(wanted) is list:
        return [as_sdk(get_args(wanted)[0], item) for item in cast("list[Any]", value)]
    return cast("Any", value)


def _members(wanted: type[BaseModel], value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, item in value.items():
        field = wanted.model_fields.get(snake(name))
        yield snake(name), as_sdk(field.annotation, item) if field else item


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    kinds = [one for one in get_args(annotation) if one is not type(None)]
    return kinds[0]


def snake(name: str) -> str:
    """Return the SDK's name of a member: `VolumeSizeInGB` is `volume_size_in_gb`."""
    words = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z0-9])([A-Z])", r"\1_\2", words).lower()


def main() -> None:
    """Judge what comes in."""
    requests = json.load(sys.stdin)
    json.dump([list(problems(one["operation"], one["body"])) for one in requests], sys.stdout)


if __name__ == "__main__":
    main()
