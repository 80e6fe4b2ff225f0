"""Asking live endpoints over plain HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import requests

from twin.errors import TwinError

if TYPE_CHECKING:
    from twin.commands.question import Question
    from twin.hold import Running

PATIENCE_SECONDS = 60.0
"""SageMaker's own limit for an answer."""

NOT_FOUND = 404


def endpoint_url(running: Running, model: str) -> str:
    """Return where a model's endpoint answers, as long as it has one."""
    return f"{running.url}/endpoints/{running.outputs['name_prefix']}-{model}/invocations"


def ask(url: str, question: Question, accept: str) -> str:
    """Post rows, return the answer in the media type that is accepted.

    Raises:
        TwinError: the endpoint refused, with its own words, or nothing answered.
    """
    headers = {"Content-Type": question.media, "Accept": accept}
    try:
        answer = requests.post(url, data=question.body, headers=headers, timeout=PATIENCE_SECONDS)
    except requests.RequestException as error:
        raise _silent(url, error) from error
    if answer.ok:
        return answer.content.decode()
    found = _message(answer.text)
    raise _missing(url, found) if answer.status_code == NOT_FOUND else _refused(url, found)


def predictions_in(answer: str) -> list[Any]:
    """Return the predictions of an answer in JSON, one a row."""
    predictions: list[Any] = json.loads(answer)["predictions"]
    return predictions


def _silent(url: str, error: requests.RequestException) -> TwinError:
    return TwinError(
        "nothing answered",
        step="invoke",
        resource=url,
        found=str(error),
        expected=f"an answer within {PATIENCE_SECONDS:.0f} s",
        do="`make status` says whether the twin is still up, `make logs STEP=endpoint` what the "
        "container said; start the twin with `make up` if it is gone",
    )


def _missing(url: str, found: str) -> TwinError:
    return TwinError(
        "there is no such endpoint",
        step="invoke",
        resource=url,
        found=found,
        do="`make status` says which models are deployed; a model is, when a push or a raw file "
        "of it ended so",
    )


def _refused(url: str, found: str) -> TwinError:
    return TwinError(
        "the endpoint refused the rows",
        step="invoke",
        resource=url,
        found=found,
        do="correct the rows: they have the model file's columns less the target, and CSV has "
        "commas between them whatever the raw file has; `make logs STEP=endpoint` shows what the "
        "container said",
    )


def _message(text: str) -> str:
    try:
        found: Any = json.loads(text)
    except ValueError:
        return text.strip()
    return str(found.get("OriginalMessage") or found.get("message") or found.get("Message") or text)
