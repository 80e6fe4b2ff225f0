"""What a target of a rule receives: the event, a constant, a part, or a filled template; pure.

Reference: "Amazon EventBridge input transformation" in the EventBridge user guide. A variable in a
template stands for its value: inside quotes as text, outside of them as JSON.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLE: Final = re.compile(r"<([A-Za-z0-9_.-]+)>")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\['([^']+)'\]")
_MISSING: Final = object()


class BadInputError(ValueError):
    """A template whose result is no JSON: EventBridge does not deliver it."""


def as_delivered(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event as targets see it: moto keeps times as numbers and adds its own."""
    shown = {name: value for name, value in event.items() if name != "ingestion-time"}
    if isinstance(shown.get("time"), int | float):
        shown["time"] = _timestamp(shown["time"])
    return shown


def target_input(target: Mapping[str, Any], rule_arn: str, event: Mapping[str, Any]) -> str:
    """Return the JSON that a target receives for an event (as delivered).

    Raises:
        BadInputError: the target's template does not make JSON.
    """
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        found = _find(event, target["InputPath"])
        return json.dumps(None if found is _MISSING else found)
    if target.get("InputTransformer"):
        return _transformed(target["InputTransformer"], rule_arn, event)
    return json.dumps(event)


def _transformed(transformer: Mapping[str, Any], rule_arn: str, event: Mapping[str, Any]) -> str:
    paths: Mapping[str, str] = transformer.get("InputPathsMap") or {}
    values = {name: _find(event, path) for name, path in paths.items()}
    values |= {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rsplit("/", 1)[-1],
        "aws.events.event.ingestion-time": _timestamp(datetime.now(UTC).timestamp()),
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": event,
    }
    text = _fill(transformer["InputTemplate"], values)
    try:
        json.loads(text)
    except ValueError as error:
        raise BadInputError(f"the input template makes {text[:200]!r}: {error}") from error
    return text


def _fill(template: str, values: Mapping[str, Any]) -> str:
    filled, place, quoted = "", 0, False
    for match in _VARIABLE.finditer(template):
        before = template[place : match.start()]
        quoted ^= len(re.findall(r'(?<!\\)"', before)) % 2 == 1
        filled += before + _rendered(values.get(match[1], _MISSING), quoted=quoted)
        place = match.end()
    return filled + template[place:]


def _rendered(value: object, *, quoted: bool) -> str:
    if value is _MISSING:
        return ""
    if not quoted:
        return json.dumps(value)
    text = value if isinstance(value, str) else json.dumps(value)
    return json.dumps(text)[1:-1]


def _find(event: Mapping[str, Any], path: str) -> object:
    """Return what a path such as `$.detail.object.key` or `$.resources[0]` names."""
    found: object = event
    for step in _STEP.finditer(path):
        found = _child(found, step)
    return found


def _child(value: object, step: re.Match[str]) -> object:
    name = step[1] or step[3]
    if name and isinstance(value, dict):
        return cast("dict[str, Any]", value).get(name, _MISSING)
    if step[2] and isinstance(value, list):
        items = cast("list[Any]", value)
        return items[int(step[2])] if int(step[2]) < len(items) else _MISSING
    return _MISSING


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
