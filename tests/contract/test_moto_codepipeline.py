"""What the twin relies on in moto's CodePipeline, and what it changes there."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.roles import make_role
from twin.repository import Repository
from twin.services import codebuild, codecommit, codepipeline

if TYPE_CHECKING:
    from twin.cloud import Cloud
    from twin.settings import Workspace

BUILDSPEC = "version: 0.2\nphases: {build: {commands: ['. ./build.sh']}}\n"


class Pipeline:
    """A pipeline of one source and one build, and the folder whose tree it builds."""

    def __init__(self, cloud: Cloud, repository: Repository, workspace: Workspace) -> None:
        self.cloud = cloud
        self.client = cloud.client("codepipeline")
        self._repository = repository
        self._workspace = workspace

    def push(self, script: str) -> str:
        (self._workspace.root / "build.sh").write_text(f"{script}\n", encoding="utf-8")
        commit = self._repository.snapshot()
        self._repository.push(commit)
        return commit

    def start(self, commit: str | None = None, **more: Any) -> str:
        given: dict[str, Any] = {"name": "p", **more}
        if commit:
            revision = {"actionName": "Source", "revisionType": "COMMIT_ID"}
            given["sourceRevisions"] = [{**revision, "revisionValue": commit}]
        return str(self.client.start_pipeline_execution(**given)["pipelineExecutionId"])

    def execution(self, execution_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get_pipeline_execution(
            pipelineName="p", pipelineExecutionId=execution_id
        )["pipelineExecution"]
        return found

    def ended(self, execution_id: str) -> dict[str, Any]:
        for _ in range(600):
            found = self.execution(execution_id)
            if found["status"] not in ("InProgress", "Stopping"):
                return found
            time.sleep(0.02)
        pytest.fail("the execution did not end")

    def wait_for_action(self, name: str) -> None:
        for _ in range(600):
            found = self.client.list_action_executions(pipelineName="p")["actionExecutionDetails"]
            if any(action["actionName"] == name for action in found):
                return
            time.sleep(0.02)
        pytest.fail(f"{name} did not start")


def stage(name: str, category: str, provider: str, **more: Any) -> dict[str, Any]:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actions": [{"name": name, "actionTypeId": kind, **more}]}


def definition(role_arn: str, *, mode: str = "QUEUED", **source: str) -> dict[str, Any]:
    settings = {
        "RepositoryName": "r",
        "BranchName": "main",
        "OutputArtifactFormat": "CODEBUILD_CLONE_REF",
        **source,
    }
    artifact = [{"name": "source"}]
    told = [{"name": "SUBJECT", "value": "#{Commit.CommitMessage}"}]
    built = {"ProjectName": "builds", "EnvironmentVariables": json.dumps(told)}
    return {
        "name": "p",
        "roleArn": role_arn,
        "pipelineType": "V2",
        "executionMode": mode,
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": [
            stage(
                "Source",
                "Source",
                "CodeCommit",
                configuration=settings,
                outputArtifacts=artifact,
                namespace="Commit",
            ),
            stage("Build", "Build", "CodeBuild", configuration=built, inputArtifacts=artifact),
        ],
    }


@pytest.fixture
def pipeline(cloud: Cloud, workspace: Workspace) -> Pipeline:
    """Return a pipeline whose build runs `build.sh` of the pushed tree."""
    repository = Repository(workspace)
    codecommit.install(cloud, repository)
    codebuild.install(cloud)
    codepipeline.install(cloud)
    subprocess.run(["git", "init", "--quiet", workspace.root], check=True)
    cloud.client("codecommit").create_repository(repositoryName="r")
    cloud.client("s3").create_bucket(Bucket="artifacts")
    cloud.client("codebuild").create_project(
        name="builds",
        source={"type": "CODEPIPELINE", "buildspec": BUILDSPEC},
        artifacts={"type": "CODEPIPELINE"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "i",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=make_role(cloud, "codebuild", "codebuild"),
    )
    made = definition(make_role(cloud, "codepipeline", "codepipeline"))
    cloud.client("codepipeline").create_pipeline(pipeline=made)
    return Pipeline(cloud, repository, workspace)


def redefine(pipeline: Pipeline, **more: str) -> None:
    found = pipeline.client.get_pipeline(name="p")["pipeline"]
    pipeline.client.update_pipeline(pipeline=definition(found["roleArn"], **more))


def test_an_execution_is_in_progress_until_its_build_has_ended(pipeline: Pipeline) -> None:
    commit = pipeline.push("sleep 0.5")

    execution_id = pipeline.start(commit)

    assert pipeline.execution(execution_id)["status"] == "InProgress"
    ended = pipeline.ended(execution_id)
    assert ended["status"] == "Succeeded"
    assert ended["artifactRevisions"][0]["revisionId"] == commit


def test_an_execution_builds_the_commit_that_it_was_handed(pipeline: Pipeline) -> None:
    older = pipeline.push("test older = older")
    pipeline.push("false")

    assert pipeline.ended(pipeline.start(older))["status"] == "Succeeded"


def test_an_execution_without_a_commit_takes_the_branchs_head(pipeline: Pipeline) -> None:
    pipeline.push("false")
    pipeline.push("true")

    assert pipeline.ended(pipeline.start())["status"] == "Succeeded"


def test_a_variable_of_the_source_reaches_the_build(pipeline: Pipeline) -> None:
    pipeline.push('test "$SUBJECT" = "Working tree: build.sh"')

    assert pipeline.ended(pipeline.start())["status"] == "Succeeded"


def test_a_failed_build_fails_the_execution_with_its_command(pipeline: Pipeline) -> None:
    pipeline.push("exit 3")

    ended = pipeline.ended(pipeline.start())

    assert ended["status"] == "Failed"
    assert "Phase: BUILD, Code: COMMAND_EXECUTION_ERROR" in ended["statusSummary"]
    assert "exit status 3" in ended["statusSummary"]


def test_queued_executions_run_one_after_the_other_in_their_order(pipeline: Pipeline) -> None:
    order = pipeline.cloud.workspace.root / "order"
    commits = [pipeline.push(f"echo {number} >> {order}; sleep 0.2") for number in range(3)]

    started = [pipeline.start(commit) for commit in commits]

    assert [pipeline.ended(one)["status"] for one in started] == ["Succeeded"] * 3
    assert order.read_text(encoding="utf-8").split() == ["0", "1", "2"]


def test_a_waiting_execution_gives_way_in_mode_superseded(pipeline: Pipeline) -> None:
    redefine(pipeline, mode="SUPERSEDED")
    commit = pipeline.push("sleep 0.5")

    started = [pipeline.start(commit) for _ in range(3)]

    statuses = [pipeline.ended(one)["status"] for one in started]
    assert statuses == ["Succeeded", "Superseded", "Succeeded"]


def test_a_stopped_execution_ends_its_build(pipeline: Pipeline) -> None:
    pipeline.push("sleep 60")
    execution_id = pipeline.start()
    pipeline.wait_for_action("Build")
    time.sleep(0.2)

    pipeline.client.stop_pipeline_execution(
        pipelineName="p", pipelineExecutionId=execution_id, abandon=True
    )

    assert pipeline.ended(execution_id)["status"] == "Stopped"


def test_the_state_shows_stages_and_actions(pipeline: Pipeline) -> None:
    pipeline.push("false")
    execution_id = pipeline.start()
    pipeline.ended(execution_id)

    source, build = pipeline.client.get_pipeline_state(name="p")["stageStates"]

    assert source["latestExecution"]["status"] == "Succeeded"
    assert build["latestExecution"] == {
        "pipelineExecutionId": execution_id,
        "status": "Failed",
    }
    assert build["actionStates"][0]["latestExecution"]["errorDetails"]["code"] == "JobFailed"


def test_executions_and_actions_are_listed_newest_first(pipeline: Pipeline) -> None:
    commit = pipeline.push("true")
    started = [pipeline.start(commit), pipeline.start(commit)]
    for execution_id in started:
        pipeline.ended(execution_id)

    listed = pipeline.client.list_pipeline_executions(pipelineName="p")
    actions = pipeline.client.list_action_executions(
        pipelineName="p", filter={"pipelineExecutionId": started[0]}
    )["actionExecutionDetails"]

    found = [one["pipelineExecutionId"] for one in listed["pipelineExecutionSummaries"]]
    assert found == started[::-1]
    assert [action["actionName"] for action in actions] == ["Build", "Source"]


def test_the_clones_reference_lies_in_the_artifact_store(pipeline: Pipeline) -> None:
    commit = pipeline.push("true")

    execution_id = pipeline.start(commit)
    pipeline.ended(execution_id)

    stored = pipeline.cloud.client("s3").get_object(
        Bucket="artifacts", Key=f"p/source/{execution_id}"
    )
    assert json.loads(stored["Body"].read())["commitId"] == commit


def test_a_commit_that_is_not_there_fails_the_source(pipeline: Pipeline) -> None:
    pipeline.push("true")

    ended = pipeline.ended(pipeline.start("0" * 40))

    assert ended["status"] == "Failed"
    assert "Source" in ended["statusSummary"]
    assert "does not exist" in ended["statusSummary"]


def test_a_source_that_hands_over_a_zip_fails(pipeline: Pipeline) -> None:
    redefine(pipeline, OutputArtifactFormat="CODE_ZIP")
    pipeline.push("true")

    ended = pipeline.ended(pipeline.start())

    assert "CODEBUILD_CLONE_REF" in ended["statusSummary"]


def test_a_role_that_does_not_exist_fails_the_execution(pipeline: Pipeline) -> None:
    pipeline.push("true")
    pipeline.cloud.client("iam").delete_role(RoleName="codepipeline")

    ended = pipeline.ended(pipeline.start())

    assert "the role does not exist" in ended["statusSummary"]


@pytest.mark.parametrize("name", ["none", "codebuild"])
def test_a_role_that_codepipeline_may_not_take_on_is_refused(pipeline: Pipeline, name: str) -> None:
    arn = f"arn:aws:iam::{pipeline.cloud.account}:role/{name}"

    with pytest.raises(ClientError, match=f"is not authorized to perform AssumeRole on role {arn}"):
        pipeline.client.create_pipeline(pipeline=definition(arn) | {"name": "new"})
    with pytest.raises(ClientError, match=f"is not authorized to perform AssumeRole on role {arn}"):
        pipeline.client.update_pipeline(pipeline=definition(arn))


def test_a_name_in_use_is_refused(pipeline: Pipeline) -> None:
    arn = f"arn:aws:iam::{pipeline.cloud.account}:role/codepipeline"

    with pytest.raises(ClientError, match="A pipeline with the name 'p' already exists"):
        pipeline.client.create_pipeline(pipeline=definition(arn))


def test_a_revision_of_an_unknown_action_is_refused(pipeline: Pipeline) -> None:
    revision = {"actionName": "Other", "revisionType": "COMMIT_ID", "revisionValue": "0" * 40}

    with pytest.raises(ClientError, match="source actions of p are Source"):
        pipeline.start(sourceRevisions=[revision])


def test_an_ended_execution_cannot_be_stopped(pipeline: Pipeline) -> None:
    pipeline.push("true")
    execution_id = pipeline.start()
    pipeline.ended(execution_id)

    with pytest.raises(ClientError, match="Succeeded"):
        pipeline.client.stop_pipeline_execution(pipelineName="p", pipelineExecutionId=execution_id)
