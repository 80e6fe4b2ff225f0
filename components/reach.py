"""Who reaches whom in the network: the security groups as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.security_group import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.settings import StackSettings

EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What one kind of resource is reached by, and what it reaches."""

    description: str
    ingress: Mapping[str, Rule] = field(default_factory=dict[str, Rule])
    egress: Mapping[str, Rule] = field(default_factory=dict[str, Rule])


def reaches(settings: StackSettings, s3: pulumi.Input[str]) -> dict[str, Reach]:
    """Return who reaches whom, by the step that a group is for.

    Args:
        settings: Whether there is a way out, and whether the trigger lies in the network.
        s3: The list of S3's addresses, which lie behind the gateway endpoint.
    """
    to_s3 = Rule(why="S3, through the gateway endpoint", prefix_list=s3)
    found = {
        "airflow": _airflow(settings, to_s3),
        "training": _training(to_s3),
        "hosting": Reach(
            description="Endpoints: read model archives from S3, nothing reaches them from here",
            egress={"s3": to_s3},
        ),
    }
    if settings.webserver_access == "private":
        within = Rule(why="Airflow, through its endpoint", cidr=settings.vpc_cidr)
        found["trigger"] = Reach(
            description="The trigger: starts DAG runs, reads S3, nobody reaches it",
            egress={"endpoints": within, "s3": to_s3},
        )
    return found


def _airflow(settings: StackSettings, to_s3: Rule) -> Reach:
    """Return what MWAA requires: its parts reach each other, its database, and AWS."""
    itself = Rule(why="MWAA requires its parts to reach each other", itself=True, port=None)
    within = Rule(
        why="Database and web server of MWAA, and endpoints", cidr=settings.vpc_cidr, port=None
    )
    out = {"aws": Rule(why="AWS services, through the NAT gateway", cidr=EVERYWHERE)}
    return Reach(
        description="The Airflow environment: its parts reach each other, nobody reaches them",
        ingress={"itself": itself},
        egress={"network": within, **(out if settings.egress == "nat" else {"s3": to_s3})},
    )


def _training(to_s3: Rule) -> Reach:
    peers = Rule(why="Instances of one training job reach each other", itself=True, port=None)
    return Reach(
        description="Training jobs: read datasets from S3, write model archives to it",
        ingress={"itself": peers},
        egress={"itself": peers, "s3": to_s3},
    )
