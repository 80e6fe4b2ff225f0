"""Permissions that no run of the twin asks for, each with the reason why a role has it.

The one list: what stands here has to be in some stack's policies, and what a service does on our
behalf is never asked by our own code. A stale entry fails its test.
"""

from __future__ import annotations

from dataclasses import dataclass

LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
LAYERS = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
)
PULL = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
)
INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
BY_CODEBUILD = ("codecommit:GitPull", "logs:CreateLogStream", "logs:PutLogEvents")
WORKER_QUEUES = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)


@dataclass(frozen=True)
class ByService:
    """What a service of AWS does with a role, and the twin does without asking."""

    roles: tuple[str, ...]
    actions: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Seldom:
    """What our code does when something went wrong, or in the cloud alone; a run may show it.

    Attributes:
        file: Where it is done.
        text: What stands there.
    """

    role: str
    action: str
    why: str
    file: str
    text: str


BY_SERVICE = (
    ByService(
        ("airflow",),
        WORKER_QUEUES,
        "MWAA's scheduler hands tasks to its workers through queues of its own",
    ),
    ByService(
        ("airflow",),
        ("kms:DescribeKey", "kms:Encrypt"),
        "MWAA encrypts the environment's own database, queues and disks",
    ),
    ByService(
        ("airflow",),
        (
            *(
                "airflow:PublishMetrics",
                "cloudwatch:PutMetricData",
                *LOGS,
                "logs:DescribeLogGroups",
            ),
            *("logs:GetLogEvents", "logs:GetLogGroupFields", "logs:GetLogRecord"),
            "logs:GetQueryResults",
        ),
        "MWAA writes the tasks' logs and metrics, and shows them in its web server",
    ),
    ByService(
        ("airflow",),
        (
            *("s3:GetAccountPublicAccessBlock", "s3:GetBucketLocation"),
            *("s3:GetBucketPublicAccessBlock", "s3:GetBucketVersioning"),
            *("s3:GetEncryptionConfiguration", "s3:GetObjectVersion"),
        ),
        "MWAA looks at its bucket, and fetches files by version, when it makes the environment",
    ),
    ByService(
        ("airflow", "hosting", "training"),
        ("kms:CreateGrant",),
        "SageMaker makes a grant for the volumes of jobs and endpoints with these roles",
    ),
    ByService(
        ("airflow",),
        (
            *("cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"),
            *("iam:CreateServiceLinkedRole", "sagemaker:UpdateEndpointWeightsAndCapacities"),
        ),
        "Application Auto Scaling asks whether who registers a target may do what it will do",
    ),
    ByService(
        ("training",),
        ("s3:DeleteObject",),
        "SageMaker deletes in S3 a checkpoint that the container of a job deleted",
    ),
    ByService(
        ("hosting",),
        ("s3:AbortMultipartUpload", "s3:ListBucket"),
        "SageMaker lists the objects of a batch transform, and writes large answers in parts",
    ),
    ByService(
        ("hosting",),
        ("cloudwatch:DescribeAlarms",),
        "SageMaker looks at the alarms that take a deployment back",
    ),
    ByService(
        ("image", "staging"),
        (*BY_CODEBUILD, "s3:GetObjectVersion"),
        "CodeBuild fetches the commit's reference, clones it by git's protocol, writes its log",
    ),
    ByService(
        ("image", "pipeline", "staging"),
        ("s3:GetBucketAcl", "s3:GetBucketLocation"),
        "CodePipeline and CodeBuild look whose the bucket of artifacts is before they use it",
    ),
    ByService(
        ("pipeline",), ("s3:GetBucketVersioning",), "CodePipeline looks whether it keeps versions"
    ),
    ByService(
        ("review",), BY_CODEBUILD, "CodeBuild clones the repository by git's protocol, and logs"
    ),
    ByService(
        ("image", "pipeline", "staging"),
        ("codeconnections:UseConnection",),
        "CodePipeline and CodeBuild fetch what lies elsewhere through its connection",
    ),
    ByService(
        ("image",), LAYERS, "docker pushes layers; the twin's stand-in keeps them on this machine"
    ),
    ByService(
        ("pipeline",),
        (
            *("codecommit:CancelUploadArchive", "codecommit:GetBranch"),
            *("codecommit:GetUploadArchiveStatus", "codecommit:UploadArchive"),
        ),
        "CodePipeline's source action; AWS's page on it asks for all of them",
    ),
    ByService(
        ("pipeline",),
        ("codebuild:BatchGetBuilds", "kms:Decrypt", "s3:GetObject", "s3:GetObjectVersion"),
        "CodePipeline hands artifacts from action to action, and asks how a build is doing",
    ),
    ByService(
        ("etl",),
        (*LOGS, "cloudwatch:PutMetricData", "logs:AssociateKmsKey"),
        "Glue writes a run's log and metrics, encrypted as its security configuration says",
    ),
    ByService(
        ("etl", "training"),
        ("s3:AbortMultipartUpload",),
        "Spark and SageMaker upload large files in parts, and give up the parts of what failed",
    ),
    ByService(
        ("hosting", "training"),
        (*LOGS, *PULL, "cloudwatch:PutMetricData"),
        "SageMaker pulls the image, and writes the container's log and metrics",
    ),
    ByService(
        ("hosting", "training"),
        INTERFACES,
        "SageMaker puts the container into our network, where the stack says so",
    ),
    ByService(
        ("flow-logs",),
        (
            *("logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams"),
            "logs:PutLogEvents",
        ),
        "the network's flow logs are written by the network",
    ),
    ByService(
        ("trigger",),
        ("logs:CreateLogStream", "logs:PutLogEvents"),
        "Lambda writes the function's log",
    ),
    ByService(
        ("trigger",),
        (
            *("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface"),
            *("ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"),
            *("ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"),
        ),
        "Lambda puts the function into our network, where the web server is private",
    ),
)

