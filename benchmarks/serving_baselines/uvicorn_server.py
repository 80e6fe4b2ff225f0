"""uvicorn with the settings of the training image, for the applications beside it."""
# pyright: basic

from __future__ import annotations

import sys

import uvicorn


def main(application: str, port: int) -> None:
    """Serve an application."""
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=port,
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
