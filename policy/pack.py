"""Turns what the engine hands a policy pack into the graph that the rules know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from ops.graph import Graph, Options, Resource
from policy.rule import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Unknown = type[Exception]


def graph_of(resources: Iterable[Any], unknown: Unknown) -> Graph:
    """Return the engine's resources as a graph.

    Args:
        resources: `PolicyResource` of the `pulumi_policy` package, which has no types.
        unknown: What its values raise when a preview does not know them.
    """
    found = tuple(sorted((_resource(each, unknown) for each in resources), key=lambda r: r.urn))
    _, _, stack_and_rest = (found[0].urn if found else "urn:pulumi:::").partition("urn:pulumi:")
    stack, project, *_ = (*stack_and_rest.split("::"), "")
    return Graph(project, stack, found)


def _resource(given: Any, unknown: Unknown) -> Resource:  # noqa: ANN401 - see `graph_of`
    return Resource(
        urn=given.urn,
        type=given.resource_type,
        name=given.name,
        id="",
        custom=not given.resource_type.startswith("mlops:"),
        inputs=_plain(given.props, unknown),
        secrets=frozenset(),
        parent=given.opts.parent or "",
        dependencies=frozenset(other.urn for other in given.dependencies),
        property_dependencies={
            name: frozenset(other.urn for other in others)
            for name, others in given.property_dependencies.items()
        },
        options=Options(protect=bool(given.opts.protect)),
    )


def _plain(value: Any, unknown: Unknown) -> Any:  # noqa: ANN401 - any JSON
    """Return a value without the proxies that raise where a preview knows nothing."""
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        return {name: _known(lambda n=name: given[n], unknown) for name in given}
    if isinstance(value, Sequence) and not isinstance(value, str):
        listed = cast("Sequence[Any]", value)
        return [_known(lambda i=index: listed[i], unknown) for index in range(len(listed))]
    return value


def _known(read: Callable[[], Any], unknown: Unknown) -> Any:  # noqa: ANN401 - any JSON
    try:
        return _plain(read(), unknown)
    except unknown:
        return UNKNOWN
