"""Published controls that apply to this stack: which rule or test holds each, or why none does.

Ids and meanings: Checkov's policy index and AWS Foundational Security Best Practices (Security
Hub), both as of November 2026. `docs/security.md` shows this table (`python -m policy.table`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Control:
    """One published control.

    Attributes:
        id: As its publisher writes it.
        asks: What it asks for, in a few words.
        rules: Names of the rules that hold it.
        tests: Tests that hold it, as `path::function`.
        reason: Why neither does, or what is different here.
    """

    id: str
    asks: str
    rules: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    reason: str = ""


def _held(identity: str, asks: str, *rules: str) -> Control:
    return Control(id=identity, asks=asks, rules=rules)


def _tested(identity: str, asks: str, *tests: str) -> Control:
    return Control(id=identity, asks=asks, tests=tests)


def _apart(identity: str, asks: str, reason: str) -> Control:
    return Control(id=identity, asks=asks, reason=reason)


DOCUMENTS = "tests/contract/test_policy_documents.py"
RISKS = "tests/contract/test_policy_risks.py"
DAGS_OWN_IT = "The DAG makes it, not the program; its request builder is tested."
ISOLATED = (
    "tests/unit/dags/test_requests.py::test_neither_training_nor_serving_reaches_any_network_itself"
)
VOLUMES = (
    "tests/unit/dags/test_requests.py::test_output_and_volumes_are_encrypted_with_the_stacks_key"
)

CHECKOV = (
    _held("CKV_AWS_18", "access logging of buckets", "bucket-logged"),
    _held("CKV_AWS_19", "encryption of buckets", "bucket-encrypted"),
    _held("CKV_AWS_20", "no public read by access list", "bucket-owned", "bucket-private"),
    _held("CKV_AWS_21", "versioning of buckets", "bucket-versioned"),
    _held("CKV_AWS_53", "public access lists blocked", "bucket-private"),
    _held("CKV_AWS_54", "public policies blocked", "bucket-private"),
    _held("CKV_AWS_55", "public access lists ignored", "bucket-private"),
    _held("CKV_AWS_56", "public buckets restricted", "bucket-private"),
    _held("CKV_AWS_57", "no public write by access list", "bucket-owned", "bucket-private"),
    _held("CKV_AWS_70", "no bucket policy for everybody", "resource-not-public"),
    _held("CKV_AWS_93", "no bucket policy that locks everybody out", "nobody-locked-out"),
    _apart(
        "CKV_AWS_143",
        "object lock",
        "Versions are kept for a stated time instead; a lock would keep a personal record that "
        "has to be deleted.",
    ),
    _apart(
        "CKV_AWS_144",
        "replication to another region",
        "A stack lives in one region; whatever it makes can be made again from raw data, which "
        "is the owner's to back up.",
    ),
    _held("CKV_AWS_145", "a KMS key for buckets", "bucket-encrypted"),
    _apart(
        "CKV_AWS_186",
        "a KMS key for each object",
        "The bucket's own default encrypts every object with the key.",
    ),
    _held("CKV_AWS_300", "torn uploads end", "bucket-cleared"),
    _held("CKV_AWS_375", "no access list open to everybody", "bucket-owned"),
    _held("CKV_AWS_379", "TLS for buckets", "bucket-over-tls"),
    _held("CKV_AWS_60", "roles for named services", "role-trusts-a-service"),
    _held("CKV_AWS_61", "no role for a whole account", "role-trusts-a-service"),
    _held("CKV_AWS_62", "no administrator's policy", "role-names-its-actions"),
    _held("CKV_AWS_63", "no policy with every action", "role-names-its-actions"),
    _held("CKV_AWS_274", "no AdministratorAccess", "roles-alone"),
    _tested("CKV_AWS_286", "no privilege escalation", RISKS),
    _tested("CKV_AWS_287", "no exposure of credentials", RISKS),
    _tested("CKV_AWS_288", "no exfiltration of data", RISKS),
    _tested("CKV_AWS_289", "no management of permissions", RISKS),
    _tested("CKV_AWS_290", "no writing without limits", RISKS),
    _tested("CKV_AWS_355", "no star where a resource can be named", DOCUMENTS),
    _held("CKV_AWS_7", "rotation of keys", "key-rotates"),
    _held("CKV_AWS_33", "no key for everybody", "resource-not-public"),
    _held("CKV_AWS_227", "keys that are enabled", "key-enabled"),
    _held("CKV_AWS_45", "no secrets in a function's variables", "no-secrets-in-variables"),
    _apart(
        "CKV_AWS_50",
        "tracing of functions",
        "One function with one call behind it: its log names the event, the run and the answer.",
    ),
    _apart(
        "CKV_AWS_115",
        "a limit of a function's concurrency",
        "A setting (triggerConcurrency), as an account has to keep 100 executions unreserved.",
    ),
    _held("CKV_AWS_116", "a dead-letter queue for functions", "failed-calls-kept"),
    _apart(
        "CKV_AWS_117",
        "functions inside a VPC",
        "With webserverAccess private it is inside; with public it calls AWS alone, and a VPC "
        "would take it a NAT gateway to do so.",
    ),
    _held("CKV_AWS_173", "encryption of a function's variables", "encrypted-with-our-key"),
    _apart(
        "CKV_AWS_272",
        "signed code of functions",
        "The program packs the code from the reviewed commit; nobody else may update it.",
    ),
    _held("CKV_AWS_363", "maintained runtimes", "runtime-maintained"),
    _held("CKV_AWS_32", "no image repository for everybody", "resource-not-public"),
    _held("CKV_AWS_51", "immutable tags", "image-tags-fixed"),
    _held("CKV_AWS_136", "a KMS key for images", "images-encrypted-with-our-key"),
    _held("CKV_AWS_163", "scans of images", "images-scanned"),
    _held("CKV_AWS_78", "encrypted artifacts of builds", "encrypted-with-our-key"),
    _held("CKV_AWS_147", "a KMS key for builds", "encrypted-with-our-key"),
    _apart("CKV_AWS_311", "encrypted build logs in S3", "Builds write no logs to S3."),
    _held("CKV_AWS_314", "logs of builds", "builds-logged"),
    _held("CKV_AWS_316", "no privileged builds", "builds-unprivileged"),
    _held("CKV_AWS_219", "a KMS key for artifacts", "artifacts-encrypted-with-our-key"),
    _apart(
        "CKV_AWS_94",
        "encryption of the Glue Data Catalog",
        "The job uses no catalog, and its encryption is a setting of the whole account.",
    ),
    _held("CKV_AWS_99", "encryption by Glue's security configuration", "glue-job-secured"),
    _held("CKV_AWS_195", "a security configuration for each job", "glue-job-secured"),
    Control(
        id="CKV_AWS_98",
        asks="encryption of an endpoint's volumes",
        tests=(VOLUMES,),
        reason=DAGS_OWN_IT,
    ),
    Control(
        id="CKV_AWS_370",
        asks="models without a network",
        tests=(ISOLATED,),
        reason=DAGS_OWN_IT,
    ),
    _held("CKV_AWS_242", "logs of Airflow's scheduler", "airflow-logged"),
    _held("CKV_AWS_243", "logs of Airflow's workers", "airflow-logged"),
    _held("CKV_AWS_244", "logs of Airflow's web server", "airflow-logged"),
    _held("CKV_AWS_66", "a stated retention of logs", "logs-end"),
    _held("CKV_AWS_158", "a KMS key for logs", "encrypted-with-our-key"),
    _held("CKV_AWS_319", "alarms with actions", "alarms-act"),
    Control(
        id="CKV_AWS_338",
        asks="logs kept for a year",
        rules=("logs-end",),
        reason="In production; elsewhere as the stack says.",
    ),
    _held("CKV_AWS_26", "encryption of topics", "encrypted-with-our-key"),
    _held("CKV_AWS_169", "no topic for everybody", "resource-not-public"),
    _held("CKV_AWS_27", "encryption of queues", "encrypted-with-our-key"),
    _held("CKV_AWS_72", "no queue policy with every action", "resource-names-its-actions"),
    _held("CKV_AWS_168", "no queue for everybody", "resource-not-public"),
    _held("CKV_AWS_23", "descriptions of security groups", "group-rules-described"),
    _held("CKV_AWS_24", "no SSH from everywhere", "nobody-comes-in"),
    _held("CKV_AWS_25", "no RDP from everywhere", "nobody-comes-in"),
    _held("CKV_AWS_130", "no public addresses by default", "subnet-without-public-addresses"),
    _apart(
        "CKV_AWS_382",
        "no way out on every port",
        "With egress endpoints there is none; with nat the services of AWS are reached by name, "
        "and a security group knows addresses alone.",
    ),
    _apart(
        "CKV2_AWS_1",
        "network access lists attached to subnets",
        "Subnets keep the default list: security groups decide, and no subnet is public to them.",
    ),
    _tested(
        "CKV2_AWS_5",
        "security groups in use",
        "tests/contract/test_policy_rules.py::test_every_security_group_is_used",
    ),
    _held("CKV2_AWS_11", "flow logs", "flows-logged"),
    _held("CKV2_AWS_12", "a closed default security group", "default-group-closed"),
    _tested(
        "CKV2_AWS_19",
        "addresses in use",
        "tests/contract/test_policy_rules.py::test_every_address_is_used",
    ),
)

FSBP = (
    _apart("S3.1", "public access blocked for the account", "An account's setting is no stack's."),
    _held("S3.2", "no public reading", "bucket-private"),
    _held("S3.3", "no public writing", "bucket-private"),
    _held("S3.5", "TLS for buckets", "bucket-over-tls"),
    _tested(
        "S3.6",
        "no other accounts in bucket policies",
        f"{DOCUMENTS}::test_a_bucket_lets_in_nothing_but_services",
    ),
    _held("S3.8", "public access blocked for each bucket", "bucket-private"),
    _held("S3.9", "access logging", "bucket-logged"),
    _held("S3.12", "no access lists", "bucket-owned"),
    _held("S3.13", "lifecycle rules", "bucket-cleared"),
    _held("IAM.1", "no administrator's policy", "role-names-its-actions"),
    _held("IAM.21", "no whole services", "role-names-its-actions"),
    _held("KMS.1", "no decryption with every key by managed policies", "roles-alone"),
    _tested("KMS.2", "no decryption with every key by inline policies", DOCUMENTS),
    _held("KMS.3", "no key deleted by accident", "key-waits", "production-protected"),
    _held("KMS.4", "rotation", "key-rotates"),
    _held("KMS.5", "no public key", "resource-not-public"),
    _held("Lambda.1", "no public function", "function-not-public"),
    _held("Lambda.2", "maintained runtimes", "runtime-maintained"),
    _tested(
        "Lambda.5",
        "two zones for a function in a VPC",
        "tests/contract/test_policy_rules.py::test_a_function_inside_the_network_has_two_zones",
    ),
    _held("ECR.1", "scans of images", "images-scanned"),
    _held("ECR.2", "immutable tags", "image-tags-fixed"),
    _held("ECR.3", "a lifecycle policy", "images-cleared"),
    _apart("CodeBuild.1", "no credentials in source addresses", "Sources come by the pipeline."),
    _held("CodeBuild.2", "no credentials in variables", "no-secrets-in-variables"),
    _apart("CodeBuild.3", "encrypted logs in S3", "Builds write no logs to S3."),
    _held("CodeBuild.4", "logs of builds", "builds-logged"),
    _apart("CodeBuild.7", "encrypted exports of reports", "There are no report groups."),
    _held("Glue.4", "a supported version of Glue", "runtime-maintained"),
    _apart(
        "SageMaker.4",
        "more than one instance an endpoint",
        "The model file decides: one in development, two for what must not stand still.",
    ),
    Control(
        id="SageMaker.5",
        asks="models without a network",
        tests=(ISOLATED,),
        reason=DAGS_OWN_IT,
    ),
    _held("EC2.2", "a closed default security group", "default-group-closed"),
    _held("EC2.6", "flow logs", "flows-logged"),
    _apart(
        "EC2.10",
        "an endpoint for EC2's own service",
        "Nothing inside the network calls EC2's API.",
    ),
    _held("EC2.15", "no public addresses by default", "subnet-without-public-addresses"),
    _apart(
        "EC2.21",
        "no access list that lets SSH and RDP in from everywhere",
        "The default list stays; no security group lets anybody in.",
    ),
    _held("SNS.4", "no topic for everybody", "resource-not-public"),
    _held("SQS.1", "encryption of queues", "encrypted-with-our-key"),
    _held("SQS.3", "no queue for everybody", "resource-not-public"),
    _apart(
        "EventBridge.3", "policies of event buses", "There is no bus but the account's default."
    ),
)

CONTROLS = CHECKOV + FSBP
