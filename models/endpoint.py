"""What serves a model: instances, how their number follows the load, and how a new model arrives.

The optional sections have no defaults of their own: without `scaling` the number of instances is
fixed, without `deployment` SageMaker moves all traffic at once, without `data_capture` nothing is
kept of the requests.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from models.fields import Fields

Section = TypeVar("Section")

ALL_AT_ONCE: Final = "all-at-once"
STRATEGIES: Final = (ALL_AT_ONCE, "canary", "linear")
STEP_PERCENT: Final = {"canary": 10, "linear": 25}
"""How much of the traffic moves first, or with each step, where the file does not say."""

MOST_PERCENT: Final = 50
LEAST_PERCENT: Final = {"canary": 1, "linear": 10}
MOST_MINUTES: Final = 60
"""SageMaker's most for a step, and for the old fleet to linger."""

MOST_DEPLOYMENT_MINUTES: Final = 6 * 60
"""All waits of a deployment together; SageMaker gives one up after eight hours."""

INSTANCE_TYPE: Final = re.compile(r"ml\.[a-z]+\d[a-z0-9-]*\.(\d*xlarge|large|medium|small|metal)")
"""Family with its generation, then a size: as SageMaker's are, and those to come probably."""

_BURSTABLE: Final = re.compile(r"ml\.t\d.*")


@dataclass(frozen=True)
class Scaling:
    """How the number of instances follows the load."""

    min_instances: int
    max_instances: int
    invocations_per_minute: int
    """Requests a minute that one instance is meant to answer."""

    scale_in_seconds: int
    """How long to wait after instances were taken away, before more are."""

    scale_out_seconds: int
    """How long to wait after instances were added, before more are."""

    def to_json(self) -> dict[str, Any]:
        """The section, normalised."""
        return dict(vars(self))


