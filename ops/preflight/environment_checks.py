"""Checks of Airflow's version and size, of an environment that is there, and of quotas. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.preflight.check import Check, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.preflight.snapshot import Environment, Key, Quota, Subnet
    from ops.preflight.wanted import Wanted

VERSIONS = ("3.0.6", "3.2.1")
"""Airflow 3 as MWAA is known to offer it, 2026-11: no call lists them."""

CLASSES = tuple(
    f"mw1.{size}" for size in ("micro", "small", "medium", "large", "xlarge", "2xlarge")
)
BROKEN = ("CREATE_FAILED", "UNAVAILABLE", "UPDATE_FAILED")
QUOTA_CONSOLE = "ask for more: Service Quotas in the console, usually granted within a day"


def version_is_offered(wanted: Wanted) -> Fault | None:
    """A version that MWAA does not offer is refused when the environment is created."""
    if wanted.airflow_version in VERSIONS:
        return None
    return Fault(
        found=wanted.airflow_version,
        expected=f"one of {', '.join(VERSIONS)}, as far as this program knows",
        do="see MWAA's guide, Apache Airflow versions; correct mlops:airflowVersion",
        doubtful=True,
    )


def class_is_offered(wanted: Wanted) -> Fault | None:
    """So is a size that there is not."""
    if wanted.airflow_class in CLASSES:
        return None
    return Fault(
        found=wanted.airflow_class,
        expected=f"one of {', '.join(CLASSES)}",
        do="correct mlops:airflowClass",
    )


def is_sound(wanted: Wanted, environment: Environment) -> Fault | None:
    """An environment whose creation failed has to be deleted before it can be made again."""
    if environment.status not in BROKEN and not environment.last_error:
        return None
    cause = environment.last_error or "no cause given"
    return Fault(
        found=f"{wanted.environment} is {environment.status}: {cause}",
        expected="AVAILABLE, or on its way",
        do="mend what fails here; after CREATE_FAILED pulumi up replaces it, else it tries again",
    )


def moves_forward(wanted: Wanted, environment: Environment) -> Fault | None:
    """MWAA upgrades an environment, and never takes it back."""
    if _numbers(environment.version) <= _numbers(wanted.airflow_version):
        return None
    return Fault(
        found=f"it runs {environment.version}, wanted is {wanted.airflow_version}",
        expected="the same version or a newer one",
        do="set mlops:airflowVersion to at least what runs",
    )


def stays_where_it_is(
    wanted: Wanted, environment: Environment, subnets: tuple[Subnet, ...], key: Key
) -> Fault | None:
    """Subnets and key of an environment can never be changed: others mean an hour without one."""
    moved = [
        what
        for what, same in (
            ("subnets", set(environment.subnets) == {subnet.id for subnet in subnets}),
            ("key", environment.key == key.arn),
        )
        if not same
    ]
    if not moved:
        return None
    return Fault(
        found=f"{wanted.environment} has other {' and '.join(moved)} than the stack",
        expected="the same, unless it shall be replaced",
        do="pulumi preview; keep mlops:vpcCidr, or plan an hour without Airflow",
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def quota_check(name: str, what: str, needed: Callable[[Wanted], int], setting: str = "") -> Check:
    """Return the check that an account still has room for what the stack needs of something."""

    def has_room(wanted: Wanted, quota: Quota) -> Fault | None:
        lacking = max(needed(wanted) - quota.ours, 0)
        if quota.used + lacking <= quota.limit:
            return None
        return Fault(
            found=f"{quota.used} of {quota.limit:g} in use, {lacking} more needed",
            expected=f"room for {lacking} more",
            do=f"{setting}{QUOTA_CONSOLE}",
        )

    return Check(
        name=f"quota-{name}",
        says=f"the account has room for {what}",
        parts=(f"quota:{name}",),
        judge=has_room,
        applies=lambda wanted: needed(wanted) > 0,
    )


def instances_fit(wanted: Wanted, quotas: tuple[Quota, ...]) -> Fault | None:
    """New accounts often have a quota of none for an instance type, and a job says so late."""
    short = [
        f"{one.quota}: {quota.limit:g}, needed {one.count}"
        for one, quota in zip(wanted.instances, quotas, strict=True)
        if quota.limit < one.count
    ]
    if not short:
        return None
    return Fault(
        found="; ".join(short),
        expected="room for all models of the repository at once",
        do=f"choose other instance types in the model files, or {QUOTA_CONSOLE}",
    )


CHECKS = (
    Check(
        name="airflow-version",
        says="MWAA offers this version of Airflow",
        parts=(),
        judge=version_is_offered,
    ),
    Check(
        name="airflow-class",
        says="MWAA offers this size of environment",
        parts=(),
        judge=class_is_offered,
    ),
    Check(
        name="environment-sound",
        says="the environment works, or is on its way",
        parts=("environment",),
        judge=is_sound,
    ),
    Check(
        name="environment-forward",
        says="Airflow's version does not go back",
        parts=("environment",),
        judge=moves_forward,
    ),
    Check(
        name="environment-same",
        says="the environment keeps its subnets and its key",
        parts=("environment", "subnets", "key"),
        judge=stays_where_it_is,
    ),
    quota_check("environments", "the Airflow environment", lambda _: 1),
    quota_check("vpcs", "the network", lambda _: 1),
    quota_check(
        "addresses",
        "the NAT gateways' addresses",
        lambda wanted: wanted.nat_gateways,
        "set mlops:natPerZone to false, or ",
    ),
    quota_check(
        "nat-gateways", "a NAT gateway in a zone", lambda wanted: min(wanted.nat_gateways, 1)
    ),
    Check(
        name="quota-instances",
        says="SageMaker has room for the models' instances",
        parts=("instance_quotas",),
        judge=instances_fit,
        applies=lambda wanted: bool(wanted.instances),
    ),
)
