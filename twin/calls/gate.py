"""What every AWS request passes before a service answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.calls.call import UnreadableCallError, read_call
from twin.calls.refusals import unreadable
from twin.calls.strictness import refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cloud import WsgiApplication, WsgiEnvironment


class Gate:
    """A WSGI application in front of another: it reads each request, and refuses what AWS would."""

    def __init__(self, services: WsgiApplication) -> None:
        self._services = services

    def __call__(self, environ: WsgiEnvironment, start_response: Any) -> Iterable[bytes]:
        """Answer a request, or have it answered."""
        try:
            call = read_call(environ)
        except UnreadableCallError as error:
            refusal = unreadable(error.call, str(error))
            return refusal.answer(error.call, start_response)
        if call is None:
            return self._services(environ, start_response)
        refusal = refusal_of(call)
        if refusal:
            return refusal.answer(call, start_response)
        return self._services(environ, start_response)
