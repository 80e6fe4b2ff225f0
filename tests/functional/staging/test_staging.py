"""`python -m staging` against S3 and ECR of the twin."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from staging.history import read_commit
from twin.services import ecr, events

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloud import Cloud

    Push = Callable[[dict[str, str]], Path]

PROJECT = Path(__file__).parents[3]
REPOSITORY = "twin-training"
MEDIA_TYPE = "application/vnd.docker.distribution.manifest.v2+json"


class Builds:
    """Runs verbs of staging as a build does: a process with an environment, at a clone's root."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        for name in ("artifacts", "airflow"):
            cloud.client("s3").create_bucket(Bucket=name)
        cloud.client("ecr").create_repository(
            repositoryName=REPOSITORY, imageTagMutability="IMMUTABLE"
        )

    def run(self, verb: str, repository: Path) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],  # noqa: TID251  # git is found there
            "PYTHONPATH": str(PROJECT),
            "AWS_ENDPOINT_URL": self.cloud.url,
            "AWS_DEFAULT_REGION": self.cloud.region,
            "AWS_ACCESS_KEY_ID": "twin",
            "AWS_SECRET_ACCESS_KEY": "twin",
            "ARTIFACT_BUCKET": "artifacts",
            "AIRFLOW_BUCKET": "airflow",
            "IMAGE_REPOSITORY": REPOSITORY,
            "IMAGE_REPOSITORY_URI": f"registry/{REPOSITORY}",
        }
        return subprocess.run(
            [sys.executable, "-P", "-m", "staging", verb],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def must(self, verb: str, repository: Path) -> str:
        done = self.run(verb, repository)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def keys(self, bucket: str) -> list[str]:
        listed = self.cloud.client("s3").list_objects_v2(Bucket=bucket)
        return [item["Key"] for item in listed.get("Contents", [])]

    def read(self, bucket: str, key: str) -> bytes:
        return self.cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()

    def current(self) -> dict[str, Any]:
        return json.loads(self.read("artifacts", "code/current.json"))

    def push_image(self, tag: str, content: str = "layers") -> str:
        config = {"digest": f"sha256:{'0' * 64}", "size": 1, "mediaType": content}
        manifest = json.dumps(
            {"schemaVersion": 2, "mediaType": MEDIA_TYPE, "config": config, "layers": []}
        )
        digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
        self.cloud.client("ecr").put_image(
            repositoryName=REPOSITORY,
            imageManifest=manifest,
            imageManifestMediaType=MEDIA_TYPE,
            imageTag=tag,
            imageDigest=digest,
        )
        return digest

    def tags(self) -> set[str]:
        listed = self.cloud.client("ecr").list_images(repositoryName=REPOSITORY)
        return {item["imageTag"] for item in listed["imageIds"]}


@pytest.fixture
def builds(cloud: Cloud) -> Builds:
    events.install(cloud)
    ecr.install(cloud)
    return Builds(cloud)


def content_tag(repository: Path) -> str:
    return f"content-{read_commit(repository).trees['training_image']}"


def test_a_commit_is_staged_whole(builds: Builds, push: Push) -> None:
    repository = push({})
    commit = read_commit(repository)

    said = builds.must("code", repository)

    assert commit.id[:12] in said
    prefix = f"code/{commit.id}"
    manifest = json.loads(builds.read("artifacts", f"{prefix}/manifest.json"))
    assert manifest == {
        "format": 1,
        "commit": commit.id,
        "number": 2,
        "trees": commit.trees,
        "models": {"wine": f"{prefix}/models/wine.json"},
        "etl": f"{prefix}/etl.zip",
    }
    model = json.loads(builds.read("artifacts", f"{prefix}/models/wine.json"))
    assert model["training"]["instance_type"] == "ml.m5.large"
    etl = zipfile.ZipFile(io.BytesIO(builds.read("artifacts", f"{prefix}/etl.zip")))
    assert etl.namelist() == ["etl/__init__.py", "etl/job.py"]
    dags = zipfile.ZipFile(io.BytesIO(builds.read("airflow", "dags/retrain.zip")))
    assert "retrain.py" in dags.namelist()
    assert "models/wine.yaml" in dags.namelist()


def test_a_broken_model_file_stages_nothing(builds: Builds, push: Push) -> None:
    text = (push({}) / "models/wine.yaml").read_text(encoding="utf-8")
    repository = push({"models/wine.yaml": text.replace("target:", "taget:")})

    done = builds.run("code", repository)

    assert done.returncode == 1
    assert "models/wine.yaml: data.taget" in done.stderr
    assert "did you mean 'target'?" in done.stderr
    assert builds.keys("artifacts") == builds.keys("airflow") == []


def test_a_syntax_error_stages_nothing(builds: Builds, push: Push) -> None:
    repository = push({"etl/job.py": "def broken(:\n"})

    done = builds.run("code", repository)

    assert done.returncode == 1
    assert "etl/job.py, line 1" in done.stderr
    assert builds.keys("artifacts") == builds.keys("airflow") == []


def test_an_older_commit_leaves_newer_dag_files_alone(
    builds: Builds, push: Push, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    subprocess.run(["git", "clone", "-q", push({}), older], check=True)
    builds.must("code", push({"dags/retrain.py": "newer = True\n"}))
    newer_zip = builds.read("airflow", "dags/retrain.zip")

    said = builds.must("code", older)

    assert "a newer commit's are there" in said
    assert builds.read("airflow", "dags/retrain.zip") == newer_zip
    assert f"code/{read_commit(older).id}/manifest.json" in builds.keys("artifacts")


def test_staging_the_same_commit_again_changes_nothing(builds: Builds, push: Push) -> None:
    repository = push({})
    builds.must("code", repository)
    before = {key: builds.read("artifacts", key) for key in builds.keys("artifacts")}
    dags_before = builds.read("airflow", "dags/retrain.zip")

    builds.must("code", repository)

    assert {key: builds.read("artifacts", key) for key in builds.keys("artifacts")} == before
    assert builds.read("airflow", "dags/retrain.zip") == dags_before


def test_a_missing_bucket_is_named(builds: Builds, push: Push) -> None:
    builds.cloud.client("s3").delete_bucket(Bucket="airflow")

    done = builds.run("code", push({}))

    assert done.returncode == 1
    assert "NoSuchBucket" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_image_is_built_only_for_new_content(builds: Builds, push: Push) -> None:
    repository = push({})
    tag = content_tag(repository)

    before = builds.must("image", repository)
    builds.push_image(tag)
    after = builds.must("image", repository)

    assert before.strip() == f"registry/{REPOSITORY}:{tag}"
    assert after == ""


def test_publishing_tags_the_image_and_makes_the_commit_current(builds: Builds, push: Push) -> None:
    repository = push({})
    builds.must("code", repository)
    digest = builds.push_image(content_tag(repository))

    builds.must("publish", repository)

    commit = read_commit(repository)
    assert builds.tags() == {content_tag(repository), commit.id}
    assert builds.current() == {
        "format": 1,
        "commit": commit.id,
        "number": 2,
        "image_digest": digest,
    }


def test_publishing_again_adopts_the_tag(builds: Builds, push: Push) -> None:
    repository = push({})
    builds.must("code", repository)
    builds.push_image(content_tag(repository))
    builds.must("publish", repository)
    current = builds.current()

    builds.must("publish", repository)

    assert builds.current() == current


def test_an_older_commit_does_not_become_current_again(
    builds: Builds, push: Push, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    subprocess.run(["git", "clone", "-q", push({}), older], check=True)
    newer = push({"README.md": "newer"})
    builds.push_image(content_tag(newer))
    for repository in (newer, older):
        builds.must("code", repository)
    builds.must("publish", newer)

    said = builds.must("publish", older)

    assert "not current" in said
    assert builds.current()["commit"] == read_commit(newer).id
    assert read_commit(older).id in builds.tags()


def test_a_commit_tag_on_another_image_is_refused(builds: Builds, push: Push) -> None:
    repository = push({})
    builds.must("code", repository)
    builds.push_image(content_tag(repository))
    builds.push_image(read_commit(repository).id, content="other layers")

    done = builds.run("publish", repository)

    assert done.returncode == 1
    assert "tags never move" in done.stderr
    assert "code/current.json" not in builds.keys("artifacts")


def test_publishing_what_was_not_staged_is_refused(builds: Builds, push: Push) -> None:
    done = builds.run("publish", push({}))

    assert done.returncode == 1
    assert "run the staging build of this commit first" in done.stderr


def test_publishing_without_an_image_is_refused(builds: Builds, push: Push) -> None:
    repository = push({})
    builds.must("code", repository)

    done = builds.run("publish", repository)

    assert done.returncode == 1
    assert "no such tag" in done.stderr
