"""The twin's `docker`, started as builds start it."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from twin.errors import TwinError
from twin.images import ImageStore
from twin.services import ecr
from twin.settings import system_path
from twin.toolbox import write_programs

if TYPE_CHECKING:
    from pathlib import Path

    from twin.cloud import Cloud

DOCKERFILE = """
FROM python:3.12
ENV GREETING=hello
WORKDIR /opt/program
COPY . package/
RUN python -m compileall -q /opt/program
ENTRYPOINT ["python", "-m", "package"]
"""
PROGRAM = "import os, sys\nprint(os.environ['GREETING'], *sys.argv[1:])\n"
LOGIN = "docker login --username AWS --password-stdin"


@dataclass(frozen=True)
class Docker:
    """A build's shell with the stand-in on its PATH, and an ECR repository."""

    cloud: Cloud
    uri: str
    context: Path
    variables: dict[str, str]

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=self.context.parent,
            env={**self.variables, "URI": self.uri, "REGISTRY": self.uri.partition("/")[0]},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def succeed(self, script: str) -> str:
        ended = self.run(script)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def fail(self, script: str) -> str:
        ended = self.run(script)
        assert ended.returncode != 0, ended.stdout
        return ended.stderr

    def login(self) -> None:
        password = f"{self.cloud.account}-auth-token"
        self.succeed(f"echo {password} | {LOGIN} $REGISTRY")

    def build(self, tag: str = "a") -> str:
        """Build and return the digest."""
        said = self.succeed(f"docker build --provenance=false -t $URI:{tag} context")
        return said.strip().rpartition("built ")[2]

    def pushed(self) -> dict[str, str]:
        """Return the digests in ECR by tag."""
        listed = self.cloud.client("ecr").list_images(repositoryName="training")["imageIds"]
        return {image.get("imageTag", ""): image["imageDigest"] for image in listed}


