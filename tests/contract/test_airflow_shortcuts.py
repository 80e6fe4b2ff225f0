"""What the shortcuts rely on in SQLAlchemy, SQLite and Airflow."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

COMPARE = """
from datetime import datetime, timedelta, timezone
from sqlalchemy import Column, MetaData, Table, create_engine, func, select
from airflow.utils.sqlalchemy import UtcDateTime
from twin.airflow.shortcuts import keep_fractions_of_seconds

keep_fractions_of_seconds()
engine = create_engine("sqlite://")
table = Table("t", MetaData(), Column("at", UtcDateTime))
with engine.begin() as connection:
    table.metadata.create_all(connection)
    connection.execute(table.insert().values(at=datetime.now(timezone.utc)))
    # CURRENT_TIMESTAMP's whole seconds would find it up to a second later only
    due = connection.execute(select(table).where(table.c.at <= func.now())).all()
    late = datetime.now(timezone.utc) + timedelta(seconds=1)
    connection.execute(table.update().values(at=late))
    early = connection.execute(select(table).where(table.c.at <= func.now())).all()
    print(len(due), len(early), connection.execute(select(func.now())).scalar())
"""


def test_now_on_sqlite_compares_with_the_times_that_airflow_stores(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COMPARE],
        cwd=ROOT,
        env={"AIRFLOW_HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    last = ended.stdout.splitlines()[-1]
    assert re.fullmatch(r"1 0 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", last), last
