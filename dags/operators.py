"""The four tasks that wait for a service, on the provider's operators and triggers.

What the provider leaves open is closed here: a job run that somebody stopped is no success, a
failure names the service's own reason, a name that exists is adopted, and a rollback that ends in
service is no deployment.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, cast

from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.providers.amazon.aws.operators.sagemaker import SageMakerEndpointOperator
from airflow.providers.amazon.aws.triggers.sagemaker import SageMakerTrigger
from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException
from botocore.exceptions import WaiterError

from dags import alarms, comparison, datasets, endpoints, hosting, scaling, training
from dags.aws import Clients
from dags.errors import StepError
from dags.failures import failing_for_good
from dags.plan import Plan
from dags.requests import Trained
from dags.tasks import GLUE_RUN, TRAINING_JOB

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from airflow.sdk import Context

    from dags.failures import TaskInstance
    from dags.settings import StackSettings
    from models.schema import Model

LONGEST_WAIT_SECONDS: Final = 24 * 3600
"""How long the triggerer asks before it gives up; the services' own limits are shorter."""

logger = logging.getLogger(__name__)


def attempts(settings: StackSettings, seconds: float = LONGEST_WAIT_SECONDS) -> int:
    """Return how often to ask a service within a time."""
    return int(seconds / settings.poll_seconds) + 1


def _instance(context: Context) -> TaskInstance:
    """Return the task instance, which a running task always has."""
    return cast("TaskInstance", cast("Any", context)["ti"])


def _patience(settings: StackSettings, more: int = 0) -> int:
    """Return the provider's `max_ingestion_time`: seconds when it defers, attempts when not."""
    longest = endpoints.MOST_WAIT_SECONDS + more
    return longest if settings.deferrable else attempts(settings, longest)


class EtlJobOperator(GlueJobOperator):
    """Runs Pulumi's Glue job. A run that ended badly fails the task with Glue's own message.

    It is not retried then: the same rows would fail the same contract. A lost worker's run, which
    may still be under way, is taken up again by the retry.
    """

    def __init__(
        self,
        *,
        settings: StackSettings,
        clients: Clients | None = None,
        **kwargs: Any,  # noqa: ANN401  # Airflow's
    ) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  # Airflow's is half typed
            job_name=settings.glue_job,
            deferrable=settings.deferrable,
            job_poll_interval=settings.poll_seconds,
            waiter_delay=settings.poll_seconds,  # pyright: ignore[reportArgumentType]  # sleeps that long
            waiter_max_attempts=attempts(settings),
            stop_job_run_on_kill=True,
            resume_glue_job_on_retry=True,
            aws_conn_id=None,
            region_name=settings.region,
            **kwargs,
        )
        self._clients = clients or Clients(settings.region)

    def execute(self, context: Context) -> str:
        """Start the job run and wait for it, here or in the triggerer."""
        with failing_for_good(self.task_id):
            try:
                run: str = super().execute(context)
            except AirflowException:
                self._require_success(context)
                raise
            self._require_success(context)
        return run

    def resume_execution(
        self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context
    ) -> str:
        """Go on after the triggerer, whether it saw a success or a failure."""
        with failing_for_good(self.task_id):
            try:
                run: str = super().resume_execution(next_method, next_kwargs, context)
            except AirflowException:
                self._require_success(context)
                raise
            self._require_success(context)
        return run

    def _require_success(self, context: Context) -> None:
        run = self._job_run_id or _instance(context).xcom_pull(task_ids=self.task_id, key=GLUE_RUN)
        if not run:
            return
        found = self._clients.glue.get_job_run(JobName=self.job_name, RunId=run)["JobRun"]
        state = found.get("JobRunState")
        if state in ("FAILED", "TIMEOUT", "ERROR", "STOPPED", "EXPIRED"):
            raise StepError(
                f"Glue job {self.job_name}",
                found=f"{state} ({found.get('ErrorMessage') or 'no message'})",
                expected="SUCCEEDED",
                do="mend what it names, then push or upload again; "
                f"the log of the job run {run} says more",
            )


