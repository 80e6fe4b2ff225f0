"""Step 1: what this run works on, what it leads to, and whether there is anything to do.

The number of a commit in history decides what is newer, never a clock. A push that is no longer the
newest has nothing to do; data that came with one is trained on what is current.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dags import endpoints, hosting, identity, manifests, requests, store
from dags.aws import message
from dags.errors import StepError
from dags.plan import Ending, Pinned, Plan
from dags.records import read_deployed

if TYPE_CHECKING:
    from dags.aws import Clients
    from dags.conf import Conf
    from dags.identity import RawObject
    from dags.manifests import Code, Current
    from dags.records import Deployed
    from dags.settings import StackSettings


@dataclass(frozen=True)
class Resolution:
    """A plan, or the reason why there is none to carry out."""

    pinned: Pinned
    plan: Plan | None = None
    ending: Ending | None = None
    dataset_exists: bool = False
    deployed: Deployed | None = None
    """What the endpoint serves, where that is what the run leads to."""


def resolve(
    clients: Clients, settings: StackSettings, model: str, run_id: str, conf: Conf | None
) -> Resolution:
    """Pin the inputs, name what they lead to, and see what of it is there already.

    Raises:
        StepError: an input is not what it should be; nothing was started.
    """
    current = manifests.read_current(clients.s3, settings.artifact_bucket)
    pinned, code = _pin(clients, settings, model, conf, current)
    ending = _newer(clients, settings, pinned, current)
    if ending:
        return Resolution(pinned, ending=ending)
    sources = store.raw_objects(clients.s3, settings.data_bucket, model)
    if not sources:
        where = store.uri(settings.data_bucket, f"raw/{model}/")
        return Resolution(
            pinned, ending=Ending("waiting", f"there is no raw object under {where} yet")
        )
    plan = _plan(clients, settings, pinned, code, sources, run_id)
    deployed = _served(clients, settings, plan)
    if deployed:
        reason = f"the endpoint serves {plan.names.endpoint_config}, which this run leads to"
        return Resolution(pinned, plan, Ending("unchanged", reason), deployed=deployed)
    return Resolution(
        pinned, plan, dataset_exists=_ensure_request(clients, settings, plan, code, sources)
    )


def _pin(
    clients: Clients,
    settings: StackSettings,
    model: str,
    conf: Conf | None,
    current: Current | None,
) -> tuple[Pinned, Code]:
    wanted = conf or current
    if wanted is None:
        raise StepError(
            store.uri(settings.artifact_bucket, manifests.CURRENT),
            found="nothing: no image was ever built",
            expected="a current commit to retrain on, as conf names none",
            do="push first; the image build makes the commit current",
        )
    code = manifests.read_code(clients.s3, settings.artifact_bucket, wanted.commit, model)
    started_by = conf.started_by if conf else "manual"
    if started_by == "data" and current and current.number > code.number:
        # No later run may come for these rows: the newer commit's own may have ended before them.
        wanted = current
        code = manifests.read_code(clients.s3, settings.artifact_bucket, wanted.commit, model)
    _require_image(clients, settings, wanted.commit, wanted.image_digest)
    return Pinned(model, started_by, wanted.commit, code.number, wanted.image_digest), code


def _require_image(clients: Clients, settings: StackSettings, commit: str, digest: str) -> None:
    """Refuse an image that our repository doesn't hold under the commit's tag."""
    ecr = clients.ecr
    try:
        found = ecr.describe_images(
            registryId=settings.account_id,
            repositoryName=settings.repository_name,
            imageIds=[{"imageTag": commit}],
        )["imageDetails"][0].get("imageDigest", "no digest")
    except ecr.exceptions.ImageNotFoundException as error:
        found = message(error)
    if found != digest:
        raise StepError(
            f"{settings.image_repository}:{commit}",
            found=found,
            expected=f"the image {digest} that this run was asked for",
            do="look at the image build of this commit; start the run with an empty conf",
        )


def _newer(
    clients: Clients, settings: StackSettings, pinned: Pinned, current: Current | None
) -> Ending | None:
    if current and current.number > pinned.number:
        newer = f"commit {current.commit[:12]} (number {current.number}) is current"
        return Ending("superseded", f"{newer}, this run is for number {pinned.number}")
    return newer_deployed(clients, settings, pinned)


def newer_deployed(clients: Clients, settings: StackSettings, pinned: Pinned) -> Ending | None:
    """Return the ending of a run when a newer commit's model is deployed already."""
    deployed = read_deployed(clients.s3, settings.artifact_bucket, pinned.model)
    if deployed is None or deployed.number <= pinned.number:
        return None
    commit = deployed.commit[:12]
    newer = f"commit {commit} (number {deployed.number}) is deployed"
    advice = f"; if that commit is not current, retry the image build of commit {commit}"
    todo = "" if pinned.started_by == "image" else f"{advice}, then start a run with an empty conf"
    return Ending("superseded", f"{newer}, this run is for number {pinned.number}{todo}")


def _plan(  # each names one thing that the plan is made of
    clients: Clients,
    settings: StackSettings,
    pinned: Pinned,
    code: Code,
    sources: tuple[RawObject, ...],
    run_id: str,
) -> Plan:
    model = manifests.read_model(clients.s3, settings.artifact_bucket, code)
    sections = {
        "training": model.training.to_json(),
        "evaluation": model.evaluation.to_json(),
        "endpoint": hosting.config_section(model.endpoint.to_json(), settings),
    }
    dataset = identity.dataset_id(sources, code.etl_tree, model.data.to_json())
    stem = requests.endpoint_name(settings, model.name)
    return Plan(pinned, identity.names(stem, dataset, code.image_tree, sections), model, run_id)


def _served(clients: Clients, settings: StackSettings, plan: Plan) -> Deployed | None:
    """Return what is deployed, if the endpoint serves what the run leads to and was tested."""
    deployed = read_deployed(clients.s3, settings.artifact_bucket, plan.pinned.model)
    if deployed is None or deployed.endpoint_config != plan.names.endpoint_config:
        return None
    name = requests.endpoint_name(settings, plan.pinned.model)
    endpoint = endpoints.describe(clients.sagemaker, name)
    return deployed if endpoint and endpoint.serves(deployed.endpoint_config) else None


def _ensure_request(
    clients: Clients,
    settings: StackSettings,
    plan: Plan,
    code: Code,
    sources: tuple[RawObject, ...],
) -> bool:
    """Return whether the dataset exists; write what the ETL is to make if it doesn't."""
    bucket = settings.artifact_bucket
    if store.exists(clients.s3, bucket, requests.dataset_key(plan, "manifest.json")):
        return True
    document = requests.dataset_request(plan, settings, code.etl_tree, sources)
    store.write_json(clients.s3, bucket, requests.dataset_key(plan, "request.json"), document)
    return False
