"""ONNX Runtime alone, on rows ready made: us of the quickest tenth, and of the processor."""
# pyright: basic, reportMissingImports=false
# ONNX Runtime is in the training image's environment

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
import onnxruntime

TIMES = 300


def main(model: str, body: str) -> None:
    """Predict the rows of a file many times, and print."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options)
    with open(body, encoding="utf-8") as file:  # noqa: PTH123 - a name from the command
        rows = [line.split(",") for line in file.read().splitlines()]
    feed = {
        "numeric": np.array([row[1:] for row in rows], dtype=np.float32),
        "categorical": np.array([row[:1] for row in rows], dtype=np.object_),
    }
    times: list[float] = []
    started = time.process_time()
    for _ in range(TIMES):
        began = time.perf_counter()
        session.run(("prediction",), feed)
        times.append(time.perf_counter() - began)
    processor = (time.process_time() - started) / TIMES
    print(statistics.quantiles(times, n=10)[0] * 1e6, processor * 1e6)  # noqa: T201 - the answer


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
