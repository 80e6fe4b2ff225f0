"""The twin's `docker`: what builds find on PATH under that name.

    docker login --username AWS --password-stdin REGISTRY < password
    docker build [--provenance=false] [--platform P] [-f FILE] [--build-arg A=B] -t NAME CONTEXT
    docker tag NAME NAME
    docker push NAME

It plays these, `images`, `inspect` and `version`, and says so when asked for anything else. Images
are folders; a push puts the manifest into ECR and the folder where SageMaker's containers find it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shutil
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import urlsplit

from twin.docker_images import LocalImages, LogIns, Reference
from twin.dockerfile import parse_dockerfile
from twin.errors import TwinError
from twin.image_build import INDEX, INDEX_TYPE, MANIFEST, MANIFEST_TYPE, build_image
from twin.images import ImageStore
from twin.settings import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERSION: Final = "twin"
USAGE_ERROR: Final = 125
"""docker's exit code for arguments that it does not take."""

REGISTRY: Final = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com")


class _Arguments(argparse.ArgumentParser):
    """Says what this docker is when it is asked for more than it plays."""

    def error(self, message: str) -> NoReturn:
        self.exit(
            USAGE_ERROR,
            f"docker: {message}\n"
            "This is the local twin's docker. It plays login, build, tag, push, images, inspect "
            "and version, with the options that `docker COMMAND --help` lists.\n",
        )


def main(root: Path, login_folder: Path, arguments: Sequence[str]) -> int:
    """Run one command of a build, return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        given.run(_Docker(Workspace(root), LogIns(login_folder)), given)
    except (TwinError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a program's own output
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Arguments(prog="docker", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Arguments)
    _add_login(commands.add_parser("login", allow_abbrev=False))
    _add_build(commands.add_parser("build", allow_abbrev=False))
    tag = _add(commands.add_parser("tag", allow_abbrev=False), _Docker.tag)
    tag.add_argument("source", type=Reference.parse)
    tag.add_argument("target", type=Reference.parse)
    push = _add(commands.add_parser("push", allow_abbrev=False), _Docker.push)
    push.add_argument("-q", "--quiet", action="store_true")
    push.add_argument("name", type=Reference.parse)
    _add(commands.add_parser("images", allow_abbrev=False), _Docker.images)
    inspect = _add(commands.add_parser("inspect", allow_abbrev=False), _Docker.inspect)
    inspect.add_argument("name", type=Reference.parse)
    _add(commands.add_parser("version", allow_abbrev=False), _Docker.version)
    return parser


def _add(
    parser: argparse.ArgumentParser, run: Callable[[_Docker, argparse.Namespace], None]
) -> argparse.ArgumentParser:
    parser.set_defaults(run=run)
    return parser


def _add_login(parser: argparse.ArgumentParser) -> None:
    _add(parser, _Docker.login)
    parser.add_argument("-u", "--username", required=True)
    parser.add_argument("--password-stdin", action="store_true", required=True)
    parser.add_argument("registry")


def _add_build(parser: argparse.ArgumentParser) -> None:
    _add(parser, _Docker.build)
    parser.add_argument("--provenance", default="true", choices=["true", "false"])
    parser.add_argument("--platform", default="")
    parser.add_argument("-f", "--file", type=Path)
    parser.add_argument("--build-arg", action="append", default=[])
    parser.add_argument("--label", action="append", default=[])
    parser.add_argument("-t", "--tag", action="append", default=[], type=Reference.parse)
    parser.add_argument("--pull", action="store_true")  # no base image is ever fetched
    parser.add_argument("--no-cache", action="store_true")  # nothing is cached but packages
    parser.add_argument("-q", "--quiet", action="store_true")
    parser.add_argument("context", type=Path)


class _Docker:
    """The commands."""

    def __init__(self, workspace: Workspace, log_ins: LogIns) -> None:
        self._workspace = workspace
        self._images = LocalImages(workspace)
        self._log_ins = log_ins

    def login(self, given: argparse.Namespace) -> None:
        password = sys.stdin.read().strip()
        if not password or given.username != "AWS":
            raise TwinError(
                "the log-in is not one of ECR",
                step="image",
                resource=given.registry,
                found=f"user {given.username!r}, a password of {len(password)} characters",
                expected="user 'AWS' and the password that `aws ecr get-login-password` prints",
                do="look at what the command before the pipe says",
            )
        _require_registry(given.registry)
        self._log_ins.write(given.registry, given.username, password)
        _say("Login Succeeded")

    def build(self, given: argparse.Namespace) -> None:
        file = given.file or given.context / "Dockerfile"
        recipe = parse_dockerfile(_read(file), str(file), _pairs(given.build_arg))
        recipe = replace(recipe, labels={**recipe.labels, **_pairs(given.label)})
        image = build_image(
            self._workspace,
            recipe,
            given.context.resolve(),
            platform=given.platform,
            provenance=given.provenance == "true",
        )
        for reference in given.tag:
            self._images.name(reference, image)
            _say(f"naming to {reference} done")
        _say(f"built {_digest(image)}")

    def tag(self, given: argparse.Namespace) -> None:
        self._images.name(given.target, self._images.find(given.source))

    def push(self, given: argparse.Namespace) -> None:
        """Put the manifest into ECR, and the files where containers are started from."""
        reference: Reference = given.name
        image = self._images.find(reference)
        _require_registry(reference.registry)
        token = self._log_ins.token(reference.registry)
        ecr = _ecr_client()
        _require_valid(ecr, reference, token)
        _say(f"The push refers to repository [{reference.registry}/{reference.repository}]")
        _store(ImageStore(self._workspace).path(_digest(image)), image)
        _put_manifests(ecr, reference, image)
        _say(f"{reference.tag}: digest: {_digest(image)}")

    def images(self, _given: argparse.Namespace) -> None:
        for name, image in self._images.all().items():
            _say(f"{name}\t{_digest(image)}")

    def inspect(self, given: argparse.Namespace) -> None:
        image = self._images.find(given.name)
        manifest = json.loads(_read(image / MANIFEST))
        _say(json.dumps([{"Id": _digest(image), "RepoTags": [str(given.name)], **manifest}]))

    def version(self, _given: argparse.Namespace) -> None:
        _say(f"Docker version {VERSION}: the local twin's stand-in")


# ---- ECR ----------------------------------------------------------------------------------------


def _ecr_client() -> Any:
    """Return a client at the twin; a real registry is never spoken to."""
    import boto3

    session: Any = boto3.session.Session()
    client = session.client("ecr")
    if urlsplit(str(client.meta.endpoint_url)).hostname not in ("127.0.0.1", "localhost"):
        raise TwinError(
            "this docker pushes to the local twin alone",
            step="image",
            resource=client.meta.endpoint_url,
            expected="AWS_ENDPOINT_URL with the twin's address",
            do="use docker itself to push to AWS",
        )
    return client


def _require_registry(registry: str) -> None:
    if REGISTRY.fullmatch(registry) is None:
        raise TwinError(
            "the registry is not one of ECR",
            step="image",
            resource=registry,
            expected="<account>.dkr.ecr.<region>.amazonaws.com",
            do="name images as the repository's URI says",
        )


def _require_valid(ecr: Any, reference: Reference, token: str) -> None:
    """Check account, region and token, as the registry does."""
    match = REGISTRY.fullmatch(reference.registry)
    account, region = match.groups() if match else ("", "")
    answer = ecr.get_authorization_token(registryIds=[account])
    if region == ecr.meta.region_name:
        for valid in answer["authorizationData"]:
            if valid["authorizationToken"] == token:
                return
    raise TwinError(
        "denied: the authorization token is not valid for this registry",
        step="image",
        resource=str(reference),
        found=f"a log-in that ECR of {ecr.meta.region_name} did not give out",
        do="aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY",
    )


def _store(target: Path, image: Path) -> None:
    """Copy an image's files; whoever finds them there finds all of them."""
    if target.exists():
        return
    scratch = target.with_name(f"{target.name}-{uuid.uuid4().hex}")
    shutil.copytree(image, scratch, symlinks=True)
    try:
        scratch.rename(target)
    except OSError:
        shutil.rmtree(scratch)
        if not target.exists():  # another push of the same image was quicker
            raise


