"""What SageMaker needs in a twin's account, and a container that does as a test tells it."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile
import textwrap
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from botocore.exceptions import ClientError

from twin.service_models import read_models_quickly

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from twin.cloud import Cloud

BUCKET = "twin-artifacts"
REPOSITORY = "twin-training"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
PATIENCE_SECONDS = 30.0

T = TypeVar("T")

CONTAINER = '''
    """train: does what the hyperparameter `do` says. serve: answers with what the model holds."""
    import json, os, pathlib, signal, sys, tempfile, time
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    base = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"])

    def keep(*files):
        for file in files:
            file.write_text("2")
        return 143

    def train():
        texts = json.loads((base / "input/config/hyperparameters.json").read_text())
        inputs = base / "input/data"
        seen = sorted(str(one.relative_to(inputs)) for one in inputs.rglob("*") if one.is_file())
        (base / "model/seen.json").write_text(json.dumps(seen))
        (base / "model/environment.json").write_text(json.dumps(dict(os.environ)))
        (base / "model/answer").write_text(texts.get("answer", "1"))
        print("metric rmse=9.5 split=test", "metric rmse=2.5 split=test", sep="\\n", flush=True)
        resources = json.loads((base / "input/config/resourceconfig.json").read_text())
        host = resources["current_host"]
        if texts["do"] == "tell":
            (base / f"model/seen-{host}.json").write_text(json.dumps(seen))
            (base / f"model/resources-{host}.json").write_text(json.dumps(resources))
        if texts["do"] == "fail" or texts["do"] == f"hang but {host} fails":
            (base / "output").joinpath("failure").write_text("the target is constant " + "x" * 2000)
            return 3
        if texts["do"] == "crash":
            print("no failure file, but a last line")
            return 4
        kept, old = base / "checkpoints/rounds", base / "checkpoints/old"
        if texts["do"] == "keep" and kept.exists():
            (base / "model/answer").write_text("went on after " + kept.read_text())
            old.unlink(missing_ok=True)
        elif texts["do"] == "keep":
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(keep(old, kept)))
            kept.write_text("1")
            time.sleep(60)
        if texts["do"] == "take a while":
            time.sleep(1)
        if texts["do"].startswith("hang"):
            time.sleep(60)
        if texts["do"] == "write":
            (base / "output/data/plot.txt").write_text("a plot")
        if texts["do"] == "spill":
            (base / "output/data/where.txt").write_text(tempfile.mkdtemp())
        return 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *_):
            pass
        def say(self, status, text):
            self.send_response(status)
            self.send_header("Content-Type", "text/csv")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())
        def do_GET(self):
            self.say(503 if answer == "sick" else 200, "")
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if body == "crash":
                os._exit(7)
            if body == "refuse":
                return self.say(400, "row 1, column 'sex'")
            if body == "headers":
                return self.say(200, json.dumps(dict(self.headers)))
            if body == "slow":
                time.sleep(0.5)
            self.say(200, answer)

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

    if sys.argv[1] == "train":
        sys.exit(train())
    answer = (base / "model/answer").read_text()
    if answer == "dead":
        sys.exit("the model cannot be loaded")
    print("serving", answer, flush=True)
    address = (os.environ["SERVE_HOST"], int(os.environ["SAGEMAKER_BIND_TO_PORT"]))
    Server(address, Handler).serve_forever()
'''


@dataclass(frozen=True)
class ScriptImage:
    """An image whose entry point is a script."""

    script: Path
    environment: Mapping[str, str] = field(default_factory=lambda: {"FROM_IMAGE": "yes"})

    @property
    def cwd(self) -> Path:
        """The script's folder."""
        return self.script.parent

    def command(self, *arguments: str, entrypoint: Sequence[str] = ()) -> list[str]:  # noqa: ARG002  # the script is it
        """Return the script's call."""
        return [sys.executable, str(self.script), *arguments]


@dataclass(frozen=True)
class OneImage:
    """A store that holds one image, whatever its digest."""

    image: Any

    def find(self, digest: str) -> Any:
        """Return it."""
        assert digest.startswith("sha256:")
        return self.image


