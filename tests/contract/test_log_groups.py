"""Where a step logs is known to the program, to the DAGs and to the twin alike."""

from __future__ import annotations

from components.naming import Names
from dags.outcome import etl_log_group
from tests.unit.dags.builders import stack_settings


def test_an_outcome_names_the_group_that_the_stack_made_for_glue() -> None:
    settings = stack_settings()
    names = Names(prefix=settings.name_prefix, account=settings.account_id, region=settings.region)

    assert settings.glue_job == names.etl_job
    assert etl_log_group(settings) == names.etl_log_group("output")