SELDOM = (
    Seldom(
        *("airflow", "glue:BatchStopJobRun", "a task is killed while the ETL runs"),
        *("dags/operators.py", "stop_job_run_on_kill=True"),
    ),
    Seldom(
        *("airflow", "sagemaker:StopTrainingJob", "a task is killed while a model is trained"),
        *("dags/operators.py", "stop_training_job"),
    ),
    Seldom(
        *("airflow", "sagemaker:UpdateEndpoint", "the model is deployed a second time"),
        *("dags/endpoints.py", "update_endpoint"),
    ),
    Seldom(
        *("airflow", "sagemaker:DeleteEndpoint", "an endpoint is Failed: it can only be deleted"),
        *("dags/endpoints.py", "delete_endpoint"),
    ),
    Seldom(
        *("airflow", "sagemaker:DeleteEndpointConfig", "there are more than are kept"),
        *("dags/prune.py", "delete_endpoint_config"),
    ),
    Seldom(
        *("airflow", "sagemaker:DeleteModel", "there are more than are kept"),
        *("dags/prune.py", "delete_model"),
    ),
    Seldom(
        *("airflow", "sagemaker:DescribeModelPackage", "a package is there already"),
        *("dags/registry.py", "describe_model_package("),
    ),
    Seldom(
        *("airflow", "cloudwatch:DescribeAlarms", "a model file names alarms"),
        *("dags/alarms.py", "describe_alarms("),
    ),
    *(
        Seldom("airflow", f"application-autoscaling:{action}", why, "dags/scaling.py", text)
        for why in ("a model file lets the endpoint scale",)
        for action, text in (
            ("DeregisterScalableTarget", "deregister_scalable_target("),
            ("DescribeScalingPolicies", "describe_scaling_policies("),
            ("PutScalingPolicy", "put_scaling_policy("),
            ("RegisterScalableTarget", "register_scalable_target("),
        )
    ),
    *(
        Seldom("hosting", action, why, "dags/hosting.py", "DestinationS3Uri")
        for why in ("a model file has requests captured",)
        for action in ("kms:GenerateDataKey", "s3:PutObject")
    ),
    Seldom(
        *("staging", "kms:Decrypt", "a push reads what an earlier one staged"),
        *("staging/bucket.py", "get_object("),
    ),
    Seldom(
        *("etl", "s3:DeleteObject", "Spark writes below other names first"),
        *("etl/storage.py", "delete_object"),
    ),
    Seldom(
        *("trigger", "s3:ListBucketVersions", "the schedule looks for what no event told of"),
        *("trigger/raw.py", "list_object_versions"),
    ),
    Seldom(
        *("trigger", "sqs:SendMessage", "an event failed three times"),
        *("components/retrain_trigger.py", "dead_letter_config"),
    ),
    Seldom(
        *("trigger", "kms:GenerateDataKey", "an event failed three times: the queue is encrypted"),
        *("components/retrain_trigger.py", "dead_letter_config"),
    ),
)
