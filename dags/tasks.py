"""What each Python task does: Airflow's values in, one step, what later tasks need out.

Each takes the task instance as an argument and speaks to the services through `Clients`; the
branching ones return the id of the task to go on with.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from airflow.sdk.exceptions import AirflowFailException

from dags import (
    archive,
    comparison,
    datasets,
    endpoints,
    hosting,
    registry,
    requests,
    scaling,
    smoke,
    store,
)
from dags.aws import SERVICE_ERRORS, Clients, message
from dags.conf import claims, parse_conf
from dags.errors import StepError
from dags.failures import CAUSE, failing_for_good
from dags.gate import Verdict, examples, judge
from dags.outcome import Traces, conclude, first_failed
from dags.plan import Ending, Plan
from dags.prune import prune as prune_unused
from dags.records import Deployed, read_deployed, write_deployed, write_record
from dags.requests import Trained
from dags.resolve import newer_deployed
from dags.resolve import resolve as resolve_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dags.endpoints import Endpoint
    from dags.failures import DagRun, TaskInstance
    from dags.settings import StackSettings

PLAN: Final = "plan"
PINNED: Final = "pinned"
DEPLOYED: Final = "deployed"
ENDING: Final = "ending"
ETL_ARGUMENTS: Final = "etl_arguments"
TRAINING_REQUEST: Final = "training_request"
ENDPOINT_REQUEST: Final = "endpoint_request"
VERDICT: Final = "verdict"
PREVIOUS: Final = "previous_endpoint_config"
SCALING: Final = "scaling"
SCALED: Final = "scaled"
GLUE_RUN: Final = "glue_job_run_id"
TRAINING_JOB: Final = "training_job"

logger = logging.getLogger(__name__)


class Steps:
    """The Python tasks of one model's DAG.

    It holds no state between tasks: each of them runs in a process of its own. Arguments named `ti`
    and `dag_run` come from Airflow, the others from earlier tasks.
    """

    def __init__(self, settings: StackSettings, model: str, clients: Clients | None = None) -> None:
        self.settings = settings
        self.model = model
        self.clients = clients or Clients(settings.region)

    def resolve(self, ti: TaskInstance, dag_run: DagRun) -> str:
        """Pin the inputs and plan the run; go on with the first step that has something to do."""
        with failing_for_good("resolve"):
            wanted = parse_conf(dag_run.conf or {}, self.model)
            found = resolve_inputs(self.clients, self.settings, self.model, ti.run_id, wanted)
        ti.xcom_push(PINNED, found.pinned.to_json())
        if found.deployed:
            ti.xcom_push(DEPLOYED, asdict(found.deployed))
        if found.plan:
            self._push_plan(ti, found.plan)
        if found.ending:
            then = _end(ti, found.ending)
            return "scaling" if found.deployed and self._scales_otherwise(found.plan) else then
        if found.dataset_exists:
            logger.info("the dataset exists already; going on with the training job")
            return "training"
        logger.info("the dataset has to be made")
        return "etl"

    def _scales_otherwise(self, plan: Plan | None) -> bool:
        """Return whether what serves already has bounds other than the model file's.

        One that is not to scale does not: that it may not is part of the config's identity.
        """
        wanted = plan.model.endpoint.scaling if plan else None
        if wanted is None:
            return False
        with failing_for_good("resolve"):
            return scaling.registered(self.clients.autoscaling, self._endpoint) != wanted

    def _push_plan(self, ti: TaskInstance, plan: Plan) -> None:
        logger.info("%s of number %d leads to %s", self.model, plan.pinned.number, plan.names)
        ti.xcom_push(PLAN, plan.to_json())
        ti.xcom_push(ETL_ARGUMENTS, requests.etl_arguments(plan, self.settings))
        ti.xcom_push(TRAINING_REQUEST, requests.training_request(plan, self.settings))
        ti.xcom_push(ENDPOINT_REQUEST, requests.endpoint_request(plan, self.settings))

    def gate(
        self,
        plan: dict[str, Any],
        trained: dict[str, str],
        compared: dict[str, str],
        ti: TaskInstance,
    ) -> str:
        """Read evaluation and comparison out of their archives, keep them, and judge."""
        known, job = Plan.from_json(plan), Trained(**trained)
        with failing_for_good("gate"):
            content = archive.read_evaluation(self.clients.s3, job.archive)
            evaluation = archive.parse_document(content, job.archive)
            self._keep(requests.evaluation_key(known, job.job), content)
            beside = self._comparison(known, job, compared)
        verdict = judge(evaluation, known.model.evaluation, beside)
        ti.xcom_push(VERDICT, verdict.to_json())
        if not verdict.accepted:
            return _end(ti, Ending("rejected", verdict.reason))
        logger.info("accepted: %s", verdict.reason)
        return "package"

    def _comparison(self, plan: Plan, job: Trained, compared: dict[str, str]) -> object:
        """Return what the comparison job wrote; `None` where there was nothing to compare."""
        if not compared:
            return None
        address, name = compared["archive"], comparison.COMPARISON
        content = archive.read_document(self.clients.s3, address, name, (name,))
        self._keep(requests.comparison_key(plan, job.job), content)
        return archive.parse_document(content, address, (name,))

    def _keep(self, key: str, content: bytes) -> None:
        self.clients.s3.put_object(
            Bucket=self.settings.artifact_bucket,
            Key=key,
            Body=content,
            ContentType="application/json",
        )

    def package(
        self, plan: dict[str, Any], trained: dict[str, str], verdict: dict[str, Any]
    ) -> str:
        """Register the model; return the package's ARN."""
        known, job = Plan.from_json(plan), Trained(**trained)
        with failing_for_good("package"):
            arn = registry.ensure_package(
                self.clients.sagemaker,
                requests.package_group_request(known, self.settings),
                requests.package_request(known, self.settings, job, Verdict(**verdict)),
            )
        logger.info("registered as %s", arn)
        return arn

    def endpoint_config(
        self, plan: dict[str, Any], trained: dict[str, str], package_arn: str, ti: TaskInstance
    ) -> str:
        """Make what the endpoint will serve, unless something newer was deployed meanwhile."""
        known, job = Plan.from_json(plan), Trained(**trained)
        with failing_for_good("endpoint_config"):
            ending = newer_deployed(self.clients, self.settings, known.pinned)
            if ending:
                return _end(ti, ending)
            sagemaker, settings = self.clients.sagemaker, self.settings
            registry.ensure_model(
                sagemaker, requests.model_request(known, settings, job, package_arn)
            )
            registry.ensure_endpoint_config(
                sagemaker, requests.endpoint_config_request(known, settings, job, package_arn)
            )
            previous = self._previous_config(known)
            scales = scaling.registered(self.clients.autoscaling, self._endpoint)
        ti.xcom_push(PREVIOUS, previous or "")  # a null would count as no value at all
        ti.xcom_push(SCALING, scales.to_json() if scales else {})
        logger.info("going from %s to %s", previous or "nothing", known.names.endpoint_config)
        return "endpoint"

    def _previous_config(self, plan: Plan) -> str | None:
        endpoint = endpoints.describe(self.clients.sagemaker, self._endpoint)
        deployed = read_deployed(self.clients.s3, self.settings.artifact_bucket, self.model)
        return previous_config(endpoint, deployed, plan.names.endpoint_config)

    def smoke_test(
        self,
        plan: dict[str, Any],
        trained: dict[str, str],
        package_arn: str,
        previous: str,
        scales: dict[str, Any],
    ) -> None:
        """Ask the endpoint what the evaluation knows; a wrong answer puts the old config back."""
        known, job = Plan.from_json(plan), Trained(**trained)
        with failing_for_good("smoke_test"):
            problem = self._ask(known, job)
            if problem:
                logger.warning("%s; going back to %s", problem, previous or "nothing")
                raise self._taken_back(problem, previous or None, scales)
            self._write_deployed(known, package_arn, previous or None)
        logger.info("%s serves %s", self._endpoint, known.names.endpoint_config)

    def _ask(self, plan: Plan, job: Trained) -> str:
        key = requests.evaluation_key(plan, job.job)
        try:
            evaluation = store.read_json(self.clients.s3, self.settings.artifact_bucket, key)
        except StepError as error:
            return str(error)
        except SERVICE_ERRORS as error:
            return f"the evaluation {key} can't be read: {message(error)}"
        rows = examples(evaluation)
        if not rows:
            return f"the evaluation {key} has no examples to ask"
        return smoke.ask(self.clients.runtime, self._endpoint, rows)

    def _taken_back(self, problem: str, previous: str | None, scales: dict[str, Any]) -> StepError:
        scaling.release(self.clients.autoscaling, self._endpoint)
        done = endpoints.put_back(
            self.clients.sagemaker,
            self._endpoint,
            previous,
            endpoints.Waiting(self.settings.poll_seconds),
            hosting.retained() if scales else {},
        )
        return StepError(
            f"endpoint {self._endpoint}",
            found=f"{problem}; {done}",
            expected="the answers that the evaluation gave to its examples",
            do="mend serving or its dependencies in training_image/ and push",
        )

    def _write_deployed(self, plan: Plan, package_arn: str, previous: str | None) -> None:
        deployed = Deployed(
            commit=plan.pinned.commit,
            number=plan.pinned.number,
            run_id=plan.run_id,
            endpoint_config=plan.names.endpoint_config,
            model_package_arn=package_arn,
            previous_endpoint_config=previous,
        )
        write_deployed(self.clients.s3, self.settings.artifact_bucket, self.model, deployed)

    def scaling(self, plan: dict[str, Any], ti: TaskInstance) -> None:
        """Let whatever serves now scale: as the model file says, or after a failure as before.

        It runs however the deployment ended, since that began with taking the bounds away.
        """
        if not plan:
            return
        known, waiting = Plan.from_json(plan), endpoints.Waiting(self.settings.poll_seconds)
        before = ti.xcom_pull(task_ids="endpoint_config", key=SCALING)
        with failing_for_good("scaling"):
            endpoint = endpoints.settle(self.clients.sagemaker, self._endpoint, waiting)
            changed = scaling.follow(
                self.clients.autoscaling, self._endpoint, endpoint, known, before
            )
        ti.xcom_push(SCALED, changed)
        logger.info(changed or "nothing was to be changed")

    def prune(self, plan: dict[str, Any], previous: str) -> None:
        """Delete the configs and models that are neither live nor the ones to go back to."""
        kept = {Plan.from_json(plan).names.endpoint_config, previous} - {""}
        with failing_for_good("prune"):
            gone = prune_unused(self.clients.sagemaker, self._endpoint, kept)
        logger.info("kept %s; deleted %s", sorted(kept), gone or "nothing")

    def outcome(self, ti: TaskInstance, dag_run: DagRun) -> None:
        """Record what came of the run, always; a failed run fails here too."""
        states = ti.get_task_states(dag_id=ti.dag_id, run_ids=[ti.run_id]).get(ti.run_id, {})
        record = conclude(
            self._traces(ti, dag_run, states), self.settings, datetime.now(UTC).isoformat()
        )
        with failing_for_good("outcome"):
            key = write_record(self.clients.s3, self.settings.artifact_bucket, record)
        logger.info("%s: %s (recorded in %s)", record.outcome, record.reason, key)
        if record.outcome == "failed":
            raise AirflowFailException(
                f"{record.reason}: {record.cause}; log: {record.log}; record: {key}"
            )

    def _traces(self, ti: TaskInstance, dag_run: DagRun, states: Mapping[str, str]) -> Traces:
        def pull(task: str, key: str) -> Any:  # noqa: ANN401  # any JSON that a task kept
            left_any = states.get(task) in ("success", "failed")
            return ti.xcom_pull(task_ids=task, key=key) if left_any else None

        failed = first_failed(states)
        endings: list[dict[str, str]] = [
            pull(step, ENDING) or {} for step in ("resolve", "gate", "endpoint_config")
        ]
        plan: dict[str, Any] = pull("resolve", PLAN) or {}
        deployed: dict[str, Any] = pull("resolve", DEPLOYED) or {}
        cause: dict[str, Any] = (pull(failed, CAUSE) if failed else None) or {}
        ending = next((found for found in endings if found), endings[0])
        return Traces(
            run_id=ti.run_id,
            dag_id=ti.dag_id,
            model=self.model,
            states=states,
            pinned=pull("resolve", PINNED) or claims(dag_run.conf or {}),
            names=plan.get("names", {}),
            rows=self._rows(plan),
            ending=ending,
            verdict=pull("gate", VERDICT) or {},
            scaled=pull("scaling", SCALED) or "",
            glue_run=pull("etl", GLUE_RUN),
            training_job=pull("training", TRAINING_JOB),
            comparison_job=pull("comparison", TRAINING_JOB),
            package_arn=pull("package", "return_value") or deployed.get("model_package_arn"),
            previous_config=pull("endpoint_config", PREVIOUS)
            or deployed.get("previous_endpoint_config"),
            cause=cause.get("text", ""),
            attempt=cause.get("attempt", 1),
        )

    def _rows(self, plan: dict[str, Any]) -> Mapping[str, int] | None:
        """Return how many rows the run's data has. What nobody can read hinders no record."""
        if not plan:
            return None
        bucket, known = self.settings.artifact_bucket, Plan.from_json(plan)
        try:
            return datasets.read_rows(self.clients.s3, bucket, known)
        except (*SERVICE_ERRORS, StepError) as error:
            logger.warning("the rows can't be counted: %s", error)
            return None

    @property
    def _endpoint(self) -> str:
        return requests.endpoint_name(self.settings, self.model)


def previous_config(endpoint: Endpoint | None, deployed: Deployed | None, ours: str) -> str | None:
    """Return the config to go back to: what was tested last; without a record, what is served.

    What is served may be untested: a run that died before its smoke test leaves its config there.
    """
    if deployed:
        tested = deployed.endpoint_config
        return tested if tested != ours else deployed.previous_endpoint_config
    served = endpoint.config if endpoint and endpoint.status != "Failed" else ""
    return served if served and served != ours else None


def _end(ti: TaskInstance, ending: Ending) -> str:
    logger.info("%s: %s", ending.outcome, ending.reason)
    ti.xcom_push(ENDING, ending.to_json())
    return "outcome"
