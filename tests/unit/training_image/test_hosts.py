"""SageMaker's file of resources says who trains together."""

import json
from pathlib import Path

import pytest

from training_image.errors import TrainingError
from training_image.hosts import read_hosts
from training_image.settings import Folders


def folders(tmp_path: Path, document: object) -> Folders:
    """Return a job's folders with such a file."""
    found = Folders(tmp_path)
    found.resources.parent.mkdir(parents=True)
    found.resources.write_text(json.dumps(document))
    return found


def test_all_hosts_see_one_order(tmp_path: Path) -> None:
    told = {"hosts": ["algo-2", "algo-1", "algo-3"], "current_host": "algo-2"}

    hosts = read_hosts(folders(tmp_path, told))

    assert (hosts.first, hosts.rank, hosts.count) == ("algo-1", 1, 3)


def test_a_job_without_the_file_has_one_host(tmp_path: Path) -> None:
    hosts = read_hosts(Folders(tmp_path))

    assert (hosts.rank, hosts.count) == (0, 1)


@pytest.mark.parametrize(
    "document",
    [[], {}, {"hosts": ["a"], "current_host": "b"}, {"hosts": 7, "current_host": "a"}],
)
def test_a_file_that_does_not_say_who_this_is_is_refused(tmp_path: Path, document: object) -> None:
    with pytest.raises(TrainingError, match="does not say which host this is; found"):
        read_hosts(folders(tmp_path, document))
