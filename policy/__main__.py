"""The rules as a Pulumi policy pack; the engine runs this file.

    make policy-env                                        # once
    pulumi preview --stack dev --policy-pack policy

It runs in an environment of its own: `pulumi-policy` wants another protobuf than Airflow does.
Each rule is mandatory: an exception belongs into the rule, with its reason.
"""

# pyright: reportMissingImports=none, reportUnknownVariableType=none
# pyright: reportUnknownMemberType=none, reportUnknownArgumentType=none
# The package lives in that other environment, where the type checker does not look.

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

# The engine starts this file in its own folder, and the rules live in a package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy
from pulumi_policy.proxy import UnknownValueError

from policy.pack import graph_of
from policy.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy.rule import Rule


def _validation(rule: Rule) -> Callable[[Any, Any], None]:
    def validate(args: Any, report: Any) -> None:  # noqa: ANN401 - the package has no types
        graph = graph_of(args.resources, UnknownValueError)
        urns = {(resource.type, resource.name): resource.urn for resource in graph}
        for found in rule.check(graph):
            message = f"{found.resource}: found {found.found}; expected {found.expected}; "
            report(f"{message}do: {rule.do}", urns.get((found.type, found.resource)))

    return validate


PolicyPack(
    name="mlops",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        StackValidationPolicy(name=rule.name, description=rule.says, validate=_validation(rule))
        for rule in RULES
    ],
)
