"""Request bodies; that botocore accepts them is a contract test's."""

from __future__ import annotations

import json
from dataclasses import replace

from dags import requests
from tests.unit.dags import builders
from tests.unit.dags.builders import COMMIT, DIGEST, plan, sources, stack_settings, trained

BUCKET = stack_settings().artifact_bucket


def test_the_dataset_request_says_what_the_etl_is_to_read() -> None:
    document = requests.dataset_request(plan(), stack_settings(), builders.ETL_TREE, sources())

    assert document["sources"] == [
        {
            "bucket": stack_settings().data_bucket,
            "key": "raw/abalone/a.csv",
            "version_id": "v1",
            "size": 10,
        }
    ]
    assert document["contract"] == builders.model().data.to_json()
    assert document["dataset_id"] == plan().names.dataset_id


def test_glue_runs_the_code_of_the_runs_commit() -> None:
    dataset = plan().names.dataset_id

    assert requests.etl_arguments(plan(), stack_settings()) == {
        "--request_uri": f"s3://{BUCKET}/datasets/abalone/{dataset}/request.json",
        "--extra-py-files": f"s3://{BUCKET}/code/{COMMIT}/etl.zip",
        "--commit": COMMIT,
        "--run_id": plan().run_id,
    }


def test_training_gets_the_image_by_digest() -> None:
    request = requests.training_request(plan(), stack_settings())

    image = request["AlgorithmSpecification"]["TrainingImage"]
    assert image == f"{stack_settings().image_repository}@{DIGEST}"


def test_splits_are_channels_by_manifest_and_the_dataset_is_one_too() -> None:
    request = requests.training_request(plan(), stack_settings())

    sources_of = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]
        for channel in request["InputDataConfig"]
    }
    folder = f"s3://{BUCKET}/datasets/abalone/{plan().names.dataset_id}"
    assert list(sources_of) == ["train", "validation", "test", "dataset"]
    assert sources_of["test"]["S3DataType"] == "ManifestFile"
    assert sources_of["test"]["S3Uri"] == f"{folder}/channels/test.manifest"
    assert sources_of["dataset"]["S3DataType"] == "S3Prefix"
    assert sources_of["dataset"]["S3Uri"] == f"{folder}/manifest.json"


def test_hyperparameters_are_json_texts_beside_algorithm_and_objective() -> None:
    found = requests.hyperparameters(plan())

    assert found["algorithm"] == "ensemble"
    assert found["objective"] == "squared_error"
    assert json.loads(found["seed"]) == 0


def test_metrics_are_read_from_the_log_lines_of_the_image() -> None:
    import re

    definitions = requests.training_request(plan(), stack_settings())["AlgorithmSpecification"]

    line = "2026-01-01 INFO metric rmse=2.123400 split=validation"
    matches = {
        one["Name"]: found[1]
        for one in definitions["MetricDefinitions"]
        if (found := re.search(one["Regex"], line))
    }
    assert matches == {"validation:rmse": "2.123400"}


def test_on_demand_training_has_no_waiting_time() -> None:
    request = requests.training_request(plan(), stack_settings())

    assert request["EnableManagedSpotTraining"] is False
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert "CheckpointConfig" not in request


def test_channels_are_of_the_media_that_datasets_are_written_in() -> None:
    found = builders.model()
    typed = replace(found, data=replace(found.data, output="parquet"))

    channels = requests.training_request(plan(typed), stack_settings())["InputDataConfig"]

    assert [channel["ContentType"] for channel in channels] == [
        *(["application/x-parquet"] * 3),
        "application/json",
    ]


def test_spot_training_waits_and_keeps_checkpoints() -> None:
    known = plan(builders.spot_model())

    request = requests.training_request(known, stack_settings())

    job = known.names.training_job
    assert request["EnableManagedSpotTraining"] is True
    assert request["StoppingCondition"]["MaxWaitTimeInSeconds"] == 3 * 3600
    checkpoints = f"s3://{BUCKET}/models/abalone/{job}/checkpoints"
    assert request["CheckpointConfig"] == {"S3Uri": checkpoints}


def test_several_instances_share_the_training_rows_and_talk_in_secret() -> None:
    request = requests.training_request(plan(builders.wide_model(3)), stack_settings())

    distributions = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3DataDistributionType"]
        for channel in request["InputDataConfig"]
    }
    assert request["ResourceConfig"]["InstanceCount"] == 3
    assert request["EnableInterContainerTrafficEncryption"] is True
    assert distributions == {
        "train": "ShardedByS3Key",
        "validation": "FullyReplicated",
        "test": "FullyReplicated",
        "dataset": "FullyReplicated",
    }


