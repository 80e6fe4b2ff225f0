"""The preflight asks a real moto, in which the program has made its stack, or has not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ops.preflight.__main__ import clients_of, main, preflight
from ops.preflight.check import Status
from ops.preflight.errors import PreflightError
from tests.fake_airflow import FakeAirflow
from tests.provisioned_account import serve
from twin.provision import provision
from twin.services import mwaa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ops.preflight.reading import Clients
    from twin.cloud import Cloud

ROOT = Path(__file__).resolve().parents[3]
CLOSED = {"mlops:egress": "endpoints", "mlops:webserverAccess": "private"}
MOTO_DOES_NOT_TELL = {
    "endpoints-offered",
    "quota-addresses",
    "quota-environments",
    "quota-instances",
}
"""Of quotas moto knows those of networks alone, and it lists no endpoint services."""


def account(folder: Path) -> Cloud:
    """Return an account in which nothing is made yet."""
    cloud, _ = serve(folder, without_airflow=True)
    mwaa.install(cloud, FakeAirflow(cloud.workspace))
    return cloud


def clients(cloud: Cloud) -> Clients:
    """Return clients as the command makes them, at this account."""
    keys = dict.fromkeys(("aws_access_key_id", "aws_secret_access_key"), "any")
    session: Any = boto3.session.Session(region_name="us-east-1", **keys)
    return clients_of(session, cloud.url)


def statuses(cloud: Cloud, values: Mapping[str, str] | None = None) -> dict[str, Status]:
    _, results = preflight(ROOT, "twin", clients(cloud), values=values)
    return {result.check: result.status for result in results}


@pytest.fixture(scope="module", params=[None, CLOSED], ids=["nat", "endpoints"])
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Cloud, dict[str, str] | None]]:
    """Provision the program once for each way out; the tests of it only look."""
    cloud = account(tmp_path_factory.mktemp("twin"))
    provision(cloud, root=ROOT, values=request.param)
    yield cloud, request.param
    cloud.stop()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Cloud]:
    """Serve an account of a test's own."""
    cloud = account(tmp_path / "twin")
    yield cloud
    cloud.stop()


def test_what_the_program_made_passes(stack: tuple[Cloud, dict[str, str] | None]) -> None:
    cloud, values = stack

    found = statuses(cloud, values)

    assert {name for name, status in found.items() if status is not Status.HOLDS} <= (
        MOTO_DOES_NOT_TELL
    )
    assert found["role-permissions"] is Status.HOLDS
    assert found["environment-same"] is Status.HOLDS


def test_before_anything_is_made_nothing_fails(own: Cloud) -> None:
    found = statuses(own)

    assert Status.FAILED not in found.values()
    assert found["bucket-versions"] is Status.MISSING
    assert found["subnets-two"] is Status.MISSING
    assert found["role-trust"] is Status.MISSING


def test_what_is_broken_behind_its_back_is_found(own: Cloud) -> None:
    made = provision(own, root=ROOT)
    ids = {resource.name: resource.id for resource in made.resources}
    ec2, s3, iam = (own.client(service) for service in ("ec2", "s3", "iam"))

    s3.put_bucket_versioning(
        Bucket=made.outputs["airflow_bucket"], VersioningConfiguration={"Status": "Suspended"}
    )
    s3.delete_public_access_block(Bucket=made.outputs["airflow_bucket"])
    ec2.delete_route(RouteTableId=ids["network-private-1-table"], DestinationCidrBlock="0.0.0.0/0")
    ec2.revoke_security_group_ingress(
        GroupId=ids["network-airflow"],
        SecurityGroupRuleIds=[ids["network-airflow-from-itself"]],
    )
    iam.delete_role_policy(RoleName="mlops-twin-airflow", PolicyName="airflow")
    own.client("kms").disable_key(KeyId=ids["keys-data"])
    _, results = preflight(ROOT, "twin", clients(own))

    failed = {result.check: result for result in results if result.status is Status.FAILED}
    assert set(failed) == {
        "bucket-versions",
        "bucket-private",
        "nat-route",
        "group-itself",
        "role-permissions",
        "key-enabled",
    }
    assert ids["network-private-1"] in failed["nat-route"].found


def test_it_reads_and_changes_nothing(stack: tuple[Cloud, dict[str, str] | None]) -> None:
    cloud, values = stack
    asked: list[str] = []
    listening = Listening(clients(cloud), asked)

    preflight(ROOT, "twin", listening, values=values)

    assert asked
    assert [name for name in asked if not name.startswith(("Describe", "Get", "List"))] == []


class Listening:
    """Clients that note every operation that they are asked for."""

    def __init__(self, inner: Clients, asked: list[str]) -> None:
        self._inner = inner
        self._asked = asked

    def __call__(self, service: str) -> Any:
        client = self._inner(service)
        client.meta.events.register("before-call", self._note, unique_id="listening")
        return client

    def _note(self, model: Any, **_: Any) -> None:
        self._asked.append(model.name)


def test_the_command_prints_json_and_ends_honestly(
    own: Cloud, environment: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    environment(AWS_ENDPOINT_URL=own.url)

    code, strict = main(["twin", "--json"]), main(["twin", "--json", "--strict"])

    printed = capsys.readouterr().out
    first: dict[str, Any] = json.JSONDecoder().raw_decode(printed)[0]["results"][0]
    assert (code, strict) == (0, 1)
    assert {"check", "status", "found", "expected", "do", "says"} == set(first)


def test_an_address_where_nobody_answers_is_one_clear_message(
    environment: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    environment(AWS_ENDPOINT_URL="http://127.0.0.1:9")

    code = main(["twin"])

    said = capsys.readouterr().err
    assert code == 2
    assert said.startswith("preflight: AWS does not answer: Could not connect")
    assert "http://127.0.0.1:9" in said
    assert "Traceback" not in said


def test_without_credentials_it_says_so() -> None:
    session: Any = boto3.session.Session(region_name="us-east-1")
    session._session.get_component("credential_provider").providers = []

    with pytest.raises(PreflightError, match="Unable to locate credentials"):
        preflight(ROOT, "twin", clients_of(session, "http://127.0.0.1:9"))


def test_a_stack_without_a_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["nowhere"])

    assert code == 2
    assert "Pulumi.nowhere.yaml" in capsys.readouterr().err


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what sets the environment as a person's shell would."""

    def set_all(**values: str) -> None:
        keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
        for name, value in {**keys, **values}.items():
            monkeypatch.setenv(name, value)

    return set_all
