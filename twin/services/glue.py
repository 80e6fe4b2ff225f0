"""What the twin completes in moto's Glue: jobs as Glue takes them, and runs that really run.

moto keeps the jobs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.glue import models
from moto.glue.responses import GlueResponse

from twin.services.glue_definitions import Jobs, TwinJob
from twin.services.glue_runs import JobRuns
from twin.services.json_protocol import add_operations

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

    from twin.cloud import Cloud
    from twin.services.json_protocol import Operation


def install(cloud: Cloud) -> None:
    """Complete moto's Glue for this cloud; its runs end with it."""
    jobs, runs = Jobs(cloud), JobRuns(cloud)
    models.FakeJob = TwinJob

    def create_job(self: GlueResponse) -> ActionResult:
        return jobs.create_job(self)

    GlueResponse.create_job = create_job
    operations: dict[str, Operation] = {
        "update_job": jobs.update_job,
        "start_job_run": runs.start,
        "get_job_run": runs.get,
        "get_job_runs": runs.list_runs,
        "batch_stop_job_run": runs.stop,
    }
    add_operations(GlueResponse, operations)
    cloud.on_stop(runs.stop_all)
