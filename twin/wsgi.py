"""The forms in which requests come and answers go, as WSGI has them (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

WsgiEnvironment = dict[str, Any]
"""What a server tells of a request; werkzeug makes no other kind of mapping."""

WsgiApplication = Callable[[WsgiEnvironment, Any], Iterable[bytes]]
Route = tuple[Callable[[WsgiEnvironment], bool], WsgiApplication]
"""Which requests an application answers, and the application."""