@pytest.fixture
def docker(cloud: Cloud, tmp_path: Path) -> Docker:
    ecr.install(cloud)
    write_programs(cloud.workspace)
    context = tmp_path / "context"
    context.mkdir()
    (context / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    (context / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    role = cloud.client("iam").create_role(RoleName="build", AssumeRolePolicyDocument="{}")
    made = cloud.client("ecr").create_repository(
        repositoryName="training", imageTagMutability="IMMUTABLE"
    )["repository"]
    variables = {
        **cloud.role_environment(role["Role"]["Arn"]),
        "PATH": f"{cloud.workspace.bin}:{system_path()}",
        "DOCKER_CONFIG": str(tmp_path / "docker-config"),
    }
    return Docker(cloud, str(made["repositoryUri"]), context, variables)


def start(docker: Docker, digest: str, *arguments: str) -> str:
    image = ImageStore(docker.cloud.workspace).find(digest)
    ended = subprocess.run(
        image.command(*arguments),
        cwd=image.cwd,
        env=image.environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return ended.stdout.strip()


def test_a_pushed_image_is_in_ecr_and_can_be_started(docker: Docker) -> None:
    docker.login()
    digest = docker.build()

    docker.succeed("docker push $URI:a")

    assert docker.pushed() == {"a": digest}
    assert start(docker, digest, "train") == "hello train"


STAGES = """
FROM python:3.12 AS first
WORKDIR /made
COPY __main__.py given.py ./
RUN python -m pip install --target /opt/packages -r given.py
FROM python:3.12
WORKDIR /opt/program
COPY --from=first /opt/packages /opt/packages
COPY --from=first /made/__main__.py package/
ENTRYPOINT ["python", "-m", "package"]
"""


def test_of_an_earlier_stage_comes_what_is_copied(docker: Docker) -> None:
    (docker.context / "Dockerfile").write_text(STAGES, encoding="utf-8")
    (docker.context / "given.py").write_text("# no requirements\n", encoding="utf-8")
    (docker.context / "__main__.py").write_text("print('from a stage')\n", encoding="utf-8")
    docker.login()
    digest = docker.build()

    docker.succeed("docker push $URI:a")

    assert start(docker, digest) == "from a stage"
    root = ImageStore(docker.cloud.workspace).find(digest).root
    files = sorted(file.relative_to(root).as_posix() for file in root.rglob("*.py"))
    assert files == ["opt/program/package/__main__.py"]


def test_a_stage_that_lacks_what_is_copied_fails_the_build(docker: Docker) -> None:
    text = "FROM a AS b\nFROM a\nCOPY --from=b /none /x\n"
    (docker.context / "Dockerfile").write_text(text, encoding="utf-8")

    said = docker.fail("docker build -t $URI:a context")

    assert "COPY finds no /none in the stage" in said


def test_the_same_content_gives_the_same_digest(docker: Docker) -> None:
    first = docker.build()
    (docker.context / "__main__.py").touch()

    assert docker.build("b") == first


@pytest.mark.parametrize("change", ["content", "mode", "name", "configuration"])
def test_other_content_gives_another_digest(docker: Docker, change: str) -> None:
    first = docker.build()
    program = docker.context / "__main__.py"
    match change:
        case "content":
            program.write_text(f"{PROGRAM}\n", encoding="utf-8")
        case "mode":
            program.chmod(0o755)
        case "name":
            (docker.context / "other.py").write_text("", encoding="utf-8")
        case _:
            text = DOCKERFILE.replace("hello", "bye")
            (docker.context / "Dockerfile").write_text(text, encoding="utf-8")

    assert docker.build("b") != first


def test_what_dockerignore_names_is_not_in_the_image(docker: Docker) -> None:
    ignored = "# comment\n**/*.log\nDockerfile\n.dockerignore\n!keep.log\n"
    (docker.context / ".dockerignore").write_text(ignored, encoding="utf-8")
    (docker.context / "sub").mkdir()
    (docker.context / "sub" / "a.log").write_text("", encoding="utf-8")
    (docker.context / "keep.log").write_text("", encoding="utf-8")
    docker.login()
    digest = docker.build()
    docker.succeed("docker push $URI:a")

    package = ImageStore(docker.cloud.workspace).find(digest).cwd / "package"
    found = {path.name for path in package.rglob("*") if path.parent.name != "__pycache__"}
    assert found == {"__main__.py", "__pycache__", "keep.log"}


def test_a_file_that_is_no_python_fails_the_build_with_its_line(docker: Docker) -> None:
    (docker.context / "broken.py").write_text("def x(:\n", encoding="utf-8")

    said = docker.fail("docker build --provenance=false -t $URI:a context")

    assert "broken.py" in said
    assert "SyntaxError" in said


def test_a_copy_of_what_is_not_there_fails_the_build(docker: Docker) -> None:
    (docker.context / "Dockerfile").write_text("FROM a\nCOPY none.txt /\n", encoding="utf-8")

    assert "COPY finds no none.txt" in docker.fail("docker build -t $URI:a context")


def test_a_push_without_a_login_is_refused(docker: Docker) -> None:
    docker.build()

    assert "no basic auth credentials" in docker.fail("docker push $URI:a")
    assert docker.pushed() == {}


def test_a_push_with_another_password_is_refused(docker: Docker) -> None:
    docker.build()
    docker.succeed(f"echo guess | {LOGIN} $REGISTRY")

    assert "denied" in docker.fail("docker push $URI:a")
    assert docker.pushed() == {}


def test_a_login_without_a_password_is_refused(docker: Docker) -> None:
    assert "password of 0 characters" in docker.fail(f"{LOGIN} $REGISTRY < /dev/null")


def test_an_immutable_tag_is_not_pushed_over(docker: Docker) -> None:
    docker.login()
    first = docker.build()
    docker.succeed("docker push $URI:a")
    (docker.context / "other.py").write_text("", encoding="utf-8")
    docker.build()

    said = docker.fail("docker push $URI:a")

    assert "ImageTagAlreadyExistsException" in said
    assert docker.pushed() == {"a": first}


def test_a_tag_names_the_same_image(docker: Docker) -> None:
    docker.login()
    digest = docker.build()

    docker.succeed("docker tag $URI:a $URI:b && docker push $URI:b")

    assert docker.pushed() == {"b": digest}


def test_a_build_that_keeps_provenance_pushes_an_index(docker: Docker) -> None:
    docker.login()

    docker.succeed("docker build -t $URI:a context && docker push $URI:a")

    answer = docker.cloud.client("ecr").batch_get_image(
        repositoryName="training", imageIds=[{"imageTag": "a"}]
    )
    (image,) = answer["images"]
    assert image["imageManifestMediaType"] == "application/vnd.oci.image.index.v1+json"


def test_a_manifest_has_dockers_media_types(docker: Docker) -> None:
    docker.build()

    (found,) = json.loads(docker.succeed("docker inspect $URI:a"))

    assert found["mediaType"] == "application/vnd.docker.distribution.manifest.v2+json"
    assert found["config"]["mediaType"] == "application/vnd.docker.container.image.v1+json"


@pytest.mark.parametrize("command", ["docker run x", "docker build --squash context", "docker"])
def test_what_it_does_not_play_it_says(docker: Docker, command: str) -> None:
    said = docker.fail(command)

    assert "the local twin's docker" in said


def test_it_never_pushes_anywhere_else(docker: Docker) -> None:
    docker.login()
    docker.build()

    said = docker.fail("AWS_ENDPOINT_URL=https://ecr.example.invalid docker push $URI:a")

    assert "the local twin alone" in said


def test_an_image_that_nobody_pushed_cannot_be_started(docker: Docker) -> None:
    digest = docker.build()

    with pytest.raises(TwinError, match="not here"):
        ImageStore(docker.cloud.workspace).find(digest)


def test_two_builds_of_one_content_at_once_both_succeed(docker: Docker) -> None:
    docker.login()
    ended: list[Any] = []

    def build(tag: str) -> None:
        script = f"docker build --provenance=false -t $URI:{tag} context && docker push $URI:{tag}"
        ended.append(docker.run(script))

    threads = [threading.Thread(target=build, args=(f"t{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [one.returncode for one in ended] == [0, 0, 0], [one.stderr for one in ended]
    assert len(set(docker.pushed().values())) == 1


def test_an_environment_that_was_left_half_made_is_made_again(docker: Docker) -> None:
    docker.login()
    docker.build()
    (environment,) = (path for path in _environments(docker) if path.is_dir())
    (environment / ".complete").unlink()
    shutil.rmtree(environment / "bin")

    digest = docker.build("b")
    docker.succeed("docker push $URI:b")

    assert start(docker, digest) == "hello"


def test_requirements_that_cannot_be_installed_fail_the_build(docker: Docker) -> None:
    text = f"{DOCKERFILE}\nRUN pip install --require-hashes -r package/requirements.txt\n"
    (docker.context / "Dockerfile").write_text(text, encoding="utf-8")
    (docker.context / "requirements.txt").write_text("six==1.17.0\n", encoding="utf-8")

    said = docker.fail("docker build --provenance=false -t $URI:a context")

    assert "hash" in said.lower()
    assert not [path for path in _environments(docker) if (path / ".complete").exists()]


def _environments(docker: Docker) -> list[Path]:
    return list((docker.cloud.workspace.cache / "envs").iterdir())
