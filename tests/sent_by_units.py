"""What the units ask of AWS: their own code at work, on a fake that refuses what a service does.

Each function here is one occasion; `tests/contract/test_every_request.py` sees to it that there is
one for every operation that the code names.
"""

from __future__ import annotations

import io
import json
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from botocore.response import StreamingBody

from dags import alarms, comparison, endpoints, gate, prune, registry, scaling, smoke, training
from dags.endpoints import Waiting
from dags.operators import EtlJobOperator, TrainingJobOperator
from dags.requests import (
    endpoint_config_request,
    model_request,
    package_group_request,
    package_request,
    training_request,
)
from dags.tasks import Steps
from etl.request import Source
from etl.storage import S3Storage
from models.endpoint import Scaling
from models.schema import Model
from staging.bucket import Bucket
from staging.image import Image, Repository
from tests.unit.dags import builders
from tests.unit.dags.fakes import FakeDagRun, FakeTaskInstance
from trigger.airflow_client import AirflowClient
from trigger.errors import TriggerError
from trigger.event import ImagePushed, RawObjectWritten
from trigger.raw import BucketObjects
from trigger.runs import Run, data_run, image_runs
from trigger.staged import BucketCode, CodeManifest, CurrentCode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from dags.aws import Clients
    from tests.fake_aws import FakeAws

    Occasion = Callable[[FakeAws, Path], object]

PLAN, STACK, JOB = builders.plan(), builders.stack_settings(), builders.trained()
NAME, CONFIG = "mlops-test-abalone", PLAN.names.endpoint_config
OLD = f"{NAME}-000000000000"
AT_ONCE = Waiting(seconds=0)
LONGEST_MODEL = "m" * 30
"""As long as a model's name may be."""


def clients_of(aws: FakeAws) -> Clients:
    """Return the services, as the DAGs know them."""
    found = SimpleNamespace(
        s3=aws("s3"),
        ecr=aws("ecr"),
        glue=aws("glue"),
        sagemaker=aws("sagemaker"),
        runtime=aws("sagemaker-runtime"),
        autoscaling=aws("application-autoscaling"),
        cloudwatch=aws("cloudwatch"),
    )
    return cast("Clients", found)


def body(content: bytes) -> dict[str, Any]:
    """Return what S3 answers with an object."""
    return {"Body": StreamingBody(io.BytesIO(content), len(content)), "Metadata": {}, "ETag": '"e"'}


# ---- the DAGs


def a_run_is_resolved(aws: FakeAws, _: Path) -> None:
    documents: Mapping[str, Any] = {
        "code/current.json": builders.current(),
        f"code/{builders.COMMIT}/manifest.json": builders.code_manifest(),
        f"code/{builders.COMMIT}/models/abalone.json": builders.model().to_json(),
        "endpoints/abalone.json": builders.deployed(number=1),
    }

    def read(**asked: Any) -> dict[str, Any]:
        return body(json.dumps(documents[asked["Key"]]).encode())

    aws.answers["get_object"] = read
    aws.answers["describe_images"] = {"imageDetails": [{"imageDigest": builders.DIGEST}]}
    aws.refuse("head_object", "404", "Not Found")
    Steps(STACK, "abalone", clients_of(aws)).resolve(FakeTaskInstance(), FakeDagRun())


def an_evaluation_is_kept(aws: FakeAws, _: Path) -> None:
    aws.answers["get_object"] = body(builders.archive())
    job = {"job": JOB.job, "archive": JOB.archive}
    Steps(STACK, "abalone", clients_of(aws)).gate(PLAN.to_json(), job, {}, FakeTaskInstance())


def an_etl_run_ends(aws: FakeAws, _: Path) -> None:
    aws.answers["get_job_run"] = {"JobRun": {"JobRunState": "SUCCEEDED"}}
    instance = FakeTaskInstance(kept={("etl", "glue_job_run_id"): f"jr_{'0' * 64}"}, task_id="etl")
    operator = EtlJobOperator(task_id="etl", settings=STACK, clients=clients_of(aws))
    event = {"event": {"status": "success", "run_id": f"jr_{'0' * 64}"}}
    operator.resume_execution("execute_complete", event, cast("Any", {"ti": instance}))


