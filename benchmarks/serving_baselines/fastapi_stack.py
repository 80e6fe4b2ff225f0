"""Serving as careful people do it: FastAPI on uvicorn, and ONNX Runtime; no pandas."""
# pyright: basic, reportMissingImports=false
# FastAPI is in an environment of its own (`make bench-serving-env`)

from __future__ import annotations

import csv
import io
import os

import fastapi
import numpy as np
import onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(os.environ["BENCH_MODEL"], options)  # noqa: TID251 - this file is the whole program

app = fastapi.FastAPI()


@app.get("/ping")
async def ping() -> fastapi.Response:
    """Tell that the server is up."""
    return fastapi.Response()


@app.post("/invocations")
async def invocations(request: fastapi.Request) -> fastapi.Response:
    """Predict the rows of a body of CSV."""
    rows = list(csv.reader(io.StringIO((await request.body()).decode())))
    feed = {
        "numeric": np.array([row[1:] for row in rows], dtype=np.float32),
        "categorical": np.array([row[:1] for row in rows], dtype=np.object_),
    }
    answers = session.run(("prediction",), feed)[0]
    content = "".join(f"{answer}\n" for answer in answers)
    return fastapi.Response(content, media_type="text/csv")
