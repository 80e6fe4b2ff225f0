"""Each `*` in the stack's policies, with the reason why nothing is named in its place.

The one list of them: contract tests hold it to the program (no `*` without its reason, no reason
without its `*`), and documents are made from it. Plain data; a statement is known by its `Sid`.
"""

from __future__ import annotations

from typing import Final

RESOURCES: Final[dict[str, str]] = {
    "CheckThatBucketsAreNotPublic": "an account's setting is no resource; MWAA asks for it",
    "FindLogGroups": "describing log groups takes no resource; MWAA asks for it",
    "FindOldDeployments": "listing endpoint configs and models takes no resource",
    "HandOverInterfaces": "interfaces have no names before they are made; our subnets have",
    "HandTasksToWorkers": "MWAA's queues lie in an account of AWS that nobody is told",
    "LetEndpointsScale": "scalable targets have no names before they are made; conditions hold it",
    "LogInToTheRegistry": "a registry's token is no resource",
    "LookAtTheNetwork": "describing networks takes no resource; SageMaker and Lambda ask for it",
    "PassOurAccount": "an endpoint's own policy, which only keeps others out",
    "PassToAirflowsQueues": "MWAA's queues lie in an account of AWS that nobody is told",
    "PassToImageLayers": "an endpoint's own policy: all layers in ECR's own bucket",
    "PassToOurBuckets": "an endpoint's own policy: all that lies in the stack's buckets",
    "PlaceInterfaces": "interfaces have no names before they are made; our subnets and group have",
    "PutMetrics": "metrics are no resource; where the namespace is known, a condition holds it",
    "RemoveInterfaces": "interfaces have no names before they are made; Lambda insists on all",
    "SeeHowEndpointsScale": "describing scalable targets takes no resource",
    "ShareInterfaces": "interfaces have no names before they are made; our subnets have",
}
"""Statement -> why it cannot name its resource."""

ACTIONS: Final[dict[str, str]] = {
    "PassOurAccount": "an endpoint's own policy: what may be done, roles say",
    "PassToAirflowsQueues": "an endpoint's own policy: what may be done, MWAA's role says",
    "PassToOurBuckets": "an endpoint's own policy: what may be done, roles and buckets say",
    "PassToOurEnvironments": "an endpoint's own policy: what may be done, roles say",
}
"""Statement -> why it does not name its actions."""

RISKS: Final[dict[tuple[str, str], str]] = {
    ("credentials exposure", "ecr:GetAuthorizationToken"): (
        "logging in takes no resource; what may be pulled or pushed is named beside it"
    ),
}
"""What cloudsplaining finds, and the action -> why it stays."""