class Account:
    """A role, a bucket, a repository with an image: what jobs and endpoints are made from."""

    def __init__(self, cloud: Cloud) -> None:
        read_models_quickly()  # as the twin does: the first request to each service needs one
        self.cloud = cloud
        self.sagemaker: Any = cloud.client("sagemaker")
        self.s3: Any = cloud.client("s3")
        self.s3.create_bucket(Bucket=BUCKET)
        self.role = self.add_role("twin-training", "sagemaker.amazonaws.com")
        cloud.client("ecr").create_repository(repositoryName=REPOSITORY)
        self.image = self.push({"schemaVersion": 2, "mediaType": MANIFEST})

    def add_role(self, name: str, principal: str) -> str:
        """Create a role that a service may assume; return its ARN."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": principal},
            "Action": "sts:AssumeRole",
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        client = self.cloud.client("iam")
        return client.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]

    def push(self, manifest: Mapping[str, Any]) -> str:
        """Put an image into ECR; return its address by digest."""
        text = json.dumps(manifest)
        digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
        self.cloud.client("ecr").put_image(
            repositoryName=REPOSITORY,
            imageManifest=text,
            imageManifestMediaType=manifest["mediaType"],
            imageDigest=digest,
            imageTag=digest[7:19],
        )
        registry = f"{self.cloud.account}.dkr.ecr.{self.cloud.region}.amazonaws.com"
        return f"{registry}/{REPOSITORY}@{digest}"

    def put(self, key: str, body: bytes | str) -> str:
        """Write an object; return its address."""
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"s3://{BUCKET}/{key}"

    def put_model(self, answer: str) -> str:
        """Write a model archive whose container answers with a text; return its address."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            member = tarfile.TarInfo("answer")
            member.size = len(answer)
            archive.addfile(member, io.BytesIO(answer.encode()))
        return self.put(f"models/{answer}/model.tar.gz", buffer.getvalue())

    # ---- requests with defaults -------------------------------------------------------------

    def training_request(self, name: str = "job", **changes: Any) -> dict[str, Any]:
        """Return a request that AWS accepts."""
        request = {
            "TrainingJobName": name,
            "AlgorithmSpecification": {
                "TrainingImage": self.image,
                "TrainingInputMode": "File",
                "MetricDefinitions": [
                    {"Name": "test:rmse", "Regex": "metric rmse=([0-9.]+) split=test"}
                ],
            },
            "RoleArn": self.role,
            "HyperParameters": {"do": "well"},
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models/x"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            "Tags": [{"Key": "run-id", "Value": "push-1"}],
        }
        return {**request, **changes}

    def train(self, name: str = "job", **changes: Any) -> dict[str, Any]:
        """Run a training job to its end; return its description."""
        self.sagemaker.create_training_job(**self.training_request(name, **changes))
        return self.wait_training(name)

    def wait_training(self, name: str) -> dict[str, Any]:
        """Return a job's description when it has ended."""
        return wait_for(
            lambda: self.sagemaker.describe_training_job(TrainingJobName=name),
            lambda found: found["TrainingJobStatus"] in ("Completed", "Failed", "Stopped"),
        )

    def add_model(self, name: str, answer: str, **changes: Any) -> str:
        """Create a SageMaker model whose container answers with a text; return its ARN."""
        container = {"Image": self.image, "ModelDataUrl": self.put_model(answer)}
        request = {
            "ModelName": name,
            "PrimaryContainer": container,
            "ExecutionRoleArn": self.role,
            **changes,
        }
        return self.sagemaker.create_model(**request)["ModelArn"]

    def add_config(self, name: str, model: str, startup: int | None = 60, **changes: Any) -> str:
        """Create an endpoint config; return its ARN."""
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": model,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
            "InitialVariantWeight": 1.0,
            **({"ContainerStartupHealthCheckTimeoutInSeconds": startup} if startup else {}),
            **changes.pop("variant", {}),
        }
        model_tag = {"Key": "model", "Value": changes.pop("of", "abalone")}
        tags = [{"Key": "run-id", "Value": "push-1"}, model_tag]
        return self.sagemaker.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=[variant], Tags=tags, **changes
        )["EndpointConfigArn"]

    def deployable(self, answer: str, startup: int = 60) -> str:
        """Create model and config that answer with a text; return the config's name."""
        self.add_model(f"model-{answer}", answer)
        self.add_config(f"config-{answer}", f"model-{answer}", startup)
        return f"config-{answer}"

    def create_endpoint(self, config: str, name: str = "twin-abalone") -> dict[str, Any]:
        """Create an endpoint; return its description when it has settled."""
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
        return self.wait_endpoint(name)

    def update_endpoint(
        self, config: str, name: str = "twin-abalone", **options: Any
    ) -> dict[str, Any]:
        """Update an endpoint; return its description when it has settled."""
        self.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config, **options)
        return self.wait_endpoint(name)

    def wait_endpoint(self, name: str = "twin-abalone") -> dict[str, Any]:
        """Return an endpoint's description when it has settled."""
        return wait_for(
            lambda: self.sagemaker.describe_endpoint(EndpointName=name),
            lambda found: found["EndpointStatus"] in ("InService", "Failed"),
        )

    def invoke(self, body: str, name: str = "twin-abalone") -> str:
        """Ask an endpoint as boto3 does."""
        answer = self.cloud.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=name, ContentType="text/csv", Body=body.encode()
        )
        return answer["Body"].read().decode()

    def log_or_nothing(self, group: str) -> str:
        """Return all lines of a log group, or nothing while there is none."""
        groups = self.cloud.client("logs").describe_log_groups(logGroupNamePrefix=group)
        return self.log(group) if groups["logGroups"] else ""

    def log(self, group: str) -> str:
        """Return all lines of a log group."""
        logs = self.cloud.client("logs")
        streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
        return "\n".join(
            event["message"]
            for stream in streams
            for event in logs.get_log_events(
                logGroupName=group, logStreamName=stream["logStreamName"]
            )["events"]
        )


def script_images(folder: Path) -> OneImage:
    """Return a store with the container that does as it is told."""
    script = folder / "container.py"
    script.write_text(textwrap.dedent(CONTAINER))
    return OneImage(ScriptImage(script))


def wait_for(ask: Callable[[], T], ready: Callable[[T], bool]) -> T:
    """Ask until the answer is ready."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ready(found := ask()):
        assert time.monotonic() < deadline, f"still {found!r}"
        time.sleep(0.02)
    return found


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    """Return code and message of the error that a call gets."""
    with pytest.raises(ClientError) as caught:
        call()
    error: Any = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"]
