"""What a check is, and what came of one. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ops.iam.errors import UnknownInPolicyError
from ops.preflight.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ops.preflight.snapshot import Snapshot
    from ops.preflight.wanted import Wanted


class Status(StrEnum):
    """What came of a check."""

    HOLDS = "ok"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    """Nobody outside of AWS knows for sure."""

    MISSING = "not yet"
    """What it is about is not there yet; `pulumi up` makes it."""

    UNREADABLE = "unread"
    """Whoever asks may not look."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How something does not hold, and what to do."""

    found: str
    expected: str
    do: str
    doubtful: bool = False


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of one check."""

    check: str
    says: str
    status: Status
    found: str = ""
    expected: str = ""
    do: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it as programs read it."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that MWAA needs.

    Attributes:
        name: What a person calls it by.
        says: What holds, as a sentence.
        parts: The parts of the snapshot that it looks at.
        judge: Gets what is wanted and these parts; returns how it does not hold, or nothing.
        applies: Whether a stack needs it at all.
    """

    name: str
    says: str
    parts: tuple[str, ...]
    judge: Callable[..., Fault | None]
    applies: Callable[[Wanted], bool] = lambda _: True


def run(checks: Sequence[Check], wanted: Wanted, snapshot: Snapshot) -> list[Result]:
    """Return what came of each check that the stack needs."""
    begun = not isinstance(snapshot.environment, Gap)
    return [_run(check, wanted, snapshot, begun=begun) for check in checks if check.applies(wanted)]


def _run(check: Check, wanted: Wanted, snapshot: Snapshot, *, begun: bool) -> Result:
    parts = [_part(snapshot, name) for name in check.parts]
    gap = next((part for part in parts if isinstance(part, Gap)), None)
    if gap is not None:
        return _unknown(check, gap, begun=begun)
    try:
        fault = check.judge(wanted, *parts)
    except UnknownInPolicyError as error:
        fault = _unjudged(error)
    if fault is None:
        return Result(check=check.name, says=check.says, status=Status.HOLDS)
    return Result(
        check=check.name,
        says=check.says,
        status=Status.DOUBTFUL if fault.doubtful else Status.FAILED,
        found=fault.found,
        expected=fault.expected,
        do=fault.do,
    )


def _unjudged(error: UnknownInPolicyError) -> Fault:
    return Fault(
        found=f"{error.kind} {error.found!r} in a policy, which this program cannot judge",
        expected=f"one of {error.known}",
        do="look at it in the console's policy simulator",
        doubtful=True,
    )


def _part(snapshot: Snapshot, name: str) -> Any:  # noqa: ANN401 - each check knows its parts' types
    kind, _, key = name.partition(":")
    if kind == "quota":
        return snapshot.quotas.get(key, Gap(f"there is no quota {key!r}", unreadable=True))
    return getattr(snapshot, kind)


def _unknown(check: Check, gap: Gap, *, begun: bool) -> Result:
    """Return the result for a part that is not there; next to a running Airflow it has to be."""
    if gap.unreadable:
        status, do = Status.UNREADABLE, "let whoever runs this read it, or look in the console"
    else:
        status = Status.FAILED if begun else Status.MISSING
        do = "pulumi up, which makes it" if not begun else "pulumi refresh, then pulumi up"
    return Result(
        check=check.name,
        says=check.says,
        status=status,
        found=gap.reason,
        expected=check.says,
        do=do,
    )
