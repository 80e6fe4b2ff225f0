"""Programs of a few lines: how each goes wrong, and how values arrive."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.provisioned_account import read, serve
from twin.errors import TwinError
from twin.provision import provision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin.cloud import Cloud

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """Return what writes a program and gives its folder."""

    def write(source: str, config: str = "") -> Path:
        root = tmp_path / "program"
        root.mkdir()
        (root / "Pulumi.yaml").write_text("name: mlops\nruntime: python\n")
        (root / "Pulumi.twin.yaml").write_text(f"config:\n  aws:region: us-east-1\n{config}")
        (root / "__main__.py").write_text(source)
        return root

    return write


@pytest.fixture
def own_account(tmp_path: Path) -> Iterator[Cloud]:
    """Serve an account of a test's own, after the one that the module shares."""
    cloud, _ = serve(tmp_path / "twin")
    yield cloud
    cloud.stop()


def test_a_refused_resource_ends_the_program_with_its_cause(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program(
        "from pulumi_aws import s3\n"
        "data = s3.Bucket('data', bucket='ab')\n"
        "s3.BucketVersioning('versions', bucket=data.bucket,"
        " versioning_configuration={'status': 'Enabled'})\n"
    )

    with pytest.raises(TwinError) as caught:
        provision(own_account, root=root)

    assert caught.value.resource == "aws:s3/bucket:Bucket data"
    assert "InvalidBucketName" in caught.value.cause
    assert caught.value.found == "bucket = 'ab'"


def test_after_a_failure_nothing_more_is_created(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program(
        "import pulumi\n"
        "from pulumi_aws import s3\n"
        "first = s3.Bucket('first', bucket='ab')\n"
        "after = pulumi.ResourceOptions(depends_on=[first])\n"
        "s3.Bucket('data', bucket='data-after', opts=after)\n"
    )

    with pytest.raises(TwinError, match="aws:s3/bucket:Bucket first"):
        provision(own_account, root=root)

    assert own_account.client("s3").list_buckets()["Buckets"] == []


def test_a_program_that_breaks_is_located(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program("import pulumi\n\nraise ValueError('no such luck')\n")

    with pytest.raises(TwinError, match="no such luck") as caught:
        provision(own_account, root=root)

    assert caught.value.resource == "__main__.py:3"


def test_archives_and_assets_arrive_as_bytes(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program(
        "import pulumi\n"
        "from pulumi_aws import s3\n"
        "bucket = s3.Bucket('b', bucket='b-assets')\n"
        "def put(key, source):\n"
        "    s3.BucketObjectv2(key, bucket=bucket.bucket, key=key, source=source)\n"
        "put('text', pulumi.StringAsset('hello'))\n"
        "put('file', pulumi.FileAsset('Pulumi.yaml'))\n"
        "put('folder', pulumi.FileArchive('folder'))\n"
        "inner = pulumi.AssetArchive({'a.py': pulumi.StringAsset('x = 1')})\n"
        "put('zip', pulumi.AssetArchive({'pkg': inner, 'b': pulumi.StringAsset('y')}))\n"
    )
    (root / "folder" / "deep").mkdir(parents=True)
    (root / "folder" / "deep" / "file.txt").write_bytes(b"deep")

    provision(own_account, root=root)

    def get(key: str) -> bytes:
        return read(own_account.client, "b-assets", key)

    assert get("text") == b"hello"
    assert get("file").startswith(b"name: mlops")
    with zipfile.ZipFile(io.BytesIO(get("folder"))) as folder:
        assert folder.read("deep/file.txt") == b"deep"
    with zipfile.ZipFile(io.BytesIO(get("zip"))) as packed:
        assert packed.namelist() == ["b", "pkg/a.py"]


def test_an_asset_that_is_not_there_is_named(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program(
        "import pulumi\n"
        "from pulumi_aws import s3\n"
        "s3.BucketObjectv2('o', bucket='b', key='k', source=pulumi.FileAsset('gone.txt'))\n"
    )

    with pytest.raises(TwinError) as caught:
        provision(own_account, root=root)

    assert caught.value.resource == "aws:s3/bucketObjectv2:BucketObjectv2 o"
    assert caught.value.found.endswith("gone.txt")


def test_secrets_reach_the_service_as_values(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program(
        "import pulumi\n"
        "from pulumi_aws import ssm\n"
        "secret = pulumi.Output.secret('s3cret')\n"
        "kept = ssm.Parameter('p', name='/p', type='String', value=secret)\n"
        "pulumi.export('version', kept.version)\n"
    )

    provisioned = provision(own_account, root=root)

    answer = own_account.client("ssm").get_parameter(Name="/p")
    assert answer["Parameter"]["Value"] == "s3cret"
    assert provisioned.outputs["version"] == 1


def test_a_setting_of_the_wrong_type_is_said_in_the_settings_own_words(
    own_account: Cloud, tmp_path: Path
) -> None:
    root = tmp_path / "copy"
    root.mkdir()
    for name in ("__main__.py", "Pulumi.yaml"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    twin = (ROOT / "Pulumi.twin.yaml").read_text()
    (root / "Pulumi.twin.yaml").write_text(f"{twin}  mlops:etlWorkers: many\n")

    with pytest.raises(TwinError) as caught:
        provision(own_account, root=root)

    message = str(caught.value)
    assert message.startswith("The settings of stack 'twin' cannot be deployed:")
    assert "etlWorkers" in message
    assert "many" in message


def test_a_stack_with_its_repository_elsewhere_is_provisioned(own_account: Cloud) -> None:
    values = {"mlops:source": "connection", "mlops:sourceRepository": "team/models"}

    provisioned = provision(own_account, root=ROOT, values=values)

    arn = provisioned.outputs["connection_arn"]
    found = own_account.client("codeconnections").get_connection(ConnectionArn=arn)["Connection"]
    pipeline = own_account.client("codepipeline").get_pipeline(name="mlops-twin")["pipeline"]
    assert found["ConnectionStatus"] == "PENDING"
    assert pipeline["triggers"][0]["gitConfiguration"]["sourceActionName"] == "Source"
