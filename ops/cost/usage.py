"""How much a stack is used in a month: what its settings say, and what is assumed beside. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEFAULTS: Final = {
    "usageRetrainings": "60",
    "usageEtlMinutes": "3",
    "usageTrainingMinutes": "5",
    "usageStoredGb": "10",
    "reconcileMinutes": "15",
}
"""What is taken for a version of the project that does not have the setting."""

MINUTES_OF_A_MONTH: Final = 730 * 60


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How much a stack is used in a month.

    The first five are settings of the stack. The others are assumed: too small to be a setting
    each, and said all the same.
    """

    retrainings: float
    etl_minutes: float
    training_minutes: float
    stored_gb: float
    reconcile_minutes: float

    staging_minutes: float = 1.0
    image_minutes: float = 3.0
    comparison_minutes: float = 3.0
    nat_gb: float = 10.0
    endpoint_gb: float = 1.0
    airflow_logs_gb: float = 1.0
    other_logs_gb: float = 0.05
    flow_logs_gb: float = 1.0
    airflow_storage_gb: float = 1.0
    images_gb: float = 3.0
    key_requests: float = 100_000
    bucket_writes: float = 50_000
    bucket_reads: float = 500_000
    function_seconds: float = 3.0

    @property
    def calls(self) -> float:
        """Calls of the trigger's function: two events a retraining, and the looks for lost ones."""
        return 2 * self.retrainings + MINUTES_OF_A_MONTH / self.reconcile_minutes

    @property
    def build_minutes(self) -> float:
        """Minutes of the pipeline's actions for one push: its source, then its builds."""
        return 1.0 + self.staging_minutes + self.image_minutes

    def assumptions(self) -> Iterator[str]:
        """Yield what the estimate rests on, as sentences."""
        yield (
            f"{self.retrainings:g} retrainings in all (`usageRetrainings`), each with a push: "
            f"{self.etl_minutes:g} minutes of ETL (`usageEtlMinutes`) and "
            f"{self.training_minutes:g} of training (`usageTrainingMinutes`); a comparison with "
            "the model in service, where a model file asks for one, takes "
            f"{self.comparison_minutes:g}"
        )
        yield f"{self.stored_gb:g} GB in all buckets together (`usageStoredGb`)"
        yield (
            f"a push is staged in {self.staging_minutes:g} minute and its image made in "
            f"{self.image_minutes:g}; {self.images_gb:g} GB of images are kept"
        )
        yield (
            f"{self.nat_gb:g} GB through all NAT gateways together, {self.endpoint_gb:g} GB "
            "through each interface endpoint"
        )
        yield (
            f"{self.airflow_logs_gb:g} GB of Airflow's logs, {self.flow_logs_gb:g} GB of flow "
            f"logs, {self.other_logs_gb:g} GB in each other log group; "
            f"{self.airflow_storage_gb:g} GB in Airflow's database"
        )
        yield (
            f"{self.key_requests:,.0f} requests to all keys together, {self.bucket_writes:,.0f} "
            f"writes to and {self.bucket_reads:,.0f} reads from all buckets"
        )
        yield (
            "Airflow, an ETL that scales and endpoints keep to their least number of workers and "
            "instances"
        )
        yield "no free tier, discount or tax is counted"


def read_usage(settings: Mapping[str, str]) -> Usage:
    """Return the usage that a stack's settings state; a version without them gets the defaults."""
    known = {**DEFAULTS, **settings}
    return Usage(
        retrainings=float(known["usageRetrainings"]),
        etl_minutes=float(known["usageEtlMinutes"]),
        training_minutes=float(known["usageTrainingMinutes"]),
        stored_gb=float(known["usageStoredGb"]),
        reconcile_minutes=float(known["reconcileMinutes"]),
    )
