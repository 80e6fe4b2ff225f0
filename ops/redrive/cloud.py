"""The queues, the function, the pipeline and Airflow of one stack: each request in one place.

Airflow is asked through MWAA's `InvokeRestApi`, whose paths have at most 64 characters: the ones
here name a run in the body or the query, which leaves room for the longest DAG id.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from ops.redrive.decisions import Answer, Letter, StartedRun, read_answer, tasks_to_clear

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.aws import Clients
    from ops.redrive.decisions import Invoke, StartPipeline
    from ops.stack import Stack

HIDDEN_SECONDS: Final = 900
"""How long a message that was read is hidden from others: time to think, and to carry it out."""

SOURCE_ACTION: Final = "Source"
"""The pipeline's action that takes the commit (`components/build_pipeline.py`)."""

TASK_INSTANCES: Final = "/dags/~/dagRuns/~/taskInstances/list"


class Cloud:
    """One stack, as far as sending again needs it."""

    def __init__(self, clients: Clients, stack: Stack) -> None:
        self._sqs = clients.client("sqs")
        self._lambda = clients.client("lambda")
        self._pipelines = clients.client("codepipeline")
        self._airflow = clients.client("mwaa")
        self._environment = stack.output("airflow_environment")
        self._urls: dict[str, str] = {}

    def letters(self, queue: str) -> Iterator[Letter]:
        """Yield what lies in a queue, and hide it from others for a while."""
        url = self._url(queue)
        seen: set[str] = set()
        while True:
            answer = self._sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=HIDDEN_SECONDS,
                WaitTimeSeconds=1,
                MessageSystemAttributeNames=["SentTimestamp"],
                MessageAttributeNames=["All"],
            )
            fresh = [one for one in answer.get("Messages", []) if one["MessageId"] not in seen]
            if not fresh:
                return
            seen |= {one["MessageId"] for one in fresh}
            yield from (_letter(queue, one) for one in fresh)

    def delete(self, letter: Letter) -> None:
        """Take a message out of its queue: it was accepted."""
        self._sqs.delete_message(QueueUrl=self._url(letter.queue), ReceiptHandle=letter.receipt)

    def put_back(self, letter: Letter) -> None:
        """Show a message again at once: it stays."""
        self._sqs.change_message_visibility(
            QueueUrl=self._url(letter.queue), ReceiptHandle=letter.receipt, VisibilityTimeout=0
        )

    def invoke(self, action: Invoke) -> Answer:
        """Have the function serve an event, and wait for its answer."""
        answer = self._lambda.invoke(FunctionName=action.function, Payload=action.event.encode())
        payload = answer["Payload"].read().decode()
        return read_answer(payload, failed=bool(answer.get("FunctionError")))

    def start(self, action: StartPipeline, token: str) -> Answer:
        """Start the pipeline for a commit; asked twice with one token, it starts once."""
        answer = self._pipelines.start_pipeline_execution(
            name=action.pipeline,
            clientRequestToken=token,
            sourceRevisions=[
                {
                    "actionName": SOURCE_ACTION,
                    "revisionType": "COMMIT_ID",
                    "revisionValue": action.commit,
                }
            ],
        )
        return Answer(said=f"execution {answer['pipelineExecutionId']}")

    def clear_if_failed(self, run: StartedRun) -> bool:
        """Let the failed tasks of a failed run, and what follows them, run again."""
        if self._state(run) != "failed":
            return False
        listed = self._rest(
            "POST", TASK_INSTANCES, body={"dag_ids": [run.dag_id], "dag_run_ids": [run.run_id]}
        )
        tasks = tasks_to_clear(listed["task_instances"])
        if not tasks:
            return False
        # Not `only_failed`: the task that writes the outcome succeeded, and has to write another.
        self._rest(
            "POST",
            f"/dags/{run.dag_id}/clearTaskInstances",
            body={
                "dag_run_id": run.run_id,
                "task_ids": list(tasks),
                "include_downstream": True,
                "only_failed": False,
                "reset_dag_runs": True,
                "dry_run": False,
            },
        )
        return True

    def _state(self, run: StartedRun) -> str:
        found = self._rest(
            "GET", f"/dags/{run.dag_id}/dagRuns", query={"run_id_pattern": run.run_id}
        )
        states = {one["dag_run_id"]: str(one["state"]) for one in found["dag_runs"]}
        return states.get(run.run_id, "")

    def _rest(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        query: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        answer = self._airflow.invoke_rest_api(
            Name=self._environment,
            Method=method,
            Path=path,
            **({"Body": body} if body else {}),
            **({"QueryParameters": query} if query else {}),
        )
        return answer["RestApiResponse"]

    def _url(self, queue: str) -> str:
        if queue not in self._urls:
            self._urls[queue] = self._sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        return self._urls[queue]


def _letter(queue: str, message: dict[str, Any]) -> Letter:
    milliseconds = int(message.get("Attributes", {}).get("SentTimestamp", 0))
    attributes: dict[str, dict[str, str]] = message.get("MessageAttributes", {})
    return Letter(
        queue=queue,
        identity=message["MessageId"],
        receipt=message["ReceiptHandle"],
        sent=datetime.fromtimestamp(milliseconds / 1000, UTC),
        body=message["Body"],
        attributes={name: value.get("StringValue", "") for name, value in attributes.items()},
    )
