"""All checks, in the order in which a person would mend what they find."""

from __future__ import annotations

from ops.preflight import (
    bucket_checks,
    endpoint_checks,
    environment_checks,
    network_checks,
    role_checks,
)

CHECKS = (
    *bucket_checks.CHECKS,
    *network_checks.CHECKS,
    *endpoint_checks.CHECKS,
    *role_checks.CHECKS,
    *environment_checks.CHECKS,
)