class TrainingJobOperator(BaseOperator):
    """Adopts or creates the training job of a content, and waits for it.

    The provider's own operator knows for a name that exists only failing or another name; both
    would train the same content twice. The waiting is the provider's.
    """

    template_fields: Collection[str] = ("request",)

    def __init__(
        self,
        *,
        settings: StackSettings,
        request: Any,  # noqa: ANN401  # an XComArg at parse time, the request when it runs
        clients: Clients | None = None,
        **kwargs: Any,  # noqa: ANN401  # Airflow's
    ) -> None:
        super().__init__(**kwargs)  # pyright: ignore[reportUnknownMemberType]  # as above
        self.request = request
        self.poll_seconds = settings.poll_seconds
        self.deferrable = settings.deferrable
        self.most_attempts = attempts(settings)
        self._clients = clients or Clients(settings.region)
        self._job: str | None = None

    def execute(self, context: Context) -> dict[str, str]:
        """Find or start the job, then wait for it, here or in the triggerer."""
        client = self._clients.sagemaker
        with failing_for_good(self.task_id):
            datasets.require_shares(self._clients.s3, self.request)
            job = training.adopt_or_create(client, self.request, poll_seconds=self.poll_seconds)
            self._job = job.name
            logger.info("training job %s is %s", job.name, job.status)
            _instance(context).xcom_push(TRAINING_JOB, job.name)
            if self.deferrable and not job.ended:
                self._defer(job.name)
            ended = training.wait(client, job.name, poll_seconds=self.poll_seconds)
            return training.result(ended).to_json()

    def _defer(self, job: str) -> None:
        trigger = SageMakerTrigger(
            job_name=job,
            job_type="training",
            poke_interval=self.poll_seconds,  # pyright: ignore[reportArgumentType]  # sleeps that long
            max_attempts=self.most_attempts,
            aws_conn_id=None,
        )
        self.defer(trigger=trigger, method_name="finish")

    def resume_execution(
        self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context
    ) -> dict[str, str]:
        """Go on after the triggerer; the job itself knows best how it ended."""
        client = self._clients.sagemaker
        name = _instance(context).xcom_pull(task_ids=self.task_id, key=TRAINING_JOB)
        with failing_for_good(self.task_id):
            if not training.existing(client, name).ended:
                super().resume_execution(next_method, next_kwargs, context)
            job = training.wait(client, name, poll_seconds=self.poll_seconds)
            return training.result(job).to_json()

    def finish(self, context: Context, event: dict[str, Any] | None = None) -> None:
        """Name the method to resume with; the work is done in `resume_execution`."""

    def on_kill(self) -> None:
        """Stop the job: nobody would take its result."""
        if self._job:
            self._clients.sagemaker.stop_training_job(TrainingJobName=self._job)


class ComparisonOperator(TrainingJobOperator):
    """Compares the new model with the one in service, where the model file asks for it.

    What it returns is empty where there is nothing to compare with.
    """

    template_fields: Collection[str] = ("plan", "trained")

    def __init__(
        self,
        *,
        settings: StackSettings,
        plan: Any,  # noqa: ANN401  # an XComArg at parse time, the plan when it runs
        trained: Any,  # noqa: ANN401  # as above
        **kwargs: Any,  # noqa: ANN401  # Airflow's
    ) -> None:
        super().__init__(settings=settings, request={}, **kwargs)
        self.plan = plan
        self.trained = trained
        self._settings = settings

    def execute(self, context: Context) -> dict[str, str]:
        """Find or start the job that compares, and wait for it; or do nothing."""
        plan, trained = Plan.from_json(self.plan), Trained(**self.trained)
        with failing_for_good(self.task_id):
            archive = comparison.champion(self._clients, self._settings, plan, trained)
        if not archive:
            logger.info("there is nothing to compare with")
            return {}
        self.request = comparison.request(plan, self._settings, trained, archive)
        return super().execute(context)


