"""`python -m training_image train` or `serve`: what SageMaker adds to the image's entry point."""

from __future__ import annotations

import sys
from typing import Final

from training_image.errors import TrainingImageError
from training_image.settings import Settings

USAGE: Final = 2
"""Exit code of a call that is neither `train` nor `serve`."""


def main(arguments: list[str]) -> int:
    """Do one of the two, and return the exit code. Each imports its own libraries alone."""
    try:
        settings = Settings.from_environment()
        if arguments == ["train"]:
            from training_image import train

            return train.run(settings.folders)
        if arguments == ["serve"]:
            from training_image import workers

            return workers.run(settings)
    except TrainingImageError as error:
        sys.stderr.write(f"training_image: {error}\n")
        return 1
    sys.stderr.write(f"training_image: expected 'train' or 'serve', found {arguments!r}\n")
    return USAGE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
