"""The preflight asks a real moto, in which the program has made its stack, or has not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from ops.preflight.check import Status
from ops.preflight.command import main, preflight
from tests.fake_airflow import FakeAirflow
from tests.provisioned_account import serve
from twin.provision import provision
from twin.services import mwaa, offers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.aws import ClientOf
    from twin.cloud import Cloud

ROOT = Path(__file__).resolve().parents[3]
CLOSED = {"mlops:egress": "endpoints", "mlops:webserverAccess": "private"}


def account(folder: Path) -> Cloud:
    """Return an account in which nothing is made yet."""
    cloud, _ = serve(folder, without_airflow=True)
    mwaa.install(cloud, FakeAirflow(cloud.workspace))
    offers.install(cloud)
    return cloud


def statuses(cloud: Cloud, values: Mapping[str, str] | None = None) -> dict[str, Status]:
    _, results = preflight(ROOT, "twin", cloud.client, values=values)
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

    assert {name for name, status in found.items() if status is not Status.HOLDS} == set()
    assert {"role-permissions", "environment-same", "quota-instances"} < set(found)


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
    _, results = preflight(ROOT, "twin", own.client)

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
    listening = Listening(cloud.client, asked)

    preflight(ROOT, "twin", listening, values=values)

    assert asked
    assert [name for name in asked if not name.startswith(("Describe", "Get", "List"))] == []


class Listening:
    """Clients that note every operation that they are asked for."""

    def __init__(self, inner: ClientOf, asked: list[str]) -> None:
        self._inner = inner
        self._asked = asked

    def __call__(self, service: str) -> Any:
        client = self._inner(service)
        client.meta.events.register("before-call", self._note, unique_id="listening")
        return client

    def _note(self, model: Any, **_: Any) -> None:
        self._asked.append(model.name)


def command(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run the command as a shell does; return exit code, output and errors."""
    keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
    with CliRunner().isolation(env={**keys, **environment}) as (printed, said, _):
        code = main(list(arguments))
        return code, printed.getvalue().decode(), said.getvalue().decode()


def test_the_command_prints_json_and_ends_honestly(own: Cloud) -> None:
    code, printed, _ = command("--stack", "twin", "--json", AWS_ENDPOINT_URL=own.url)
    strict, _, _ = command("--stack", "twin", "--json", "--strict", AWS_ENDPOINT_URL=own.url)

    assert (code, strict) == (0, 1)
    first: dict[str, Any] = json.loads(printed)["results"][0]
    assert {"check", "status", "found", "expected", "do", "says"} == set(first)


def test_a_fault_ends_with_one(own: Cloud) -> None:
    made = provision(own, root=ROOT)
    own.client("s3").put_bucket_versioning(
        Bucket=made.outputs["airflow_bucket"], VersioningConfiguration={"Status": "Suspended"}
    )

    code, printed, _ = command("--stack", "twin", AWS_ENDPOINT_URL=own.url)

    assert code == 1
    assert "bucket-versions failed" in printed


def test_an_address_where_nobody_answers_is_one_clear_message() -> None:
    code, _, said = command("--stack", "twin", AWS_ENDPOINT_URL="http://127.0.0.1:9")

    assert code == 2
    assert said.startswith("preflight: nobody answers there")
    assert "http://127.0.0.1:9" in said
    assert "Traceback" not in said


def test_without_credentials_it_says_so(tmp_path: Path) -> None:
    nothing = str(tmp_path / "nothing")

    code, _, said = command(
        "--stack",
        "dev",
        AWS_ACCESS_KEY_ID="",
        AWS_SECRET_ACCESS_KEY="",
        AWS_EC2_METADATA_DISABLED="true",
        AWS_SHARED_CREDENTIALS_FILE=nothing,
        AWS_CONFIG_FILE=nothing,
    )

    assert code == 2
    assert said.startswith("preflight: AWS does not know who you are")


def test_a_stack_without_a_file_is_named_with_those_that_there_are() -> None:
    code, _, said = command("--stack", "nowhere")

    assert code == 2
    assert "STACK=nowhere" in said
    assert "dev, prod, twin" in said
