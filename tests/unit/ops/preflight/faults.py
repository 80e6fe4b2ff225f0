"""For each check what makes it fail: a change to an account that has all, and what is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ops.preflight.snapshot import Gap, Quota, Snapshot
from tests.unit.ops.preflight.builders import (
    AIRFLOW,
    BLOCK,
    LOCAL,
    endpoint,
    nat_gateway,
    route,
    rule,
    subnet,
)

Change = Callable[[Snapshot], dict[str, Any]]

OPEN = False
CLOSED = True

FAULTS: list[tuple[str, bool, Change, str]] = [
    ("bucket-versions", OPEN, lambda s: part(s, "bucket", versioning="Suspended"), "Suspended"),
    ("bucket-versions", OPEN, lambda s: part(s, "bucket", versioning=""), "is off"),
    (
        "bucket-private",
        OPEN,
        lambda s: part(s, "bucket", public_access_block={**BLOCK, "BlockPublicAcls": False}),
        "BlockPublicAcls is off",
    ),
    ("bucket-region", OPEN, lambda s: part(s, "bucket", region="eu-west-1"), "lies in eu-west-1"),
    ("subnets-two", OPEN, lambda _: {"subnets": (subnet(0),)}, "1: subnet-0"),
    (
        "subnets-two",
        OPEN,
        lambda _: {"subnets": (subnet(0), subnet(1), subnet(1, id="subnet-2"))},
        "3: subnet-0, subnet-1, subnet-2",
    ),
    (
        "subnets-zones",
        OPEN,
        lambda _: {"subnets": (subnet(0), subnet(1, zone="us-east-1a"))},
        "zones us-east-1a",
    ),
    (
        "subnets-network",
        OPEN,
        lambda _: {"subnets": (subnet(0), subnet(1, vpc="vpc-2"))},
        "networks vpc-1, vpc-2",
    ),
    (
        "subnets-private",
        OPEN,
        lambda _: {"subnets": (subnet(0, routes=(LOCAL, route("igw-1"))), subnet(1))},
        "subnet-0 (its routes lead to an internet gateway)",
    ),
    (
        "subnets-private",
        OPEN,
        lambda _: {"subnets": (subnet(0), subnet(1, gives_out_addresses=True))},
        "subnet-1 (it gives out public addresses)",
    ),
    (
        "subnets-room",
        OPEN,
        lambda _: {"subnets": (subnet(0, free_addresses=3), subnet(1))},
        "subnet-0 has 3",
    ),
    ("network-names", OPEN, lambda s: part(s, "vpc", dns_hostnames=False), "DNS hostnames False"),
    ("network-names", OPEN, lambda s: part(s, "vpc", dns_support=False), "DNS support False"),
    (
        "nat-route",
        OPEN,
        lambda _: {"subnets": (subnet(0), subnet(1, routes=(LOCAL,)))},
        "subnet-1 (no route to 0.0.0.0/0)",
    ),
    (
        "nat-route",
        OPEN,
        lambda _: {"subnets": (subnet(0, routes=(route("nat-0", state="blackhole"),)), subnet(1))},
        "subnet-0 (nat-0, blackhole)",
    ),
    (
        "nat-route",
        OPEN,
        lambda _: {"nat_gateways": (nat_gateway(state="pending"),)},
        "subnet-0 (nat-0, active)",
    ),
    (
        "nat-public",
        OPEN,
        lambda _: {"nat_gateways": (nat_gateway(routes=(LOCAL, route("nat-0"))),)},
        "without an internet gateway: nat-0",
    ),
    (
        "no-way-out",
        CLOSED,
        lambda _: {"subnets": (subnet(0), subnet(1, closed=True))},
        "a way out: subnet-0 (nat-0, active)",
    ),
    (
        "endpoints-offered",
        CLOSED,
        lambda s: {"offered_services": some(s.offered_services) - {service("airflow.ops")}},
        "us-east-1 does not offer com.amazonaws.us-east-1.airflow.ops",
    ),
    (
        "endpoint-s3",
        OPEN,
        lambda _: {
            "endpoints": (endpoint(service("s3"), "Gateway", route_tables=frozenset({"rtb-1"})),)
        },
        "from subnet-0",
    ),
    (
        "endpoints-there",
        CLOSED,
        lambda s: other_endpoint(s, "sqs", None),
        "sqs has no endpoint",
    ),
    (
        "endpoints-there",
        CLOSED,
        lambda s: other_endpoint(s, "kms", {"state": "pendingacceptance"}),
        "kms is pendingacceptance",
    ),
    (
        "endpoints-there",
        CLOSED,
        lambda s: other_endpoint(s, "logs", {"subnets": frozenset({"subnet-0"})}),
        "logs is not in subnet-1",
    ),
    (
        "endpoints-there",
        CLOSED,
        lambda s: other_endpoint(s, "airflow.env", {"private_dns": False}),
        "airflow.env has no private DNS",
    ),
    (
        "endpoints-open",
        CLOSED,
        lambda s: {
            "endpoint_groups": (
                replace(some(s.endpoint_groups)[0], ingress=(rule("tcp", 80, AIRFLOW),)),
            )
        },
        f"closed to {AIRFLOW}",
    ),
    (
        "endpoints-open",
        CLOSED,
        lambda s: other_endpoint(s, "sqs", {"groups": frozenset({"sg-other"})}),
        "vpce-sqs",
    ),
    (
        "group-itself",
        OPEN,
        lambda s: part(s, "group", ingress=(rule(groups="sg-other"),)),
        "lets nothing in from itself",
    ),
    (
        "group-itself",
        OPEN,
        lambda s: part(s, "group", ingress=(rule("tcp", 443, AIRFLOW),)),
        "lets nothing in from itself",
    ),
    (
        "group-https",
        OPEN,
        lambda s: part(s, "group", egress=(rule("tcp", 80, cidrs="0.0.0.0/0"),)),
        "lets no HTTPS out",
    ),
    ("group-network", OPEN, lambda s: part(s, "group", vpc="vpc-2"), "lies in vpc-2"),
    (
        "role-trust",
        OPEN,
        lambda s: part(s, "role", trust=trust("airflow.amazonaws.com")),
        "not trusted by airflow-env.amazonaws.com",
    ),
    (
        "role-trust",
        OPEN,
        lambda s: part(
            s,
            "role",
            trust=trust(
                "airflow.amazonaws.com", "airflow-env.amazonaws.com", account="210987654321"
            ),
        ),
        "not trusted by airflow-env.amazonaws.com, airflow.amazonaws.com",
    ),
    ("role-permissions", OPEN, lambda s: part(s, "role", policies=()), "airflow:PublishMetrics on"),
    (
        "role-permissions",
        OPEN,
        lambda s: part(s, "role", policies=(*some(s.role).policies, deny("sqs:SendMessage"))),
        "sqs:SendMessage on arn:aws:sqs",
    ),
    (
        "role-permissions",
        OPEN,
        lambda s: part(s, "role", boundary=allow("s3:*", "logs:*", "sqs:*", "kms:*")),
        "may not (within its permissions boundary): airflow:PublishMetrics",
    ),
    ("key-enabled", OPEN, lambda s: part(s, "key", state="PendingDeletion"), "is PendingDeletion"),
    (
        "key-role",
        OPEN,
        lambda s: part(s, "key", policy=without(s, "ReadAndWriteObjectsAndTasks")),
        "refuses mlops-dev-airflow: kms:Decrypt through s3",
    ),
    (
        "key-logs",
        OPEN,
        lambda s: part(s, "key", policy=without(s, "EncryptOurLogs")),
        "refuses logs.us-east-1.amazonaws.com",
    ),
    (
        "key-grant",
        OPEN,
        lambda s: part(s, "key", policy=without(s, "LetDeployersHandItToServices")),
        "does not let arn:aws:iam::123456789012:role/deployer create a grant",
    ),
    (
        "environment-sound",
        OPEN,
        lambda s: part(s, "environment", status="CREATE_FAILED", last_error="INCORRECT_CONFIG"),
        "is CREATE_FAILED: INCORRECT_CONFIG",
    ),
    ("environment-forward", OPEN, lambda s: part(s, "environment", version="3.10.0"), "3.10.0"),
    (
        "environment-same",
        OPEN,
        lambda s: part(s, "environment", subnets=("subnet-8", "subnet-9"), key="other"),
        "other subnets and key",
    ),
    (
        "quota-environments",
        OPEN,
        lambda s: quota(s, "environments", Quota(limit=10, used=10)),
        "10",
    ),
    ("quota-vpcs", OPEN, lambda s: quota(s, "vpcs", Quota(limit=5, used=5)), "5 of 5 in use"),
    ("quota-addresses", OPEN, lambda s: quota(s, "addresses", Quota(limit=5, used=5)), "1 more"),
    ("quota-nat-gateways", OPEN, lambda s: quota(s, "nat-gateways", Quota(limit=0)), "0 of 0"),
    (
        "quota-instances",
        OPEN,
        lambda s: {"instance_quotas": tuple(Quota(limit=0) for _ in some(s.instance_quotas))},
        "for training job usage: 0, needed 1",
    ),
]


def some(part: Any) -> Any:
    """Return a part that is there."""
    assert not isinstance(part, Gap)
    return part


def part(found: Snapshot, name: str, **changes: Any) -> dict[str, Any]:
    return {name: replace(some(getattr(found, name)), **changes)}


def service(name: str) -> str:
    return f"com.amazonaws.us-east-1.{name}"


def other_endpoint(found: Snapshot, name: str, changes: dict[str, Any] | None) -> dict[str, Any]:
    """Return the endpoints with one changed, or without it."""
    changed = [
        replace(one, **changes) if changes and one.service == service(name) else one
        for one in some(found.endpoints)
        if changes or one.service != service(name)
    ]
    return {"endpoints": tuple(changed)}


def quota(found: Snapshot, name: str, value: Quota) -> dict[str, Any]:
    return {"quotas": {**found.quotas, name: value}}


def trust(*services: str, account: str = "123456789012") -> dict[str, Any]:
    return statement(
        Principal={"Service": list(services)},
        Action="sts:AssumeRole",
        Condition={"StringEquals": {"aws:SourceAccount": account}},
    )


def allow(*actions: str) -> dict[str, Any]:
    return statement(Action=list(actions), Resource="*")


def deny(action: str) -> dict[str, Any]:
    return statement(Effect="Deny", Action=action, Resource="*")


def statement(**parts: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **parts}]}


def without(found: Snapshot, sid: str) -> dict[str, Any]:
    """Return the key's policy less one statement, which has to be there."""
    statements = some(found.key).policy["Statement"]
    left = [one for one in statements if one["Sid"] != sid]
    assert len(left) < len(statements)
    return {"Version": "2012-10-17", "Statement": left}
