"""Types of resources that are counted as nothing, each with the reason. Pure."""

from __future__ import annotations

from typing import Final

NOTHING = "AWS asks nothing for it"
WITH_BUCKET = "a setting of a bucket, which is counted there"
WITH_QUEUE = "a setting of a queue or topic"
PART_OF_NETWORK = "a part of a network, for which AWS asks nothing"
PART_OF_IAM = "IAM costs nothing"
AWS_EVENTS = "events of AWS services cost nothing"
FEW_MESSAGES = "some hundred messages a month, at 40 to 50 cents a million"

FREE: Final = {
    "aws:appautoscaling/policy:Policy": NOTHING,
    "aws:appautoscaling/target:Target": NOTHING,
    "aws:budgets/budget:Budget": "a budget without actions costs nothing",
    "aws:cloudwatch/eventRule:EventRule": AWS_EVENTS,
    "aws:cloudwatch/eventTarget:EventTarget": AWS_EVENTS,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": "its metric is 30 cents where it finds any",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": NOTHING,
    "aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate": NOTHING,
    "aws:codecommit/repository:Repository": "five people are free, each further one is $1",
    "aws:codecommit/trigger:Trigger": NOTHING,
    "aws:codeconnections/connection:Connection": NOTHING,
    "aws:codestarconnections/connection:Connection": NOTHING,
    "aws:codestarnotifications/notificationRule:NotificationRule": NOTHING,
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": PART_OF_NETWORK,
    "aws:ec2/defaultRouteTable:DefaultRouteTable": PART_OF_NETWORK,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": PART_OF_NETWORK,
    "aws:ec2/internetGateway:InternetGateway": PART_OF_NETWORK,
    "aws:ec2/networkAcl:NetworkAcl": PART_OF_NETWORK,
    "aws:ec2/route:Route": PART_OF_NETWORK,
    "aws:ec2/routeTable:RouteTable": PART_OF_NETWORK,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": PART_OF_NETWORK,
    "aws:ec2/securityGroup:SecurityGroup": PART_OF_NETWORK,
    "aws:ec2/subnet:Subnet": PART_OF_NETWORK,
    "aws:ec2/vpc:Vpc": PART_OF_NETWORK,
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": PART_OF_NETWORK,
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": PART_OF_NETWORK,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": NOTHING,
    "aws:ecr/repositoryPolicy:RepositoryPolicy": NOTHING,
    "aws:glue/securityConfiguration:SecurityConfiguration": NOTHING,
    "aws:iam/policy:Policy": PART_OF_IAM,
    "aws:iam/role:Role": PART_OF_IAM,
    "aws:iam/rolePolicy:RolePolicy": PART_OF_IAM,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": PART_OF_IAM,
    "aws:kms/alias:Alias": NOTHING,
    "aws:kms/grant:Grant": NOTHING,
    "aws:kms/keyPolicy:KeyPolicy": NOTHING,
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": NOTHING,
    "aws:lambda/permission:Permission": NOTHING,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": WITH_BUCKET,
    "aws:s3/bucketLogging:BucketLogging": WITH_BUCKET,
    "aws:s3/bucketNotification:BucketNotification": WITH_BUCKET,
    "aws:s3/bucketObjectv2:BucketObjectv2": "some kilobytes",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": WITH_BUCKET,
    "aws:s3/bucketPolicy:BucketPolicy": WITH_BUCKET,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": WITH_BUCKET,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        WITH_BUCKET
    ),
    "aws:s3/bucketVersioning:BucketVersioning": WITH_BUCKET,
    "aws:scheduler/scheduleGroup:ScheduleGroup": NOTHING,
    "aws:sns/topic:Topic": FEW_MESSAGES,
    "aws:sns/topicPolicy:TopicPolicy": WITH_QUEUE,
    "aws:sns/topicSubscription:TopicSubscription": "the first thousand mails a month are free",
    "aws:sqs/queue:Queue": FEW_MESSAGES,
    "aws:sqs/queuePolicy:QueuePolicy": WITH_QUEUE,
    "aws:ssm/parameter:Parameter": "standard parameters cost nothing",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": PART_OF_NETWORK,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": PART_OF_NETWORK,
}
"""Type -> why it is counted as nothing."""
