"""The whole stack: settings, then its parts in order, then what a person needs to know of it.

A git push, or a new raw file, becomes a trained, evaluated, registered and deployed model. Code and
model files travel by push; this program is configuration. It owns no model, endpoint config or
endpoint: those come and go with the runs of the DAGs.

The price of order here: the parts know nothing of each other, so every wire between them is visible
below, and long.
"""

from pathlib import Path

import pulumi
import pulumi_aws as aws

from components.airflow_environment import AirflowEnvironment, AirflowEnvironmentArgs
from components.airflow_permissions import Place
from components.boundary import bound_roles
from components.build_pipeline import BuildPipeline, BuildPipelineArgs
from components.dag_settings import DagSettings, DagSettingsArgs
from components.declared_models import declared_models
from components.etl_job import EtlJob, EtlJobArgs
from components.keys import Keys, KeysArgs
from components.model_hosting import ModelHosting, ModelHostingArgs
from components.monitoring import Monitoring, MonitoringArgs
from components.naming import Names
from components.network import Network, NetworkArgs
from components.pull_request_review import PullRequestReview, PullRequestReviewArgs
from components.retrain_trigger import RetrainTrigger, RetrainTriggerArgs
from components.settings import StackSettings
from components.storage import Storage, StorageArgs

root = Path(__file__).resolve().parent
settings = StackSettings.load()
bound_roles(settings.permissions_boundary)
declared = declared_models(root / "models")
models = tuple(declared)
names = Names(
    prefix=settings.prefix,
    account=aws.get_caller_identity().account_id,
    region=settings.region,
)

keys = Keys("keys", KeysArgs(names=names, protect=settings.protect))
storage = Storage(
    "storage",
    StorageArgs(
        names=names,
        key_arn=keys.data_arn,
        after=[keys],
        protect=settings.protect,
        version_retention_days=settings.version_retention_days,
        log_retention_days=settings.log_retention_days,
    ),
)
network = Network(
    "network",
    NetworkArgs(
        names=names,
        settings=settings,
        zones=aws.get_availability_zones(
            state="available",
            # Local zones and wavelengths are zones too, and MWAA is in none of them.
            filters=[{"name": "zone-type", "values": ["availability-zone"]}],
        ).names,
        key_arn=keys.logs_arn,
    ),
)
build_pipeline = BuildPipeline(
    "build",
    BuildPipelineArgs(
        names=names,
        settings=settings,
        artifact_bucket=storage.artifact_bucket,
        airflow_bucket=storage.airflow_bucket,
        key_arn=keys.data_arn,
        logs_key_arn=keys.logs_arn,
        messages_key_arn=keys.messages_arn,
    ),
)
review_queues = {}
if settings.review_pull_requests and build_pipeline.clone_url is not None:
    review_queues = PullRequestReview(
        "review",
        PullRequestReviewArgs(
            names=names,
            settings=settings,
            clone_url=build_pipeline.clone_url,
            key_arn=keys.data_arn,
            logs_key_arn=keys.logs_arn,
            messages_key_arn=keys.messages_arn,
        ),
    ).dead_letter_queue_urls
etl_job = EtlJob(
    "etl",
    EtlJobArgs(
        names=names,
        settings=settings,
        root=root,
        artifact_bucket=storage.artifact_bucket,
        key_arn=keys.data_arn,
        logs_key_arn=keys.logs_arn,
    ),
)
model_hosting = ModelHosting(
    "hosting",
    ModelHostingArgs(
        names=names,
        key_arn=keys.data_arn,
        training=network.training,
        hosting=network.hosting,
    ),
)
airflow_environment = AirflowEnvironment(
    "airflow",
    AirflowEnvironmentArgs(
        names=names,
        settings=settings,
        root=root,
        airflow_bucket=storage.airflow_bucket,
        airflow_bucket_arn=storage.airflow_bucket_arn,
        key_arn=keys.data_arn,
        placement=network.airflow,
        training=Place(
            placement=network.training,
            role_arn=model_hosting.training_role_arn,
            key_arn=keys.data_arn,
        ),
        hosting=Place(
            placement=network.hosting,
            role_arn=model_hosting.hosting_role_arn,
            key_arn=keys.data_arn,
        ),
        after=[network, storage],
    ),
)
retrain_trigger = RetrainTrigger(
    "trigger",
    RetrainTriggerArgs(
        names=names,
        settings=settings,
        root=root,
        key_arn=keys.data_arn,
        logs_key_arn=keys.logs_arn,
        messages_key_arn=keys.messages_arn,
        data_bucket=storage.data_bucket,
        artifact_bucket=storage.artifact_bucket,
        image_repository=build_pipeline.image_repository,
        airflow_environment=airflow_environment.environment_name,
        placement=network.trigger,
    ),
)
dag_settings = DagSettings(
    "dags",
    DagSettingsArgs(
        names=names,
        settings=settings,
        airflow_bucket=storage.airflow_bucket,
        data_bucket=storage.data_bucket,
        artifact_bucket=storage.artifact_bucket,
        key_arn=keys.data_arn,
        etl_job=etl_job.job_name,
        image_repository_uri=build_pipeline.image_repository_uri,
        training_role_arn=model_hosting.training_role_arn,
        hosting_role_arn=model_hosting.hosting_role_arn,
        models=models,
        training=network.training,
        hosting=network.hosting,
    ),
)
dead_letter_queue_urls = {
    **build_pipeline.dead_letter_queue_urls,
    **review_queues,
    "trigger_events": retrain_trigger.event_queue_url,
    "trigger_function": retrain_trigger.function_queue_url,
}
monitoring = Monitoring(
    "monitoring",
    MonitoringArgs(
        names=names,
        settings=settings,
        key_arn=keys.messages_arn,
        models=models,
        training_metrics=sorted(set(declared.values())),
        functions=["trigger"],
        dead_letter_queues=dead_letter_queue_urls,
        airflow_environment=airflow_environment.environment_name,
    ),
)

pulumi.export("name_prefix", names.prefix)
for output, value in build_pipeline.source_outputs.items():
    pulumi.export(output, value)
pulumi.export("pipeline_name", build_pipeline.pipeline_name)
pulumi.export("image_repository_uri", build_pipeline.image_repository_uri)
pulumi.export("airflow_url", airflow_environment.webserver_url)
pulumi.export("airflow_environment", airflow_environment.environment_name)
pulumi.export("data_bucket", storage.data_bucket)
pulumi.export("artifact_bucket", storage.artifact_bucket)
pulumi.export("airflow_bucket", storage.airflow_bucket)
pulumi.export("etl_job", etl_job.job_name)
pulumi.export("trigger_function", retrain_trigger.function_name)
pulumi.export(
    "dead_letter_queue_urls",
    {**dead_letter_queue_urls, "alarm_events": monitoring.queue_url},
)
pulumi.export("alarm_topic", monitoring.topic_arn)
pulumi.export("dashboard", names.dashboard)
pulumi.export("dag_settings_key", dag_settings.key)
pulumi.export("endpoint_pattern", names.endpoint_pattern)
pulumi.export("endpoints", {model: names.endpoint(model) for model in models})