@dataclass(frozen=True)
class Deployment:
    """How traffic moves from one model to the next."""

    strategy: str
    step_percent: int
    """Share of the traffic that moves first (canary) or with each step (linear); else 100."""

    bake_minutes: int
    """How long alarms are watched after each step."""

    termination_wait_minutes: int
    """How long the old instances stay after the last step."""

    rollback: bool
    """Whether an alarm on the endpoint takes the deployment back."""

    @property
    def steps(self) -> int:
        """How often traffic moves."""
        if self.strategy == "canary":
            return 2
        return -(-100 // self.step_percent)

    @property
    def minutes(self) -> int:
        """How long all its waits take together."""
        return self.steps * self.bake_minutes + self.termination_wait_minutes

    def to_json(self) -> dict[str, Any]:
        """The section, normalised."""
        known = dict(vars(self))
        if self.strategy == ALL_AT_ONCE:
            del known["step_percent"]
        return known


@dataclass(frozen=True)
class DataCapture:
    """What is kept of requests and answers."""

    percentage: int

    def to_json(self) -> dict[str, Any]:
        """The section, normalised."""
        return dict(vars(self))


@dataclass(frozen=True)
class Endpoint:
    """What serves the model."""

    instance_type: str
    instance_count: int
    """With `scaling`, how many there are at first."""

    scaling: Scaling | None = None
    deployment: Deployment | None = None
    data_capture: DataCapture | None = None

    def to_json(self) -> dict[str, Any]:
        """The section, normalised: an optional one that is not there is left out."""
        optional = {
            "scaling": self.scaling,
            "deployment": self.deployment,
            "data_capture": self.data_capture,
        }
        return {
            "instance_type": self.instance_type,
            "instance_count": self.instance_count,
            **{name: section.to_json() for name, section in optional.items() if section},
        }


def read_endpoint(fields: Fields) -> Endpoint:
    """Read the section; with rules across its parts."""
    scaling = _optional(fields, "scaling", _scaling)
    endpoint = Endpoint(
        instance_type=read_instance_type(fields),
        instance_count=fields.whole(
            "instance_count", 1, 100, default=scaling.min_instances if scaling else 1
        ),
        scaling=scaling,
        deployment=_optional(fields, "deployment", _deployment),
        data_capture=_optional(fields, "data_capture", _data_capture),
    )
    if fields.sound:
        _check_scaling(fields, endpoint)
        _check_deployment(fields, endpoint)
    fields.close()
    return endpoint


def read_instance_type(fields: Fields) -> str:
    """Read a section's instance type."""
    return fields.text(
        "instance_type",
        lambda text: INSTANCE_TYPE.fullmatch(text) is not None,
        "a SageMaker instance type such as ml.m5.large",
        default="ml.m5.large",
    )


def _optional(fields: Fields, name: str, read: Callable[[Fields], Section]) -> Section | None:
    return None if fields.optional(name) is None else read(fields.section(name))


def _scaling(fields: Fields) -> Scaling:
    least = fields.whole("min_instances", 1, 100, default=1)
    scaling = Scaling(
        min_instances=least,
        max_instances=fields.whole("max_instances", 1, 100),
        invocations_per_minute=fields.whole("invocations_per_minute", 1, 10_000_000),
        scale_in_seconds=fields.whole("scale_in_seconds", 0, 3600, default=300),
        scale_out_seconds=fields.whole("scale_out_seconds", 0, 3600, default=60),
    )
    if fields.sound and scaling.max_instances < least:
        fields.reject(
            "max_instances", scaling.max_instances, f"at least min_instances, which is {least}"
        )
    fields.close()
    return scaling


def _deployment(fields: Fields) -> Deployment:
    strategy = fields.choice("strategy", STRATEGIES, default=ALL_AT_ONCE)
    deployment = Deployment(
        strategy=strategy,
        step_percent=_step_percent(fields, strategy),
        bake_minutes=fields.whole("bake_minutes", 0, MOST_MINUTES, default=5),
        termination_wait_minutes=fields.whole(
            "termination_wait_minutes", 0, MOST_MINUTES, default=0
        ),
        rollback=fields.flag("rollback", default=True),
    )
    if fields.sound and deployment.minutes > MOST_DEPLOYMENT_MINUTES:
        fields.reject(
            "bake_minutes",
            deployment.bake_minutes,
            f"a deployment of at most {MOST_DEPLOYMENT_MINUTES} minutes; "
            f"{deployment.steps} steps make {deployment.minutes}",
        )
    fields.close()
    return deployment


def _step_percent(fields: Fields, strategy: str) -> int:
    if strategy != ALL_AT_ONCE:
        least, usual = LEAST_PERCENT[strategy], STEP_PERCENT[strategy]
        return fields.whole("step_percent", least, MOST_PERCENT, default=usual)
    given = fields.optional("step_percent")
    if given is not None:
        fields.reject("step_percent", given, "nothing, as all traffic moves at once")
    return 100


def _data_capture(fields: Fields) -> DataCapture:
    capture = DataCapture(percentage=fields.whole("percentage", 1, 100))
    fields.close()
    return capture


def _check_scaling(fields: Fields, endpoint: Endpoint) -> None:
    scaling = endpoint.scaling
    if scaling is None:
        return
    if not scaling.min_instances <= endpoint.instance_count <= scaling.max_instances:
        fields.reject(
            "instance_count",
            endpoint.instance_count,
            f"from scaling.min_instances to scaling.max_instances: "
            f"{scaling.min_instances} to {scaling.max_instances}",
        )
    if _BURSTABLE.fullmatch(endpoint.instance_type):
        fields.reject(
            "instance_type",
            endpoint.instance_type,
            "one that is not burstable, as SageMaker does not scale those",
        )


def _check_deployment(fields: Fields, endpoint: Endpoint) -> None:
    deployment = endpoint.deployment
    if deployment is None or deployment.strategy == ALL_AT_ONCE:
        return
    least = endpoint.scaling.min_instances if endpoint.scaling else endpoint.instance_count
    if least < 2:  # noqa: PLR2004 - the number stands in the message
        field = "scaling.min_instances" if endpoint.scaling else "instance_count"
        fields.reject(
            field, least, f"at least 2, as a {deployment.strategy} deployment splits the instances"
        )
