"""Lets each role do what its policies allow and nothing else, and records all that it does.

Calls of the twin itself and of people carry no role: they pass, and nobody records them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from ops.iam.errors import UnknownInPolicyError
from ops.iam.evaluate import decide
from twin.calls.journal import Recorded
from twin.calls.refusals import denied
from twin.permissions.asked import MISSING, asked_of, asked_when_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ops.iam.evaluate import Asked, Policies
    from twin.calls.call import Call
    from twin.calls.journal import Journal
    from twin.calls.refusals import Refusal
    from twin.permissions.rules import Place

FORBIDDEN: Final = 403


class Account(Protocol):
    """What decides in an account, as it is at the moment."""

    @property
    def place(self) -> Place:
        """Account and region."""
        ...

    def policies(self, role_arn: str, asked: Asked) -> Policies:
        """Return the policies that bear on what a role asks."""
        ...

    def key_of(self, bucket: str) -> str | None:
        """Return the KMS key that encrypts a bucket's objects, if one does."""
        ...

    def implied(self, service: str, parameters: Mapping[str, Any]) -> Mapping[str, str]:
        """Return what a call means and does not name, such as a pull request's repository."""
        ...


class RoleGuard:
    """Judges the calls of roles."""

    def __init__(
        self, account: Account, role_of: Callable[[str], str | None], journal: Journal
    ) -> None:
        self._account = account
        self._role_of = role_of
        self._journal = journal

    def visit(self, call: Call) -> RoleVisit | None:
        """Return a call's way; None where no role made it."""
        role = self._role_of(call.access_key)
        if role is None:
            return None
        place, key_of = self._account.place, self._account.key_of
        meant = {**call.parameters, **self._account.implied(call.service, call.parameters)}
        asked = asked_of(call.service, call.operation, meant, place, key_of)
        visit = RoleVisit(self, call, role, asked)
        visit.refusal = self.judge(visit, asked)
        return visit

    def judge(self, visit: RoleVisit, asked: Sequence[Asked]) -> Refusal | None:
        """Return how a call is refused for the first thing that is not allowed, and record that."""
        for one in asked:
            why = self._why_not(visit.role, one)
            if why:
                self.record(visit, FORBIDDEN, f"{one.action} on {one.resource}: {why}")
                return denied(visit.call, _message(visit.role, one, why))
        return None

    def judge_missing(self, visit: RoleVisit) -> Refusal | None:
        """Return how a call is refused that may not be told that there is nothing."""
        call = visit.call
        place = self._account.place
        asked = asked_when_missing(call.service, call.operation, call.parameters, place)
        if asked:  # nothing was there, so no key was needed
            read = [one for one in visit.asked if not one.action.startswith("kms:")]
            visit.asked = [*read, *asked]
        return self.judge(visit, asked)

    def record(self, visit: RoleVisit, status: int, why: str = "") -> None:
        """Write a call down."""
        call = visit.call
        self._journal.write(
            Recorded(
                role=visit.role,
                service=call.service,
                operation=call.operation,
                asked=visit.asked,
                status=status,
                denied=why,
                parameters=call.parameters,
            )
        )

    def _why_not(self, role: str, asked: Asked) -> str:
        try:
            decision = decide(asked, role, self._account.policies(role, asked))
        except UnknownInPolicyError as error:
            return str(error)
        return "" if decision.allowed else decision.why


@dataclass
class RoleVisit:
    """A role's call on its way."""

    guard: RoleGuard
    call: Call
    role: str
    asked: Sequence[Asked]
    refusal: Refusal | None = field(default=None)

    def answered(self, status: int) -> Refusal | None:
        """Note how it was answered; return a refusal that has to take the answer's place."""
        if status == MISSING:
            refusal = self.guard.judge_missing(self)
            if refusal:
                return refusal
        self.guard.record(self, status)
        return None


def _message(role: str, asked: Asked, why: str) -> str:
    """Return what AWS says, and what the twin knows besides."""
    account, name = role.split(":")[4], role.rsplit("/", 1)[-1]
    return (
        f"User: arn:aws:sts::{account}:assumed-role/{name}/twin is not authorized to perform: "
        f"{asked.action} on resource: {asked.resource} because no policy allows it ({why}; "
        f"do: let the role {name} do it, in its statements below components/)"
    )