def a_training_is_killed(aws: FakeAws, _: Path) -> None:
    aws.answers["describe_training_job"] = {"TrainingJobStatus": "Completed"}
    request = training_request(PLAN, STACK)
    operator = TrainingJobOperator(
        task_id="training", settings=STACK, request=request, clients=clients_of(aws)
    )
    operator.execute(cast("Any", {"ti": FakeTaskInstance()}))
    operator.on_kill()


def a_training_job_is_made(aws: FakeAws, _: Path) -> None:
    states = iter(["there", "made"])

    def describe(**_: object) -> dict[str, Any]:
        if next(states) == "there":
            raise refusal(aws, "sagemaker", "Requested resource not found.")
        return {"TrainingJobStatus": "InProgress"}

    aws.answers["describe_training_job"] = describe
    training.adopt_or_create(aws("sagemaker"), training_request(PLAN, STACK), poll_seconds=0)  # pyright: ignore[reportArgumentType]  # a fake


def a_champion_is_found(aws: FakeAws, _: Path) -> None:
    containers = [{"Image": "image", "ModelDataUrl": "s3://b/models/model.tar.gz"}]
    aws.answers["describe_model_package"] = {"InferenceSpecification": {"Containers": containers}}
    body = io.BytesIO(json.dumps(builders.deployed()).encode())
    aws.answers["get_object"] = {"Body": body}
    document = builders.model().to_json()
    document["evaluation"]["champion"] = {"not_worse_at": 0.9}
    found = builders.plan(Model.from_json(document))
    assert comparison.champion(clients_of(aws), STACK, found, JOB)


def refusal(aws: FakeAws, service: str, message: str) -> Exception:
    """Return the error of a service."""
    told = {"Error": {"Code": "ValidationException", "Message": message}}
    return aws(service).exceptions.ClientError(told, "operation")


def a_model_is_registered(aws: FakeAws, _: Path) -> None:
    package = package_request(PLAN, STACK, JOB, builders.verdict())
    known = {
        "ModelPackageArn": builders.PACKAGE_ARN,
        "ModelPackageDescription": package["ModelPackageDescription"],
    }
    aws.answers["list_model_packages"] = {"ModelPackageSummaryList": [known]}
    aws.refuse("describe_model_package_group", "ValidationException", "it does not exist")
    client: Any = aws("sagemaker")
    registry.ensure_package(client, package_group_request(PLAN, STACK), package)
    deployed = (PLAN, STACK, JOB, builders.PACKAGE_ARN)
    registry.ensure_model(client, model_request(*deployed))
    registry.ensure_endpoint_config(client, endpoint_config_request(*deployed))


def an_endpoint_is_put_back_and_removed(aws: FakeAws, _: Path) -> None:
    client: Any = aws("sagemaker")
    endpoints.put_back(client, NAME, OLD, AT_ONCE)
    endpoints.remove(client, NAME, AT_ONCE)


def what_is_unused_is_pruned(aws: FakeAws, _: Path) -> None:
    aws.answers["list_endpoint_configs"] = {"EndpointConfigs": [{"EndpointConfigName": OLD}]}
    aws.answers["list_models"] = {"Models": [{"ModelName": OLD}]}
    assert prune.prune(cast("Any", aws("sagemaker")), NAME, [CONFIG]) == [OLD, OLD]


def an_endpoint_scales(aws: FakeAws, _: Path) -> None:
    client: Any = aws("application-autoscaling")
    wanted = Scaling(
        min_instances=1,
        max_instances=4,
        invocations_per_minute=6000,
        scale_in_seconds=300,
        scale_out_seconds=60,
    )
    scaling.ensure(client, NAME, wanted)
    scaling.release(client, NAME)


def alarms_are_looked_at(aws: FakeAws, _: Path) -> None:
    alarms.quiet(cast("Any", aws("cloudwatch")), [f"{NAME}-5xx"])


