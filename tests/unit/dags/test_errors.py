"""What errors say."""

from __future__ import annotations

from dags.errors import SettingsError, StepError


def test_a_step_error_names_resource_cause_and_remedy() -> None:
    error = StepError("s3://b/k", found="nothing", expected="a manifest", do="push again")

    assert str(error) == "s3://b/k: found nothing; expected a manifest; to do: push again"


def test_what_was_found_is_bounded() -> None:
    error = StepError("job", found="x" * 10_000, expected="less", do="nothing")

    assert len(str(error)) < 2_100


def test_a_settings_error_names_file_and_all_problems() -> None:
    error = SettingsError("dags/settings/stack.json", ["one", "two"])

    assert str(error).startswith("stack settings dags/settings/stack.json: one; two;")
    assert "pulumi up" in str(error)
