"""Airflow's way in: every dag of this project.

Staging copies this file to the root of `retrain.zip` as `retrain.py`, beside the packages `dags`
and `models`; Airflow looks for the words "airflow" and "dag" in it before it parses it.
"""

from pathlib import Path

from dags.retrain import retrain_dags

# `__file__` lies in the zip, and the zip lies in the DAGs folder.
globals().update(retrain_dags(Path(__file__).parent.parent))
