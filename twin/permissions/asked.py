"""Everything that a call asks of IAM.

An operation that stands in no table is asked under its own name on `UNKNOWN`: no policy that names
its resources allows that, so it cannot be forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ops.iam.evaluate import Asked
from twin.permissions import s3, sagemaker, services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.permissions.rules import Parameters, Place, Rule
    from twin.permissions.s3 import KeyOf

TABLES: Final[Mapping[str, Mapping[str, Rule]]] = {
    **services.RULES,
    "sagemaker": sagemaker.RULES,
    "sagemaker-runtime": sagemaker.RUNTIME_RULES,
}
PREFIXES: Final = {"mwaa": "airflow", "sagemaker-runtime": "sagemaker"}
"""Services that IAM calls otherwise than boto3."""

UNKNOWN: Final = "a resource that the twin does not know (teach it in twin/permissions/)"
MISSING: Final = 404


def asked_of(
    service: str, operation: str, parameters: Parameters, place: Place, key_of: KeyOf
) -> list[Asked]:
    """Return what has to be allowed before a service carries an operation out.

    Args:
        service: As boto3 names it.
        operation: Such as `GetObject`.
        parameters: What the client sent.
        place: Account and region.
        key_of: Returns the KMS key that encrypts a bucket's objects, if one does.
    """
    if (service, operation) in services.FREE:
        return []
    if service == "s3" and operation in s3.KNOWN:
        found = list(s3.asked(operation, parameters, place, key_of))
    else:
        rule = TABLES.get(service, {}).get(operation)
        named = services.more_parameters(parameters)
        found = list(rule.asked(named, place)) if rule else [_unknown(service, operation)]
    return [_with_what_all_have(one, place) for one in found]


def asked_when_missing(
    service: str, operation: str, parameters: Parameters, place: Place
) -> list[Asked]:
    """Return what has to be allowed besides where the answer is that nothing is there."""
    if service != "s3":
        return []
    found = s3.asked_when_missing(operation, parameters, place)
    return [_with_what_all_have(one, place) for one in found]


def _unknown(service: str, operation: str) -> Asked:
    return Asked(f"{PREFIXES.get(service, service)}:{operation}", UNKNOWN)


def _with_what_all_have(one: Asked, place: Place) -> Asked:
    context = {
        "aws:SecureTransport": "true",  # the loopback address plays the part of TLS
        "aws:PrincipalAccount": place.account,
        "aws:ResourceAccount": place.account,
        "aws:RequestedRegion": place.region,
        **one.context,
    }
    return Asked(one.action, one.resource, context)
