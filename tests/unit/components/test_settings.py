"""Settings are checked as a whole, before anything is deployed."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.settings import SettingsError, StackSettings, read_settings
from ops.stack_files import read_stack_config

ROOT = Path(__file__).resolve().parents[3]
DEFAULTS = dict(read_stack_config(ROOT, "dev").values)


def read(stack: str = "dev", **changes: str | None) -> StackSettings:
    """Read the dev stack's settings with some of them changed, or taken away with None."""
    values = {**DEFAULTS, **{f"mlops:{key}": value for key, value in changes.items()}}
    return read_settings(values.get, "mlops", stack)


def problems(stack: str = "dev", **changes: str | None) -> tuple[str, ...]:
    """Return what is wrong with such settings."""
    with pytest.raises(SettingsError) as refused:
        read(stack, **changes)
    return refused.value.problems


def test_the_dev_stack_can_be_deployed() -> None:
    settings = read()

    assert settings.prefix == "mlops-dev"
    assert settings.region == "us-east-1"
    assert settings.deferrable is True
    assert settings.poll_seconds == 30
    assert settings.training_instance_type is None


def test_the_twin_stack_differs_in_values_alone() -> None:
    values = read_stack_config(ROOT, "twin").values

    settings = read_settings(values.get, "mlops", "twin")

    assert settings.deferrable is False
    assert settings.poll_seconds == 0.2


def test_every_declared_setting_is_read_and_every_read_one_declared() -> None:
    read_keys: set[str] = set()

    def note(key: str) -> str | None:
        read_keys.add(key)
        return DEFAULTS.get(key)

    read_settings(note, "mlops", "dev")

    assert read_keys == set(DEFAULTS)


