"""Serving as samples do it: Flask, pandas, xgboost, for gunicorn's gevent worker behind nginx."""
# pyright: basic, reportMissingImports=false
# Flask's stack is in an environment of its own (`make bench-serving-env`)

from __future__ import annotations

import io
import os

import flask
import pandas as pd
import xgboost

NAMES = ["sex", "length", "diameter", "height", "whole", "shucked", "viscera", "shell"]
SEXES = ["M", "F", "I"]

booster = xgboost.Booster({"nthread": 1})
booster.load_model(os.environ["BENCH_BOOSTER"])  # noqa: TID251 - this file is the whole program

app = flask.Flask(__name__)


@app.route("/ping")
def ping() -> flask.Response:
    """Tell that the server is up."""
    return flask.Response(status=200)


@app.route("/invocations", methods=["POST"])
def invocations() -> flask.Response:
    """Predict the rows of a body of CSV."""
    if flask.request.content_type != "text/csv":
        return flask.Response("only text/csv", status=415)
    frame = pd.read_csv(io.StringIO(flask.request.data.decode()), header=None, names=NAMES)
    frame["sex"] = pd.Categorical(frame["sex"], categories=SEXES)
    frame = pd.get_dummies(frame, columns=["sex"], dtype=float)
    answers = pd.DataFrame({"answers": booster.predict(xgboost.DMatrix(frame.to_numpy()))})
    out = io.StringIO()
    answers.to_csv(out, header=False, index=False)
    return flask.Response(out.getvalue(), mimetype="text/csv")
