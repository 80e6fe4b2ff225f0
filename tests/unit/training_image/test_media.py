"""Media types of requests and answers."""

import pytest

from training_image.errors import RequestError
from training_image.media import CSV, JSON, JSON_LINES, answer_type, request_type


@pytest.mark.parametrize(
    ("header", "media"),
    [
        ("text/csv", (CSV, "")),
        ("Text/CSV; charset=UTF-8", (CSV, "")),
        ('text/csv;header=absent;charset="utf-8"', (CSV, "absent")),
        ("text/csv; header=present", (CSV, "present")),
        ("application/json", (JSON, "")),
        ("application/jsonlines", (JSON_LINES, "")),
        ("application/x-ndjson", (JSON_LINES, "")),
    ],
)
def test_parameters_of_a_type_are_understood(header: str, media: tuple[str, str]) -> None:
    assert request_type(header) == media


@pytest.mark.parametrize(
    "header",
    ["", "text/plain", "text", ";;", "text/csv; charset=latin-1", "text/csv; header=maybe"],
)
def test_other_types_are_unsupported(header: str) -> None:
    with pytest.raises(RequestError) as caught:
        request_type(header)

    assert caught.value.status == 415


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        ("", CSV),
        ("*/*", CSV),
        ("text/*", CSV),
        ("application/*", JSON),
        ("application/json", JSON),
        ("text/html, application/json;q=0.5, */*;q=0.1", JSON),
        ("application/json;q=0.2, text/csv", CSV),
        ("application/json;q=0, */*", CSV),
        ("application/jsonlines, text/csv;q=0.9", JSON_LINES),
        ("application/x-ndjson", JSON_LINES),
        ("text/csv;q=0, */*", JSON),
        ("text/csv;q=1.5, application/json;q=0.1", JSON),
    ],
)
def test_the_client_gets_what_it_likes_best(accept: str, answer: str) -> None:
    assert answer_type(accept, CSV) == answer


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "*/*;q=none", ","])
def test_a_client_that_accepts_nothing_here_is_told(accept: str) -> None:
    with pytest.raises(RequestError) as caught:
        answer_type(accept, CSV)

    assert caught.value.status == 406
