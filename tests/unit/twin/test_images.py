"""How a container of an image starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.errors import TwinError
from twin.images import Image


def image(*entrypoint: str, arguments: tuple[str, ...] = ()) -> Image:
    return Image(
        digest="sha256:0",
        root=Path("/images/0/rootfs"),
        entrypoint=entrypoint,
        default_arguments=arguments,
        variables={"A": "1", "PATH": "/usr/local/bin"},
        workdir="/opt/program",
        python=Path("/envs/0"),
    )


def test_arguments_follow_the_entry_point() -> None:
    assert image("/bin/tool", "-m").command("train") == ("/bin/tool", "-m", "train")


def test_without_arguments_the_default_ones_are_taken() -> None:
    assert image("tool", arguments=("serve",)).command() == ("tool", "serve")


def test_the_working_directory_lies_below_the_images_root() -> None:
    assert image("tool").cwd == Path("/images/0/rootfs/opt/program")


def test_programs_of_the_images_environment_come_first_on_path() -> None:
    environment = image("tool").environment

    assert environment["PATH"].startswith("/envs/0/bin:")
    assert environment["A"] == "1"


def test_an_image_that_starts_nothing_says_so() -> None:
    with pytest.raises(TwinError, match="entry point"):
        image().command()
