"""The environment becomes folders and a port."""

from pathlib import Path

import pytest

from training_image.errors import SettingsError
from training_image.settings import Settings


def test_an_empty_environment_means_a_sagemaker_container() -> None:
    settings = Settings.from_environment({})

    assert settings.folders.base == Path("/opt/ml")
    assert (settings.host, settings.port) == ("0.0.0.0", 8080)  # noqa: S104 - a container's own


def test_folders_follow_the_base() -> None:
    folders = Settings.from_environment({"SAGEMAKER_BASE_DIR": "/here"}).folders

    assert folders.channel("train") == Path("/here/input/data/train")
    assert folders.model == Path("/here/model")
    assert folders.failure == Path("/here/output/failure")


def test_a_batch_transform_says_how_much_it_sends() -> None:
    sizes = [
        Settings.from_environment({"SAGEMAKER_MAX_PAYLOAD_IN_MB": text}).largest_body // 1024**2
        for text in ("0", "50")
    ]

    assert [Settings.from_environment({}).largest_body // 1024**2, *sizes] == [6, 100, 50]


@pytest.mark.parametrize("port", ["", "0", "65536", "http", "-1", "\uff18\uff10"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(SettingsError, match="SAGEMAKER_BIND_TO_PORT"):
        Settings.from_environment({"SAGEMAKER_BIND_TO_PORT": port})


@pytest.mark.parametrize(
    "name",
    [
        "MODEL_SERVER_WORKERS",
        "SAGEMAKER_MAX_PAYLOAD_IN_MB",
        "SERVE_READ_SECONDS",
        "TRAINING_FIRST_HOST_PORT",
        "TRAINING_WAIT_SECONDS",
        "TRAINING_SILENCE_SECONDS",
    ],
)
def test_a_number_that_is_none_names_its_variable(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} cannot be used; found 'many'; expected"):
        Settings.from_environment({name: "many"})
