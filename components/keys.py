"""The stack's own keys: one for data, one for logs, one for messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.key_policies import data_key_policy, logs_key_policy, messages_key_policy

if TYPE_CHECKING:
    from components.naming import Names

DELETION_DAYS = 30
"""KMS's most: what a key encrypted is lost with it, and nobody notices at once."""


@dataclass(frozen=True, kw_only=True)
class KeysArgs:
    """What the keys need to know.

    Attributes:
        protect: Whether Pulumi refuses to delete them.
    """

    names: Names
    protect: bool


class Keys(pulumi.ComponentResource):
    """Three customer-managed keys, which rotate by themselves once a year.

    They are three so that who reads logs or messages needs no key that opens data, and the other
    way round. What a statement means is said in `key_policies.py`.
    """

    data_arn: pulumi.Output[str]
    logs_arn: pulumi.Output[str]
    messages_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: KeysArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:keys:Keys", name, None, opts)
        names = args.names
        self.data_arn = self._key(
            f"{name}-data", "data", data_key_policy(names), args, _once_in_storage()
        )
        self.logs_arn = self._key(f"{name}-logs", "logs", logs_key_policy(names), args)
        self.messages_arn = self._key(
            f"{name}-messages", "messages", messages_key_policy(names), args
        )
        self.register_outputs(
            {
                "data_arn": self.data_arn,
                "logs_arn": self.logs_arn,
                "messages_arn": self.messages_arn,
            }
        )

    def _key(
        self,
        name: str,
        purpose: str,
        policy: dict[str, Any],
        args: KeysArgs,
        *aliases: pulumi.Alias,
    ) -> pulumi.Output[str]:
        key = aws.kms.Key(
            name,
            description=f"Encrypts the {purpose} of {args.names.prefix}",
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_DAYS,
            policy=pulumi.Output.json_dumps(policy),
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, aliases=list(aliases)),
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=args.names.key_alias(purpose),
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return key.arn


def _once_in_storage() -> pulumi.Alias:
    """Return what the data key was called when it was the only one, a part of the storage.

    A stack of that time keeps its key: a new one could not read what the old one encrypted.
    """
    return pulumi.Alias(
        name="storage-key", parent=pulumi.create_urn("storage", "mlops:storage:Storage")
    )
