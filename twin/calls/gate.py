"""What every AWS request passes before a service answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.calls.call import UnreadableCallError, read_call
from twin.calls.journal import Journal, Recorded
from twin.calls.refusals import unreadable
from twin.calls.strictness import refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twin.calls.call import Call
    from twin.cloud import WsgiApplication, WsgiEnvironment

    RoleOf = Callable[[str], str | None]


class Gate:
    """A WSGI application in front of another: it reads each request, and refuses what AWS would.

    Calls of roles are recorded with their answers' status; those of the twin itself and of people
    are nobody's permissions.
    """

    def __init__(self, services: WsgiApplication, role_of: RoleOf, journal: Journal) -> None:
        self._services = services
        self._role_of = role_of
        self._journal = journal

    def __call__(self, environ: WsgiEnvironment, start_response: Any) -> Iterable[bytes]:
        """Answer a request, or have it answered."""
        try:
            call = read_call(environ)
        except UnreadableCallError as error:
            return unreadable(error.call, str(error)).answer(error.call, start_response)
        if call is None:
            return self._services(environ, start_response)
        role = self._role_of(call.access_key)
        answering = self._recording(call, role, start_response) if role else start_response
        refusal = refusal_of(call)
        if refusal:
            return refusal.answer(call, answering)
        return self._services(environ, answering)

    def _recording(self, call: Call, role: str, start_response: Any) -> Any:
        def start(status: str, *rest: Any) -> Any:
            number = int(status.partition(" ")[0])
            self._journal.write(
                Recorded(role, call.service, call.operation, call.parameters, number)
            )
            return start_response(status, *rest)

        return start