class EndpointOperator(SageMakerEndpointOperator):
    """Creates or updates the endpoint, and holds that it serves the config it was given.

    It waits for a change under way to end, releases a variant that scales, and deletes a `Failed`
    endpoint, before it begins. Letting the variant scale again is a task of its own.
    """

    template_fields: Sequence[str] = ("config", "plan")

    def __init__(
        self,
        *,
        settings: StackSettings,
        plan: Any,  # noqa: ANN401  # an XComArg at parse time, the plan when it runs
        clients: Clients | None = None,
        **kwargs: Any,  # noqa: ANN401  # Airflow's
    ) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  # Airflow's is half typed
            operation="create",  # becomes an update where the endpoint exists
            deferrable=settings.deferrable,
            check_interval=settings.poll_seconds,  # pyright: ignore[reportArgumentType]  # sleeps that long
            max_ingestion_time=_patience(settings),
            aws_conn_id=None,
            region_name=settings.region,
            **kwargs,
        )
        self.plan = plan
        self._settings = settings
        self._clients = clients or Clients(settings.region)

    def execute(self, context: Context) -> dict[str, str]:
        """Deploy the config, unless the endpoint serves it already."""
        client, name, config = self._clients.sagemaker, self._name, self._config
        with failing_for_good(self.task_id):
            served = endpoints.settle(client, name, self.waiting)
            if served and served.serves(config):
                logger.info("%s serves %s already", name, config)
            else:
                self.prepare(served)
                self._deploy(context)
            return self._verified()

    def prepare(self, served: endpoints.Endpoint | None) -> None:
        """Bring endpoint and request to where one can be deployed."""
        if served is None:
            return
        section = self._model.endpoint
        scaling.release(self._clients.autoscaling, self._name)
        if endpoints.make_ready(self._clients.sagemaker, self._name, self.waiting) is None:
            return
        known = self._settings.endpoint_alarms.get(self._model.name, ())
        watched = alarms.quiet(self._clients.cloudwatch, hosting.watched_alarms(section, known))
        self.operation = "update"
        self.config = {**self._request, **hosting.update_options(section, watched)}
        self.max_ingestion_time = _patience(self._settings, hosting.deployment_seconds(section))

    def _deploy(self, context: Context) -> None:
        try:
            super().execute(context)  # pyright: ignore[reportUnknownMemberType]  # as above
        except (AirflowException, WaiterError):
            self._verified()
            raise

    def resume_execution(
        self,
        next_method: str,  # noqa: ARG002  # the endpoint itself says how it went
        next_kwargs: dict[str, Any] | None,  # noqa: ARG002
        context: Context,  # noqa: ARG002
    ) -> dict[str, str]:
        """Go on after the triggerer, whether it saw a success or a failure."""
        with failing_for_good(self.task_id):
            return self._verified()

    def _verified(self) -> dict[str, str]:
        endpoint = endpoints.settle(self._clients.sagemaker, self._name, self.waiting)
        endpoints.require(endpoint, self._name, self._config)
        return {"EndpointName": self._name, "EndpointConfigName": self._config}

    @property
    def waiting(self) -> endpoints.Waiting:
        """How to wait for the endpoint: as long as its deployment may take."""
        longest = endpoints.MOST_WAIT_SECONDS + hosting.deployment_seconds(self._model.endpoint)
        return endpoints.Waiting(self._settings.poll_seconds, longest=longest)

    @property
    def _model(self) -> Model:
        return Plan.from_json(self.plan).model

    @property
    def _name(self) -> str:
        return str(self._request["EndpointName"])

    @property
    def _config(self) -> str:
        return str(self._request["EndpointConfigName"])

    @property
    def _request(self) -> dict[str, Any]:
        return cast("dict[str, Any]", cast("Any", self).config)  # the provider's is half typed
