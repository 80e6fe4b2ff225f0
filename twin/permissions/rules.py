"""The form of the tables that say which permissions an operation needs. Pure.

A rule is a template of ARNs, filled from the call's parameters. The action is the operation's own
name, save where a rule says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ops.iam.evaluate import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Context = Mapping[str, str | Sequence[str]]
    Parameters = Mapping[str, Any]

UNNAMED: Final = "a resource that the call does not name"
"""What no policy that names its resources allows."""


@dataclass(frozen=True)
class Place:
    """Where a call is made."""

    account: str
    region: str
    partition: str = "aws"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a regional resource."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


def no_context(parameters: Parameters) -> Context:
    """Return what a service without condition keys of its own tells: nothing."""
    del parameters
    return {}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What one operation asks.

    Attributes:
        action: Such as `sagemaker:CreateModel`.
        resources: What is named after `arn:...:service:region:account:`, with `{Parameter}`s; one
            whose value is a whole ARN is taken as it is, and so is `*`.
        passes: Parameters that hold the ARN of a role which is handed on.
        passed_to: The service which that role is handed to.
        adds_tags: The action that tagging at creation asks besides.
        context: What conditions can look at.
    """

    action: str
    resources: tuple[str, ...]
    passes: tuple[str, ...] = ()
    passed_to: str = ""
    adds_tags: str = ""
    context: Callable[[Parameters], Context] = field(default=no_context)

    def asked(self, parameters: Parameters, place: Place) -> Iterator[Asked]:
        """Yield what a call asks."""
        context = {**_tags_context(parameters), **self.context(parameters)}
        resources = [_fill(one, self.action, parameters, place) for one in self.resources]
        for resource in resources:
            yield Asked(self.action, resource, context)
            if self.adds_tags and tags_of(parameters):
                yield Asked(self.adds_tags, resource, {**context, **self._tagging()})
        for name in self.passes:
            if parameters.get(name):
                passed = {"iam:PassedToService": self.passed_to}
                yield Asked("iam:PassRole", parameters[name], passed)

    def _tagging(self) -> Context:
        """Return the key that tells tagging at creation from tagging later."""
        service, operation = self.action.split(":")
        return {f"{service}:TaggingAction": operation}


def _fill(template: str, action: str, parameters: Parameters, place: Place) -> str:
    known = {key: value for key, value in parameters.items() if isinstance(value, str)}
    try:
        filled = template.format(**known)
    except KeyError as missing:
        return f"{UNNAMED} ({missing})"
    if filled == "*" or filled.startswith("arn:"):
        return filled
    return place.arn(action.partition(":")[0], filled)


def tags_of(parameters: Parameters) -> dict[str, str]:
    """Return the tags that a call gives what it creates, whichever form they come in."""
    found: Any = parameters.get("Tags") or parameters.get("tags") or {}
    if isinstance(found, dict):
        return dict(found)  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]  # the service's own shape
    return {one.get("Key", one.get("key")): one.get("Value", one.get("value")) for one in found}


def _tags_context(parameters: Parameters) -> Context:
    tags = tags_of(parameters)
    if not tags:
        return {}
    each = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    return {**each, "aws:TagKeys": list(tags)}