def an_endpoint_is_asked(aws: FakeAws, _: Path) -> None:
    smoke.ask(cast("Any", aws("sagemaker-runtime")), NAME, [gate.Example("M,0.455", (9.1,))])


# ---- the ETL


def datasets_are_read_and_written(aws: FakeAws, folder: Path) -> None:
    parts = [{"Key": "datasets/a/part-0", "Size": 1}, {"Key": "datasets/a/_SUCCESS", "Size": 0}]
    aws.answers["list_objects_v2"] = {"Contents": parts}
    file = folder / "file"
    file.write_bytes(b"1")
    source = Source("bucket", "raw/abalone/a.csv", "v1", 10)

    def get_object(**_: Any) -> dict[str, Any]:
        body = StreamingBody(io.BytesIO(b"0123456789"), 10)
        return {"Body": body, "ContentRange": "bytes 0-9/10"}

    aws.answers["get_object"] = get_object
    storage = S3Storage(cast("Any", aws("s3")))
    storage.read("bucket", "key")
    storage.find("bucket", "key")
    storage.exists("bucket", "key")
    storage.head(source, 4096)
    list(storage.chunks(source))
    storage.current_version(source)
    storage.write("bucket", "key", b"1")
    storage.upload(file, "bucket", "key")
    storage.adopt("bucket", "datasets/a/", ["datasets/a/train.csv"])


# ---- the trigger


def runs_are_started(aws: FakeAws, _: Path) -> None:
    airflow = AirflowClient(cast("Any", aws("mwaa")), "mlops-dev")
    manifest = CodeManifest(builders.COMMIT, (LONGEST_MODEL,))
    code = CurrentCode(builders.COMMIT, builders.DIGEST)
    written = data_run(RawObjectWritten(LONGEST_MODEL, "raw/m/a.csv", "v1"), code, manifest)
    assert isinstance(written, Run)
    for run in (*image_runs(ImagePushed(builders.COMMIT, builders.DIGEST), manifest), written):
        airflow.start(run)


def what_is_there_is_looked_up(aws: FakeAws, _: Path) -> None:
    list(BucketObjects(cast("Any", aws("s3")), "bucket").newest())
    code = BucketCode(cast("Any", aws("s3")), "bucket")
    for look in (code.current, lambda: code.manifest(builders.COMMIT)):
        with suppress(TriggerError):  # what it found is no document
            look()


# ---- staging


def code_is_staged(aws: FakeAws, _: Path) -> None:
    bucket = Bucket(cast("Any", aws("s3")), "bucket")
    bucket.put("code/a", b"1", "application/json")
    for answer in (body(b"1"), refusal_of_missing(aws)):
        aws.answers["get_object"] = answer
        bucket.replace("key", b"2", content_type="a/b", metadata={"a": "b"}, unless=lambda _: False)


def refusal_of_missing(aws: FakeAws) -> Exception:
    """Return S3's answer for what is not there."""
    return aws("s3").exceptions.NoSuchKey({"Error": {"Code": "NoSuchKey"}}, "GetObject")


def an_image_is_tagged(aws: FakeAws, _: Path) -> None:
    aws.answers["batch_get_image"] = {"images": []}
    manifest = "application/vnd.docker.distribution.manifest.v2+json"
    repository = Repository(cast("Any", aws("ecr")), "mlops-dev-training")
    repository.tag(Image(builders.DIGEST, "{}", manifest), builders.COMMIT)


UNITS: Mapping[str, tuple[Occasion, ...]] = {
    "dags": (
        *(a_run_is_resolved, an_evaluation_is_kept, an_etl_run_ends, a_training_is_killed),
        *(a_training_job_is_made, a_champion_is_found),
        *(a_model_is_registered, an_endpoint_is_put_back_and_removed),
        *(what_is_unused_is_pruned, an_endpoint_scales, alarms_are_looked_at),
        an_endpoint_is_asked,
    ),
    "etl": (datasets_are_read_and_written,),
    "trigger": (runs_are_started, what_is_there_is_looked_up),
    "staging": (code_is_staged, an_image_is_tagged),
}
