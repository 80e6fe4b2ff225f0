"""Clients of the services, made when a task first asks; and what their errors mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_application_autoscaling.client import ApplicationAutoScalingClient
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_ecr.client import ECRClient
    from mypy_boto3_glue.client import GlueClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sagemaker.client import SageMakerClient
    from mypy_boto3_sagemaker_runtime.client import SageMakerRuntimeClient

_ATTEMPTS: Final = 5
"""How often a throttled or dropped request is sent before the task gives up."""

SERVICE_ERRORS: Final = (BotoCoreError, ClientError)
"""No answer, as from a service that hangs or drops the connection; and an answer that refuses."""

_DENIED: Final = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403")
_MISSING: Final = ("could not find", "not found", "does not exist")
_TAKEN: Final = ("already exist", "already in use")


@dataclass(frozen=True)
class Clients:
    """The services that the tasks speak to, in one region."""

    region: str

    @cached_property
    def s3(self) -> S3Client:
        """Raw objects, documents, archives."""
        return self._make("s3")

    @cached_property
    def ecr(self) -> ECRClient:
        """The training image."""
        return self._make("ecr")

    @cached_property
    def glue(self) -> GlueClient:
        """The ETL's job runs."""
        return self._make("glue")

    @cached_property
    def sagemaker(self) -> SageMakerClient:
        """Jobs, registry, models, endpoints."""
        return self._make("sagemaker")

    @cached_property
    def runtime(self) -> SageMakerRuntimeClient:
        """Requests to endpoints."""
        return self._make("sagemaker-runtime")

    @cached_property
    def autoscaling(self) -> ApplicationAutoScalingClient:
        """How many instances an endpoint has."""
        return self._make("application-autoscaling")

    @cached_property
    def cloudwatch(self) -> CloudWatchClient:
        """Alarms on endpoints."""
        return self._make("cloudwatch")

    def _make(self, service: str) -> Any:  # noqa: ANN401  # boto3 makes the class by that name
        import boto3
        from botocore.config import Config

        retries = Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS})
        session: Any = boto3.session.Session(region_name=self.region)
        return session.client(service, config=retries)


def is_denied(error: ClientError) -> bool:
    """Return whether a role lacks a permission."""
    return _code(error) in _DENIED


def is_missing(error: ClientError) -> bool:
    """Return whether SageMaker says that there is no such thing; it has no code of its own."""
    return _says(error, _MISSING)


def is_taken(error: ClientError) -> bool:
    """Return whether SageMaker says that the name is in use."""
    return _code(error) == "ResourceInUse" or _says(error, _TAKEN)


def message(error: BotoCoreError | ClientError) -> str:
    """Return what the service said, or why it said nothing."""
    if isinstance(error, BotoCoreError):
        return str(error)
    return error.response.get("Error", {}).get("Message", str(error))


def _says(error: ClientError, phrases: tuple[str, ...]) -> bool:
    text = message(error).lower()
    return any(phrase in text for phrase in phrases)


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")
