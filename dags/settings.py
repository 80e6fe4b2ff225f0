"""What the DAGs know of their stack: `settings/stack.json` in the DAGs folder, written by Pulumi.

A file costs no API call for each parse and no environment update for each change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dags.document import Document
from dags.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT: Final = 1

_BUCKET: Final = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_ROLE: Final = r"arn:aws[a-z-]*:iam::\d{12}:role/.+"
_INSTANCE_TYPE: Final = r"ml\.[a-z0-9-]+\.[a-z0-9]+"
_NETWORK_ID: Final = "[-0-9a-zA-Z]{1,32}"


@dataclass(frozen=True, kw_only=True)
class Network:
    """Where SageMaker puts the network interfaces of a job or a model."""

    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StackSettings:
    """Names and ARNs of the resources that the steps use, and how to wait for them."""

    region: str
    account_id: str
    name_prefix: str
    data_bucket: str
    artifact_bucket: str
    glue_job: str
    image_repository: str
    """Address of the ECR repository of the training image, without tag or digest."""

    training_role_arn: str
    hosting_role_arn: str
    kms_key_arn: str
    """Encrypts what training jobs write, and the volumes that they and endpoints work on."""

    training_network: Network
    """Where training jobs lie: S3 is all that they reach."""

    hosting_network: Network
    """Where models lie while they are served."""

    deferrable: bool
    """Whether the triggerer waits for services instead of a worker."""

    poll_seconds: float
    """How long to wait between two questions to a service."""

    training_instance_type: str | None
    """Overrides the model file's."""

    endpoint_instance_type: str | None
    """Overrides the model file's."""

    endpoint_alarms: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )
    """Alarms on the endpoint of each model that `pulumi up` knew of."""

    @property
    def repository_name(self) -> str:
        """The repository's name within its registry."""
        return self.image_repository.split("/", 1)[1]


def load_settings(file: Path) -> StackSettings:
    """Read and check the settings.

    Keys that this code doesn't know are left alone: `pulumi up` and push don't happen at once.

    Raises:
        SettingsError: the file is missing, cut off, or says something impossible.
    """
    try:
        content: object = json.loads(file.read_bytes())
    except OSError as error:
        raise SettingsError(str(file), [f"can't be read ({error.strerror or error})"]) from error
    except ValueError as error:
        raise SettingsError(str(file), [f"is no complete JSON document ({error})"]) from error
    document = Document(content)
    settings = _read(document)
    if document.problems:
        raise SettingsError(str(file), document.problems)
    return settings


def _read(document: Document) -> StackSettings:
    document.format(FORMAT)
    region = document.text("region", r"[a-z]{2}(-[a-z]+)+-\d")
    account = document.text("account_id", r"\d{12}")
    return StackSettings(
        region=region,
        account_id=account,
        name_prefix=document.text("name_prefix", "[a-z]([a-z0-9-]{0,14}[a-z0-9])?"),
        data_bucket=document.text("data_bucket", _BUCKET),
        artifact_bucket=document.text("artifact_bucket", _BUCKET),
        glue_job=document.text("glue_job"),
        image_repository=document.text(
            "image_repository", rf"{account}\.dkr\.ecr\.{region}\.[a-z.]+/[a-z0-9._/-]+"
        ),
        training_role_arn=document.text("training_role_arn", _ROLE),
        hosting_role_arn=document.text("hosting_role_arn", _ROLE),
        kms_key_arn=document.text("kms_key_arn", r"arn:aws[a-z-]*:kms:.+"),
        training_network=_network(document.section("training_network")),
        hosting_network=_network(document.section("hosting_network")),
        deferrable=document.flag("deferrable"),
        poll_seconds=document.number("poll_seconds", above=0),
        training_instance_type=document.optional_text("training_instance_type", _INSTANCE_TYPE),
        endpoint_instance_type=document.optional_text("endpoint_instance_type", _INSTANCE_TYPE),
        endpoint_alarms=_alarms(document),
    )


def _alarms(document: Document) -> dict[str, tuple[str, ...]]:
    """Return each model's alarms; none where `pulumi up` was before there were any."""
    if not document.has("endpoint_alarms"):
        return {}
    models = document.section("endpoint_alarms")
    return {model: models.texts(model) for model in models.fields}


def _network(document: Document) -> Network:
    return Network(
        subnet_ids=document.texts("subnet_ids", _NETWORK_ID),
        security_group_ids=document.texts("security_group_ids", _NETWORK_ID),
    )