WRONG = [
    ("branch", "a branch"),
    ("branch", "main/"),
    ("branch", "a//b"),
    ("branch", "a..b"),
    ("branch", "a/.b"),
    ("branch", "release."),
    ("branch", "release.lock"),
    ("branch", "HEAD"),
    ("source", "svn"),
    ("sourceRepository", "a name"),
    ("connectionProvider", "Gitea"),
    ("connectionArn", "arn:aws:iam::123456789012:role/a"),
    ("reviewPullRequests", "sometimes"),
    ("vpcCidr", "10.0.0.0/28"),
    ("vpcCidr", "8.8.0.0/16"),
    ("vpcCidr", "10.0.0.1/16"),
    ("vpcCidr", "somewhere"),
    ("vpcCidr", "127.0.0.0/16"),
    ("vpcCidr", "169.254.0.0/16"),
    ("vpcCidr", "198.18.0.0/16"),
    ("vpcCidr", "240.0.0.0/16"),
    ("vpcCidr", "10.42.0.0/255.255.0.0"),
    ("vpcCidr", "10.42.0.0/016"),
    ("egress", "internet"),
    ("natPerZone", "1"),
    ("webserverAccess", "PUBLIC_ONLY"),
    ("permissionsBoundary", "boundary"),
    ("protect", "yes"),
    ("airflowVersion", "2.10.3"),
    ("airflowVersion", "3.\N{ARABIC-INDIC DIGIT TWO}.1"),
    ("airflowClass", "mw1.huge"),
    ("airflowMinWorkers", "0"),
    ("airflowMaxWorkers", "many"),
    ("airflowMaxWorkers", "1.5"),
    ("airflowMaxWorkers", "\N{ARABIC-INDIC DIGIT TWO}"),
    ("maintenanceWindow", "SUN:03:15"),
    ("deferrable", "yes"),
    ("pollSeconds", "0"),
    ("pollSeconds", "-1"),
    ("pollSeconds", "3601"),
    ("pollSeconds", "nan"),
    ("pollSeconds", "\N{ARABIC-INDIC DIGIT TWO}"),
    ("triggerConcurrency", "-1"),
    ("reconcileMinutes", "1"),
    ("etlEngine", "pandas"),
    ("etlDuckdbGb", "0"),
    ("etlWorkerType", "Standard"),
    ("etlWorkers", "1"),
    ("etlAutoScaling", "often"),
    ("etlMetrics", "all"),
    ("etlConcurrentRuns", "0"),
    ("etlTimeoutMinutes", ""),
    ("trainingInstanceType", "m5.large"),
    ("trainingInstanceType", "ml.m5.larg"),
    ("endpointInstanceType", "ml.m5"),
    ("endpointInstanceType", "ml.large.m5"),
    ("logRetentionDays", "15"),
    ("versionRetentionDays", "0"),
    ("alarmEmail", "somebody"),
    ("monthlyBudget", "a lot"),
    ("usageRetrainings", "-1"),
    ("usageEtlMinutes", "1.5"),
    ("usageTrainingMinutes", "soon"),
    ("usageStoredGb", "1e3"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_named_with_what_is_allowed(name: str, value: str) -> None:
    (problem,) = problems(**{name: value})

    assert problem.startswith(f"mlops:{name} is {value!r}; expected ")


def test_every_setting_has_a_wrong_value_above() -> None:
    own = {key.removeprefix("mlops:") for key in DEFAULTS if key.startswith("mlops:")}

    assert own - {name for name, _ in WRONG} == set()


@pytest.mark.parametrize(
    ("changes", "blamed"),
    [
        ({"egress": "endpoints"}, "webserverAccess"),
        ({"egress": "endpoints", "webserverAccess": "private", "natPerZone": "true"}, "natPerZone"),
        ({"source": "connection"}, "sourceRepository"),
        (
            {"source": "connection", "sourceRepository": "a/b", "reviewPullRequests": "true"},
            "reviewPullRequests",
        ),
        ({"airflowClass": "mw1.micro", "airflowMaxWorkers": "2"}, "airflowMaxWorkers"),
    ],
)
def test_what_does_not_go_together_is_named_with_why(changes: dict[str, str], blamed: str) -> None:
    (problem,) = problems(**changes)

    assert problem.startswith(f"mlops:{blamed} is ")
    assert ", as " in problem


def test_a_misspelt_key_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(DEFAULTS.get, "mlops", "dev", keys=["mlops:brunch", "aws:profile"])

    assert refused.value.problems == (
        "mlops:brunch is no setting of this project; did you mean mlops:branch?",
    )


def test_a_missing_setting_is_named() -> None:
    (problem,) = problems(branch=None)

    assert problem.startswith("mlops:branch is not set; expected a branch")


def test_all_problems_are_reported_together() -> None:
    found = problems("a-stack-of-many-words", branch="", etlEngine="r", pollSeconds="soon")

    assert len(found) == 4
    assert "another name" in found[0]


def test_more_least_workers_than_most_is_refused() -> None:
    (problem,) = problems(airflowMinWorkers="5", airflowMaxWorkers="2")

    assert (
        problem
        == "mlops:airflowMinWorkers is 5; expected at most mlops:airflowMaxWorkers, which is 2"
    )


def test_the_message_names_file_and_setting() -> None:
    with pytest.raises(SettingsError) as refused:
        read(etlEngine="pandas")

    assert str(refused.value) == (
        "The settings of stack 'dev' cannot be deployed:\n"
        "  - mlops:etlEngine is 'pandas'; expected one of auto, duckdb, spark\n"
        "do: correct them in Pulumi.dev.yaml (Pulumi.yaml describes each)"
    )


def read_encrypted(name: str, value: str) -> StackSettings:
    key = f"mlops:{name}"
    return read_settings({**DEFAULTS, key: value}.get, "mlops", "dev", encrypted={key})


def test_an_encrypted_address_is_taken_as_it_is() -> None:
    settings = read_encrypted("alarmEmail", "[secret]")

    assert (settings.alarm_email, settings.alarm_email_is_secret) == ("[secret]", True)
    assert read(alarmEmail="a@b.c").alarm_email_is_secret is False


@pytest.mark.parametrize("name", sorted({name for name, _ in WRONG} - {"alarmEmail"}))
def test_another_encrypted_setting_is_refused_without_a_look_at_it(name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_encrypted(name, "hush")

    said = str(refused.value)
    assert f"mlops:{name} is encrypted; expected plain text, as a preview has no key: " in said
    assert "hush" not in said


def test_an_instance_type_can_be_set_for_the_whole_stack() -> None:
    settings = read(trainingInstanceType="ml.m5.xlarge")

    assert settings.training_instance_type == "ml.m5.xlarge"
