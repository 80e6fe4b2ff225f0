"""A batch transform, as SageMaker runs it: the serving container, asked about objects of S3.

The story in order is in `run_transform`. It runs one instance, whatever their number is.
"""

from __future__ import annotations

import http.client
import shutil
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from twin.errors import TwinError
from twin.executors.container_server import ContainerServer
from twin.executors.containers import (
    Location,
    ModelError,
    download,
    encryption,
    fetch_model,
    list_keys,
)
from twin.executors.transform_records import RecordError, assembled, batches, body, joined

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from twin.cloud import Cloud
    from twin.execution import LineSink
    from twin.executors.containers import Images

LOG_GROUP: Final = "/aws/sagemaker/TransformJobs"
STARTUP_SECONDS: Final = 60.0
MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True)
class TransformSpec:
    """Everything that a job needs to know; frozen when it was created."""

    name: str
    role_arn: str
    image_digest: str
    model_uri: str
    environment: Mapping[str, str]
    source: str
    """Prefix of the objects to ask about."""

    target: str
    output_key: str
    content_type: str
    accept: str
    by_line: bool
    """Whether objects are split into lines, instead of being sent whole."""

    several: bool
    """Whether a request has as many lines as fit, instead of one."""

    assemble_by_line: bool
    join_input: bool
    largest: int
    """Bytes of a request."""

    at_once: int


class TransformError(Exception):
    """The job cannot go on; the text is its FailureReason."""


def run_transform(cloud: Cloud, spec: TransformSpec, images: Images, stop: threading.Event) -> bool:
    """Run a job to its end; return whether it came to it, or was stopped.

    Raises:
        TransformError: it failed.
    """
    base = cloud.workspace.run / "transform" / spec.name
    log = cloud.log_stream(LOG_GROUP, f"{spec.name}/i-1")
    s3 = cloud.client("s3", role_arn=spec.role_arn)
    server: ContainerServer | None = None
    try:
        server = _start(cloud, s3, spec, images, base, log)
        _require_health(server, stop)
        for key in _keys(s3, spec):
            if stop.is_set() or not _transform(s3, spec, server, key, base / "object", stop):
                return False
    except ModelError as error:
        log.write(str(error))
        raise TransformError(
            f"ClientError: Failed to download model data from {spec.model_uri}: {error}"
        ) from error
    except (ClientError, TwinError, RecordError, OSError, http.client.HTTPException) as error:
        log.write(str(error))
        raise TransformError(f"ClientError: {error}") from error
    except TransformError as error:
        log.write(str(error))
        raise
    finally:
        if server is not None:
            server.stop()
        log.flush()
        shutil.rmtree(base, ignore_errors=True)
    return True


def _start(
    cloud: Cloud, s3: Any, spec: TransformSpec, images: Images, base: Path, log: LineSink
) -> ContainerServer:
    fetch_model(s3, spec.model_uri, base)
    image = images.find(spec.image_digest)
    environment = {
        **cloud.role_environment(spec.role_arn),
        **image.environment,
        **spec.environment,
        "SAGEMAKER_BATCH": "true",
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": str(spec.largest // MEGABYTE),
    }
    server = ContainerServer(image, base, environment, log)
    server.start()
    return server


def _require_health(server: ContainerServer, stop: threading.Event) -> None:
    if not server.wait_healthy(STARTUP_SECONDS, stop) and not stop.is_set():
        cause = server.how_it_ended
        raise TransformError(f"AlgorithmError: the container did not pass the ping check: {cause}")


def _keys(s3: Any, spec: TransformSpec) -> list[str]:
    keys = sorted(list_keys(s3, Location.parse(spec.source)))
    if not keys:
        raise TransformError(
            f'ClientError: No S3 objects found under S3 URL "{spec.source}". Please ensure that '
            f'objects exist under that prefix, and that the role "{spec.role_arn}" may list them.'
        )
    return keys


def _transform(
    s3: Any,
    spec: TransformSpec,
    server: ContainerServer,
    key: str,
    scratch: Path,
    stop: threading.Event,
) -> bool:
    """Ask about one object; its answers are written if all of it was answered before a stop."""
    source = Location.parse(spec.source)
    answers = scratch.with_suffix(".out")
    download(s3, Location(source.bucket, key), scratch)
    with scratch.open("rb") as lines, answers.open("wb") as out:
        for part in _answers(spec, server, _requests(spec, lines)):
            out.write(part)
            if stop.is_set():
                return False
    name = key.removeprefix(source.key.rpartition("/")[0]).lstrip("/")
    target = Location.parse(f"{spec.target.rstrip('/')}/{name}.out")
    with answers.open("rb") as stream:
        s3.put_object(
            Bucket=target.bucket, Key=target.key, Body=stream, **encryption(spec.output_key)
        )
    return True


def _requests(spec: TransformSpec, lines: Any) -> Iterator[list[bytes]]:
    if spec.by_line:
        yield from batches(lines, spec.largest, several=spec.several)
        return
    whole = lines.read()
    if len(whole) > spec.largest:
        raise RecordError(f"an object has {len(whole)} bytes, more than {spec.largest}: split it")
    yield [whole]


def _answers(
    spec: TransformSpec, server: ContainerServer, requests: Iterable[list[bytes]]
) -> Iterator[bytes]:
    """Yield the answers in the order of the requests, of which so many are under way at once."""
    with ThreadPoolExecutor(spec.at_once, "transform") as pool:
        waiting = deque[Any]()
        for batch in requests:
            waiting.append(pool.submit(_ask, spec, server, batch))
            if len(waiting) > spec.at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _ask(spec: TransformSpec, server: ContainerServer, batch: list[bytes]) -> bytes:
    headers = {
        "Content-Type": spec.content_type,
        **({"Accept": spec.accept} if spec.accept else {}),
    }
    answer = server.ask(body(batch) if spec.by_line else batch[0], headers)
    if answer.status != http.client.OK:
        said = answer.body.decode("utf-8", "replace").strip()
        raise TransformError(
            f"AlgorithmError: Bad HTTP response status from container: {answer.status}: {said}"[
                :1024
            ]
        )
    if spec.join_input:
        return joined(batch, answer.body)
    return assembled(answer.body, by_line=spec.assemble_by_line)
