"""One set of inputs for each resource type that the twin knows, and for each data source.

They use every property that the handlers carry out in some way of their own, so that a test over
all of them sees each request and each output.
"""

from __future__ import annotations

import json
from typing import Any

TAGS = {"Stack": "mlops-twin"}
POLICY = '{"Version": "2012-10-17", "Statement": []}'
ROLE = "arn:aws:iam::123456789012:role/runs"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:failed"
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
IMAGE_RULES = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 14,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)

RULE = {"securityGroupId": "sg-1", "ipProtocol": "-1", "description": "why", "tags": TAGS}

SAMPLES: dict[str, dict[str, Any]] = {
    "aws:budgets/budget:Budget": {
        "name": "month", "budgetType": "COST", "timeUnit": "MONTHLY", "limitAmount": "500",
        "limitUnit": "USD", "tags": TAGS,
        "costFilters": [{"name": "TagKeyValue", "values": ["user:Stack$mlops-twin"]}],
        "notifications": [{
            "notificationType": "ACTUAL", "comparisonOperator": "GREATER_THAN", "threshold": 100.0,
            "thresholdType": "PERCENTAGE", "subscriberSnsTopicArns": [TOPIC],
        }],
    },
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
        "alarmName": "any", "alarmRule": "ALARM(a)", "alarmActions": [QUEUE], "tags": TAGS,
    },
    "aws:cloudwatch/dashboard:Dashboard": {"dashboardName": "d", "dashboardBody": "{}"},
    "aws:cloudwatch/eventRule:EventRule": {
        "name": "pushes", "eventPattern": '{"source": ["aws.ecr"]}', "state": "ENABLED",
        "description": "why", "tags": TAGS,
    },
    "aws:cloudwatch/eventTarget:EventTarget": {
        "rule": "pushes",
        "targetId": "trigger",
        "arn": "arn:aws:lambda:us-east-1:123456789012:function:trigger",
        "roleArn": ROLE,
        "deadLetterConfig": {"arn": QUEUE},
        "retryPolicy": {"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 600},
        "inputTransformer": {"inputPaths": {"c": "$.detail.commitId"}, "inputTemplate": '"<c>"'},
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        "name": "/aws/lambda/trigger", "retentionInDays": 30, "kmsKeyId": KEY, "tags": TAGS,
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "name": "failed", "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1,
        "threshold": 0.0, "metricName": "Errors", "namespace": "AWS/Lambda", "period": 60,
        "statistic": "Sum", "dimensions": {"FunctionName": "trigger"}, "tags": TAGS,
    },
    "aws:codebuild/project:Project": {
        "name": "staging",
        "serviceRole": ROLE,
        "artifacts": {"type": "CODEPIPELINE"},
        "source": {"type": "CODEPIPELINE", "buildspec": "staging.buildspec.yml"},
        "environment": {
            "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "ARTIFACT_BUCKET", "value": "b"}],
        },
        "buildTimeout": 30,
        "logsConfig": {"cloudwatchLogs": {"status": "ENABLED", "groupName": "g"}},
        "tags": TAGS,
    },
    "aws:codecommit/repository:Repository": {
        "repositoryName": "mlops", "description": "why", "defaultBranch": "main", "tags": TAGS,
    },
    "aws:codeconnections/connection:Connection": {
        "name": "mlops", "providerType": "GitHub", "tags": TAGS,
    },
    "aws:codepipeline/pipeline:Pipeline": {
        "name": "mlops",
        "roleArn": ROLE,
        "pipelineType": "V2",
        "executionMode": "QUEUED",
        "artifactStores": [
            {"type": "S3", "location": "b-artifacts", "encryptionKey": {"id": KEY, "type": "KMS"}}
        ],
        "stages": [
            {
                "name": "Source",
                "actions": [
                    {
                        "name": "Source", "category": "Source", "owner": "AWS",
                        "provider": "CodeCommit", "version": "1", "outputArtifacts": ["source"],
                        "configuration": {"RepositoryName": "mlops", "BranchName": "main"},
                    }
                ],
            },
            {
                "name": "Staging",
                "actions": [
                    {
                        "name": "Stage", "category": "Build", "owner": "AWS",
                        "provider": "CodeBuild", "version": "1", "inputArtifacts": ["source"],
                        "runOrder": 1, "configuration": {"ProjectName": "staging"},
                    }
                ],
            },
        ],
        "tags": TAGS,
    },
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"vpcId": "vpc-1", "tags": TAGS},
    "aws:ec2/eip:Eip": {"domain": "vpc", "tags": TAGS},
    "aws:ec2/internetGateway:InternetGateway": {"vpcId": "vpc-1", "tags": TAGS},
    "aws:ec2/natGateway:NatGateway": {
        "allocationId": "eipalloc-1", "subnetId": "subnet-1", "tags": TAGS,
    },
    "aws:ec2/route:Route": {
        "routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1",
    },
    "aws:ec2/routeTable:RouteTable": {
        "vpcId": "vpc-1", "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}],
        "tags": TAGS,
    },
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {
        "routeTableId": "rtb-1", "subnetId": "subnet-1",
    },
    "aws:ec2/securityGroup:SecurityGroup": {
        "name": "airflow",
        "vpcId": "vpc-1",
        "ingress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}],
        "egress": [{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["::/0"]}],
        "tags": TAGS,
    },
    "aws:ec2/subnet:Subnet": {
        "vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-east-1a",
        "mapPublicIpOnLaunch": True, "tags": TAGS,
    },
    "aws:ec2/vpc:Vpc": {
        "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "enableDnsSupport": True,
        "tags": TAGS,
    },
    "aws:ec2/flowLog:FlowLog": {
        "vpcId": "vpc-1", "trafficType": "ALL", "logDestinationType": "cloud-watch-logs",
        "logDestination": "arn:aws:logs:us-east-1:123456789012:log-group:g", "iamRoleArn": ROLE,
        "maxAggregationInterval": 600, "tags": TAGS,
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        "vpcId": "vpc-1", "serviceName": "com.amazonaws.us-east-1.s3",
        "vpcEndpointType": "Gateway", "routeTableIds": ["rtb-1"], "policy": POLICY, "tags": TAGS,
    },
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
        "repository": "training", "policy": IMAGE_RULES,
    },
    "aws:ecr/repository:Repository": {
        "name": "training", "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY}],
        "tags": TAGS,
    },
    "aws:ecr/repositoryPolicy:RepositoryPolicy": {"repository": "training", "policy": POLICY},
    "aws:glue/job:Job": {
        "name": "etl", "roleArn": ROLE, "glueVersion": "5.1", "workerType": "G.1X",
        "numberOfWorkers": 2, "timeout": 60, "jobRunQueuingEnabled": True,
        "command": {
            "name": "glueetl", "pythonVersion": "3", "scriptLocation": "s3://b/launcher.py",
        },
        "defaultArguments": {"--engine": "auto"},
        "executionProperty": {"maxConcurrentRuns": 5},
        "tags": TAGS,
    },
    "aws:glue/securityConfiguration:SecurityConfiguration": {
        "name": "etl",
        "encryptionConfiguration": {
            "cloudwatchEncryption": {"cloudwatchEncryptionMode": "DISABLED"},
            "jobBookmarksEncryption": {"jobBookmarksEncryptionMode": "DISABLED"},
            "s3Encryption": {"s3EncryptionMode": "SSE-KMS", "kmsKeyArn": KEY},
        },
    },
    "aws:iam/policy:Policy": {"name": "read", "policy": POLICY, "tags": TAGS},
    "aws:iam/role:Role": {"name": "runs", "assumeRolePolicy": POLICY, "tags": TAGS},
    "aws:iam/rolePolicy:RolePolicy": {"name": "read", "role": "runs", "policy": POLICY},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        "role": "runs", "policyArn": "arn:aws:iam::123456789012:policy/read",
    },
    "aws:kms/alias:Alias": {"name": "alias/mlops", "targetKeyId": KEY},
    "aws:kms/key:Key": {
        "description": "why", "enableKeyRotation": True, "deletionWindowInDays": 30,
        "policy": POLICY, "tags": TAGS,
    },
    "aws:lambda/function:Function": {
        "name": "trigger", "runtime": "python3.12", "handler": "trigger.handler.handle",
        "role": ROLE, "code": b"PK", "timeout": 30, "memorySize": 256,
        "environment": {"variables": {"DATA_BUCKET": "b"}},
        "deadLetterConfig": {"targetArn": QUEUE},
        "loggingConfig": {"logFormat": "JSON", "logGroup": "g"},
        "reservedConcurrentExecutions": 5,
        "tags": TAGS,
    },
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
        "functionName": "trigger", "maximumRetryAttempts": 2, "maximumEventAgeInSeconds": 600,
        "destinationConfig": {"onFailure": {"destination": QUEUE}},
    },
    "aws:lambda/permission:Permission": {
        "action": "lambda:InvokeFunction", "function": "trigger",
        "principal": "events.amazonaws.com",
        "sourceArn": "arn:aws:events:us-east-1:123456789012:rule/pushes",
    },
    "aws:mwaa/environment:Environment": {
        "name": "mlops", "airflowVersion": "3.2.1", "dagS3Path": "dags",
        "executionRoleArn": ROLE, "sourceBucketArn": "arn:aws:s3:::b",
        "networkConfiguration": {
            "securityGroupIds": ["sg-1"], "subnetIds": ["subnet-1", "subnet-2"],
        },
        "loggingConfiguration": {"taskLogs": {"enabled": True, "logLevel": "INFO"}},
        "airflowConfigurationOptions": {"core.parallelism": "4"},
        "workerReplacementStrategy": "GRACEFUL",
        "requirementsS3Path": "requirements.txt", "requirementsS3ObjectVersion": "v1",
        "tags": TAGS,
    },
    "aws:s3/bucket:Bucket": {"bucket": "b-data", "forceDestroy": False, "tags": TAGS},
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "bucket": "b-data",
        "rules": [
            {
                "id": "old", "status": "Enabled", "filter": {},
                "noncurrentVersionExpiration": {"noncurrentDays": 30},
                "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
            }
        ],
    },
    "aws:s3/bucketLogging:BucketLogging": {
        "bucket": "b-data", "targetBucket": "b-logs", "targetPrefix": "b-data/",
    },
    "aws:s3/bucketNotification:BucketNotification": {
        "bucket": "b-data", "eventbridge": True,
        "queues": [{"queueArn": QUEUE, "events": ["s3:ObjectCreated:*"], "filterPrefix": "raw/"}],
    },
    "aws:s3/bucketObjectv2:BucketObjectv2": {
        "bucket": "b-data", "key": "a.json", "content": "{}", "contentType": "application/json",
        "tags": TAGS,
    },
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
        "bucket": "b-data", "rule": {"objectOwnership": "BucketOwnerEnforced"},
    },
    "aws:s3/bucketPolicy:BucketPolicy": {"bucket": "b-data", "policy": POLICY},
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
        "bucket": "b-data", "blockPublicAcls": True,
    },
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "bucket": "b-data",
        "rules": [
            {
                "applyServerSideEncryptionByDefault": {
                    "sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY,
                },
                "bucketKeyEnabled": True,
            }
        ],
    },
    "aws:s3/bucketVersioning:BucketVersioning": {
        "bucket": "b-data", "versioningConfiguration": {"status": "Enabled"},
    },
    "aws:sns/topic:Topic": {"name": "alarms", "kmsMasterKeyId": KEY, "tags": TAGS},
    "aws:sns/topicPolicy:TopicPolicy": {
        "arn": "arn:aws:sns:us-east-1:123456789012:alarms", "policy": POLICY,
    },
    "aws:sns/topicSubscription:TopicSubscription": {
        "topic": "arn:aws:sns:us-east-1:123456789012:alarms", "protocol": "email",
        "endpoint": "someone@example.org",
    },
    "aws:sqs/queue:Queue": {
        "name": "failed", "messageRetentionSeconds": 1209600, "sqsManagedSseEnabled": True,
        "tags": TAGS,
    },
    "aws:sqs/queuePolicy:QueuePolicy": {"queueUrl": "http://localhost/q", "policy": POLICY},
    "aws:ssm/parameter:Parameter": {
        "name": "/mlops/x", "type": "String", "value": "v", "tags": TAGS,
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {**RULE, "cidrIpv4": "0.0.0.0/0"},
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        **RULE, "referencedSecurityGroupId": "sg-1",
    },
}  # fmt: skip
"""Inputs by type."""

LOOKUP_SAMPLES: dict[str, dict[str, Any]] = {
    "aws:ec2/getSecurityGroup:getSecurityGroup": {"vpcId": "vpc-1", "name": "default"},
    "aws:index/getAvailabilityZones:getAvailabilityZones": {"state": "available"},
    "aws:index/getCallerIdentity:getCallerIdentity": {},
    "aws:index/getPartition:getPartition": {},
    "aws:index/getRegion:getRegion": {},
}
"""Inputs by data source."""
