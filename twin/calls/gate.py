"""What every AWS request passes before a service answers it: its form, then its permission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from twin.calls.call import UnreadableCallError, read_call
from twin.calls.refusals import unreadable
from twin.calls.strictness import refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twin.calls.call import Call
    from twin.calls.refusals import Refusal
    from twin.wsgi import WsgiApplication, WsgiEnvironment


class Visit(Protocol):
    """A role's call on its way."""

    @property
    def refusal(self) -> Refusal | None:
        """How the call is refused before it is made; None if it may be made."""
        ...

    def answered(self, status: int) -> Refusal | None:
        """Note how it was answered; return a refusal that has to take the answer's place."""
        ...


class Guard(Protocol):
    """Knows what each role may do."""

    def visit(self, call: Call) -> Visit | None:
        """Return a call's way; None where no role made it."""
        ...


class Gate:
    """A WSGI application in front of another: it reads each request, and refuses what AWS would."""

    def __init__(self, services: WsgiApplication, guard: Callable[[], Guard | None]) -> None:
        self._services = services
        self._guard = guard

    def __call__(self, environ: WsgiEnvironment, start_response: Any) -> Iterable[bytes]:
        """Answer a request, or have it answered."""
        try:
            call = read_call(environ)
        except UnreadableCallError as error:
            return unreadable(error.call, str(error)).answer(error.call, start_response)
        if call is None:
            return self._services(environ, start_response)
        refusal = refusal_of(call)
        if refusal:
            return refusal.answer(call, start_response)
        return self._pass(environ, start_response, call)

    def _pass(self, environ: WsgiEnvironment, start_response: Any, call: Call) -> Iterable[bytes]:
        guard = self._guard()
        visit = guard.visit(call) if guard else None
        if visit is None:
            return self._services(environ, start_response)
        if visit.refusal:
            return visit.refusal.answer(call, start_response)
        started: list[tuple[Any, ...]] = []

        def start(*given: Any) -> None:
            started.append(given)

        answer = self._services(environ, start)
        refusal = visit.answered(int(str(started[0][0]).partition(" ")[0]))
        if refusal:
            return refusal.answer(call, start_response)
        start_response(*started[0])
        return answer
