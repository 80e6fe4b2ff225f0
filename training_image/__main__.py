"""`python -m training_image train`, `evaluate` or `serve`: what SageMaker starts the image with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from training_image.errors import TrainingImageError
from training_image.failure import fail
from training_image.hosts import read_hosts
from training_image.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TOGETHER: Final = "train-together"
"""What a host's watch starts: training as one of several hosts."""

USAGE: Final = 2
"""Exit code of a call that is none of them."""


def main(arguments: list[str]) -> int:
    """Do one of the three, and return the exit code."""
    verb = VERBS.get(arguments[0]) if len(arguments) == 1 else None
    if verb is None:
        expected = "'train', 'evaluate' or 'serve'"
        sys.stderr.write(f"training_image: expected {expected}, found {arguments!r}\n")
        return USAGE
    try:
        return verb(Settings.from_environment())
    except TrainingImageError as error:
        sys.stderr.write(f"training_image: {error}\n")
        return 1


# Each imports its own libraries alone.


def _train(settings: Settings) -> int:
    try:
        hosts = read_hosts(settings.folders)
    except TrainingImageError as error:
        return fail(settings.folders, str(error))
    if hosts.count > 1:
        from training_image import watch

        return watch.run(settings, hosts, [sys.executable, *sys.orig_argv[1:-1], TOGETHER])
    from training_image import train

    return train.run(settings.folders)


def _train_together(settings: Settings) -> int:
    from training_image import together

    return together.run(settings.folders)


def _evaluate(settings: Settings) -> int:
    from training_image import compare, train

    return train.run(settings.folders, compare.compare)


def _serve(settings: Settings) -> int:
    from training_image import workers

    return workers.run(settings)


VERBS: Final[Mapping[str, Callable[[Settings], int]]] = {
    "train": _train,
    TOGETHER: _train_together,
    "evaluate": _evaluate,
    "serve": _serve,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
