"""Airflow's REST API, as a person with a password uses it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import requests

from twin.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Mapping

API: Final = "/api/v2"
TIMEOUT_SECONDS: Final = 10.0
"""MWAA's own limit for one request to Airflow."""

NO_TOKEN: Final = (401, 403)
"""Airflow answers a token that is no longer good with 403; its administrator gets no other."""


class AirflowUnreachableError(TwinError):
    """Airflow did not answer at all."""


@dataclass(frozen=True)
class Answer:
    """What Airflow answered: the status, and the document, a text, or None for no content."""

    status: int
    content: Any

    @property
    def ok(self) -> bool:
        """Tell whether it was a success."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own bounds

    @property
    def document(self) -> dict[str, Any]:
        """The document that was answered; one with the text as `detail` if it was a mere text."""
        content: Any = self.content
        if isinstance(content, dict):
            return cast("dict[str, Any]", content)
        return {} if content is None else {"detail": content}

    def items(self, name: str) -> list[Any]:
        """Return a list of the document; an empty one when Airflow refused to answer."""
        return list(self.document[name]) if self.ok else []


class Rest:
    """Asks one Airflow. Safe to use from many threads; gets itself a token, and a new one."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self._url = url
        self._username = username
        self._password = password
        self._token = ""
        self._lock = threading.Lock()
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy lies on the way to loopback

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Send a request; `path` is what follows `/api/v2`.

        Raises:
            AirflowUnreachableError: nobody answered in time.
        """
        used = self._token or self._renew("")
        answer = self._send(method, API + path, body, query, used)
        if answer.status in NO_TOKEN:
            answer = self._send(method, API + path, body, query, self._renew(used))
        return answer

    def _renew(self, used: str) -> str:
        """Return a token other than the one that was used up."""
        with self._lock:
            if self._token == used:
                asked = {"username": self._username, "password": self._password}
                answer = self._send("POST", "/auth/token", asked, None, "")
                if not answer.ok:
                    raise AirflowUnreachableError(
                        "Airflow gives no token",
                        resource=self._url,
                        found=f"status {answer.status}, {answer.content}",
                    )
                self._token = str(answer.document["access_token"])
            return self._token

    def _send(
        self, method: str, path: str, body: object, query: Mapping[str, Any] | None, token: str
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            response = self._session.request(
                method,
                self._url + path,
                json=body,
                params=query,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
            )
        except requests.RequestException as error:
            raise AirflowUnreachableError(
                "Airflow does not answer",
                resource=f"{method} {self._url}{path}",
                found=str(error),
                do="look at the logs of its components in .twin/last/airflow",
            ) from error
        return Answer(response.status_code, _content(response))


def _content(response: requests.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError:
        return response.text
