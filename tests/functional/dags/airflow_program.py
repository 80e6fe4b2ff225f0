"""Programs for an Airflow of their own: a process that knows the zip and nothing of this project.

    python airflow_program.py parse FOLDER...       what Airflow makes of each DAGs folder
    python airflow_program.py run FOLDER CONF...    a run of retrain-abalone with each conf

They print one JSON document as their last line: a list of answers.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from importlib import import_module
from typing import Any


def parse(*folders: str) -> list[dict[str, Any]]:
    """Parse DAGs folders, each in a process of its own as Airflow does it, without a network."""
    import_module("airflow.dag_processing.dagbag")  # once, for all of them
    return [in_child(folder) for folder in folders]


def in_child(folder: str) -> dict[str, Any]:
    """Return what a forked process makes of a folder."""
    readable, writable = os.pipe()
    if os.fork() == 0:
        with os.fdopen(writable, "w") as answer:
            json.dump(parse_one(folder), answer)
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as answer:
        return json.load(answer)


def parse_one(folder: str) -> dict[str, Any]:
    """Return DAGs, errors, and what parsing imported."""
    from airflow.dag_processing.dagbag import DagBag

    known: Any = socket.socket
    known.connect = refuse
    bag = DagBag(folder)
    ours = [sys.modules[name] for name in ("dags", "models") if name in sys.modules]
    return {
        "dags": {dag_id: sorted(dag.task_ids) for dag_id, dag in bag.dags.items()},
        "errors": bag.import_errors,
        "modules": sorted(sys.modules),
        "files": [str(module.__file__) for module in ours],
    }


def refuse(*arguments: object) -> None:
    """Stand in for every connection."""
    raise AssertionError(f"parsing went to the network: {arguments}")


def run(folder: str, *confs: str) -> list[dict[str, Any]]:
    """Run the DAG in this process; return the states of runs and tasks."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    initdb()
    dag: Any = DagBag(folder).dags["retrain-abalone"]
    return [finished(dag.test(run_conf=json.loads(conf))) for conf in confs]


def finished(run: Any) -> dict[str, Any]:
    """Return what came of a run."""
    return {
        "run_id": run.run_id,
        "state": str(run.state),
        "states": {one.task_id: str(one.state) for one in run.get_task_instances()},
    }


if __name__ == "__main__":
    print(json.dumps({"parse": parse, "run": run}[sys.argv[1]](*sys.argv[2:])))  # noqa: T201  # the answer
