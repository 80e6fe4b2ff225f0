"""Whatever our code asks of AWS is something that the service takes, and nothing is forgotten.

The code is read for the operations that it names. Each has to be sent here, by the function that
names it, to a fake which holds the request to botocore's model: names, types, required members,
enums, patterns, lengths. The twin's own verbs ask the twin, which refuses the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ParamValidationError

from tests.client_calls import ROOT, Named, named, names_in
from tests.fake_aws import FakeAws
from tests.sent_by_commands import COMMANDS
from tests.sent_by_units import UNITS

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = {**UNITS, **COMMANDS}
SILENT = {"components", "models", "policy", "training_image"}
"""Folders whose code asks nothing of AWS."""


def sent(folder: str, scratch: Path) -> set[Named]:
    """Return which operations were sent on the folder's occasions, with each function under way."""
    found: set[Named] = set()
    for occasion in FOLDERS[folder]:
        aws = FakeAws()
        occasion(aws, scratch)
        assert aws.requests, occasion
        found |= {
            Named(file.removeprefix(f"{ROOT}/"), function, request.operation)
            for request in aws.requests
            for file, function in request.callers
        }
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_operation_that_the_code_names_is_sent_and_taken(folder: str, tmp_path: Path) -> None:
    wanted = named(folder)

    missing = wanted - sent(folder, tmp_path)

    assert wanted
    assert sorted(missing) == [], "let an occasion of tests/sent_by_*.py send it"


@pytest.mark.parametrize("folder", sorted(SILENT))
def test_no_other_folder_asks_anything(folder: str) -> None:
    assert named(folder) == frozenset()


def test_every_folder_that_ships_or_operates_is_looked_at() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages - {"tests", "benchmarks", "twin"} == set(FOLDERS) | SILENT


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "blamed"),
    [
        ("s3", "get_object", {"Bucket": "b"}, "Key"),
        ("s3", "get_object", {"Bucket": "b", "Key": "k", "Version": "1"}, "Version"),
        ("sagemaker", "describe_endpoint", {"EndpointName": "a_b"}, "endpointName"),
        ("sagemaker", "list_training_jobs", {"StatusEquals": "Ready"}, "enum value set"),
        ("mwaa", "invoke_rest_api", {"Name": "n", "Path": "/", "Method": "LOOK"}, "method"),
    ],
)
def test_a_request_that_a_service_refuses_is_found(
    service: str, operation: str, parameters: dict[str, Any], blamed: str
) -> None:
    with pytest.raises(ParamValidationError, match=blamed):
        getattr(FakeAws()(service), operation)(**parameters)


def test_an_operation_is_named_wherever_it_stands() -> None:
    source = """
class It:
    def call(self):
        self.client.get_thing(Name="x")
    def hand_over(self):
        return lambda: create(self.client.put_thing)
    def ask_for_pages(self):
        return pages("list_things")
"""

    found = set(names_in(source))

    assert found >= {
        ("call", "get_thing"),
        ("hand_over", "put_thing"),
        ("ask_for_pages", "list_things"),
    }


def test_what_an_imported_module_offers_is_no_operation() -> None:
    source = "import re\n\ndef found(client):\n    return re.search('a', client.describe())\n"

    assert ("found", "search") not in names_in(source)
    assert ("found", "describe") in names_in(source)
