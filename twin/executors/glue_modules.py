"""The Python modules that a Glue job run installs before its script starts.

Nothing is installed: the project's environment has what the stack names. But a wheel that the
job's role cannot read, or that Glue's Python would refuse, ends the run here as it would there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from twin.executors.containers import Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODULES: Final = "--additional-python-modules"
INSTALLER: Final = "--python-modules-installer-option"

GLIBC: Final = (2, 34)
"""Of Amazon Linux 2023, which Glue 5.1 runs on, with Python 3.11."""

_WHEEL: Final = re.compile(
    r"[\w.]+-[\w.!+]+(?:-\d\w*)?-(?P<python>[\w.]+)-(?P<abi>[\w.]+)-(?P<platform>[\w.]+)\.whl"
)
_MANYLINUX: Final = re.compile(r"manylinux_(\d+)_(\d+)_x86_64")
_OLDER_LINUX: Final = frozenset(
    f"{name}_x86_64" for name in ("linux", "manylinux1", "manylinux2010", "manylinux2014")
)


def refused_modules(s3: Any, arguments: Mapping[str, str]) -> str | None:
    """Return why a run's modules cannot be installed, in pip's words or Glue's; None if they can.

    Args:
        s3: A client that acts as the job's role.
        arguments: The run's.
    """
    for module in _modules(arguments):
        if not module.startswith("s3://"):
            if "--no-index" in arguments.get(INSTALLER, ""):
                return f"ERROR: Could not find a version that satisfies the requirement {module}"
            continue
        place = Location.parse(module)
        try:
            s3.head_object(Bucket=place.bucket, Key=place.key)
        except ClientError as error:
            return (
                f"LAUNCH ERROR | Error downloading from S3 for bucket: {place.bucket}, "
                f"key: {place.key}. {error}"
            )
        name = place.key.rpartition("/")[2]
        if name.endswith(".whl") and not fits(name):
            return f"ERROR: {name} is not a supported wheel on this platform."
    return None


def fits(name: str) -> bool:
    """Tell whether Glue 5.1 can install the wheel of such a name."""
    found = _WHEEL.fullmatch(name)
    return bool(
        found
        and {"cp311", "py3", "py311"} & set(found["python"].split("."))
        and {"cp311", "abi3", "none"} & set(found["abi"].split("."))
        and any(_runs(platform) for platform in found["platform"].split("."))
    )


def _runs(platform: str) -> bool:
    found = _MANYLINUX.fullmatch(platform)
    if found:
        return (int(found[1]), int(found[2])) <= GLIBC
    return platform == "any" or platform in _OLDER_LINUX


def _modules(arguments: Mapping[str, str]) -> Iterator[str]:
    for module in arguments.get(MODULES, "").split(","):
        if module.strip():
            yield module.strip()