def test_one_instance_gets_all_rows_and_has_nobody_to_talk_to() -> None:
    request = requests.training_request(plan(), stack_settings())

    assert "ShardedByS3Key" not in json.dumps(request)
    assert "EnableInterContainerTrafficEncryption" not in request


def test_the_stack_may_override_instance_types() -> None:
    settings = stack_settings(
        training_instance_type="ml.c5.xlarge", endpoint_instance_type="ml.t2.medium"
    )

    training = requests.training_request(plan(), settings)
    config = requests.endpoint_config_request(plan(), settings, trained(), builders.PACKAGE_ARN)

    assert training["ResourceConfig"]["InstanceType"] == "ml.c5.xlarge"
    assert config["ProductionVariants"][0]["InstanceType"] == "ml.t2.medium"


def test_output_and_volumes_are_encrypted_with_the_stacks_key() -> None:
    arguments = (plan(), stack_settings(), trained(), builders.PACKAGE_ARN)
    key = stack_settings().kms_key_arn

    training = requests.training_request(*arguments[:2])
    config = requests.endpoint_config_request(*arguments)

    assert training["OutputDataConfig"]["KmsKeyId"] == key
    assert training["ResourceConfig"]["VolumeKmsKeyId"] == key
    assert config["KmsKeyId"] == key


def test_an_instance_type_with_disks_of_its_own_is_asked_for_without_a_volume_key() -> None:
    settings = stack_settings(
        training_instance_type="ml.g5.xlarge", endpoint_instance_type="ml.m5d.large"
    )

    training = requests.training_request(plan(), settings)
    config = requests.endpoint_config_request(plan(), settings, trained(), builders.PACKAGE_ARN)

    assert "VolumeKmsKeyId" not in training["ResourceConfig"]
    assert "KmsKeyId" not in config


def test_an_overridden_endpoint_has_a_config_of_its_own() -> None:
    settings = stack_settings(endpoint_instance_type="ml.t2.medium")

    assert plan(settings=settings).names.endpoint_config != plan().names.endpoint_config


def test_a_package_tells_its_lineage_and_can_be_found_again() -> None:
    request = requests.package_request(plan(), stack_settings(), trained(), builders.verdict())

    metadata = request["CustomerMetadataProperties"]
    assert metadata["commit"] == COMMIT
    assert metadata["image-digest"] == DIGEST
    assert metadata["dataset-id"] == plan().names.dataset_id
    assert metadata["training-job"] == trained().job
    assert metadata["metric-value"] == "2.1"
    assert metadata["identity"] in request["ModelPackageDescription"]
    assert "Tags" not in request  # SageMaker refuses tags on versions


def test_model_and_config_carry_the_lineage_as_tags() -> None:
    arguments = (plan(), stack_settings(), trained(), builders.PACKAGE_ARN)
    for request in (
        requests.model_request(*arguments),
        requests.endpoint_config_request(*arguments),
    ):
        tags = {tag["Key"]: tag["Value"] for tag in request["Tags"]}

        assert tags["commit"] == COMMIT
        assert tags["model-package"] == builders.PACKAGE_ARN
        assert tags["training-job"] == trained().job


def test_whatever_is_made_says_whose_it_is() -> None:
    settings = stack_settings()
    serving = (plan(), settings, trained(), builders.PACKAGE_ARN)

    for request in (
        requests.training_request(plan(), settings),
        requests.package_group_request(plan(), settings),
        requests.model_request(*serving),
        requests.endpoint_config_request(*serving),
    ):
        assert {"Key": "Stack", "Value": settings.name_prefix} in request["Tags"]


def test_the_endpoint_serves_the_planned_config() -> None:
    request = requests.endpoint_request(plan(), stack_settings())

    assert request == {
        "EndpointName": "mlops-test-abalone",
        "EndpointConfigName": plan().names.endpoint_config,
    }


def test_a_training_job_lies_in_the_network_that_the_stack_says() -> None:
    request = requests.training_request(plan(), stack_settings())

    assert request["VpcConfig"] == {
        "SecurityGroupIds": ["sg-0c3"],
        "Subnets": ["subnet-0a1", "subnet-0b2"],
    }


def test_neither_training_nor_serving_reaches_any_network_itself() -> None:
    job = requests.training_request(plan(), stack_settings())
    model = requests.model_request(plan(), stack_settings(), trained(), builders.PACKAGE_ARN)

    assert job["EnableNetworkIsolation"] is True
    assert model["EnableNetworkIsolation"] is True


def test_a_model_lies_in_the_network_that_the_stack_says() -> None:
    request = requests.model_request(plan(), stack_settings(), trained(), builders.PACKAGE_ARN)

    assert request["VpcConfig"]["SecurityGroupIds"] == ["sg-0d4"]