def _put_manifests(ecr: Any, reference: Reference, image: Path) -> None:
    try:
        if not (image / INDEX).exists():
            _put(ecr, reference, image / MANIFEST, MANIFEST_TYPE, imageTag=reference.tag)
            return
        with contextlib.suppress(ecr.exceptions.ImageAlreadyExistsException):
            _put(ecr, reference, image / MANIFEST, MANIFEST_TYPE)
        _put(ecr, reference, image / INDEX, INDEX_TYPE, imageTag=reference.tag)
    except ecr.exceptions.ClientError as error:
        raise TwinError(
            "ECR refused the push",
            step="image",
            resource=str(reference),
            found=str(error),
            do="push under a tag that is free, to a repository that the program created",
        ) from error


def _put(ecr: Any, reference: Reference, manifest: Path, kind: str, **tag: str) -> None:
    ecr.put_image(
        repositoryName=reference.repository,
        imageManifest=_read(manifest),
        imageManifestMediaType=kind,
        **tag,
    )


# ---- small things -------------------------------------------------------------------------------


def _digest(image: Path) -> str:
    """Return an image's digest; its folder is named by it."""
    return image.name.replace("-", ":", 1)


def _pairs(given: Sequence[str]) -> dict[str, str]:
    return {name: value for name, _, value in (one.partition("=") for one in given)}


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise TwinError(
            "the file is not there",
            step="image",
            resource=str(file),
            do="name the build context, or the Dockerfile with -f",
        ) from error


def _say(line: str) -> None:
    print(line)  # noqa: T201 - a program's own output
