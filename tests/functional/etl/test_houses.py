"""The page about a model of one's own: its model file fits the file that its script writes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from models.load import load_model
from tests.functional.etl.lake import Lake

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "your-own-model.md"
SCRIPT = ROOT / "docs" / "examples" / "houses.py"


def test_the_pages_file_has_as_many_dirty_rows_as_the_page_says(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(name: houses\n.*?)```", PAGE.read_text(), re.DOTALL)
    assert block
    (tmp_path / "houses.yaml").write_text(block[1])
    contract = load_model(tmp_path / "houses.yaml").to_json()["data"]
    written = subprocess.run([sys.executable, SCRIPT], capture_output=True, check=True).stdout

    rows = Lake(tmp_path, contract).put("houses.csv", written).run()["rows"]

    assert (rows["read"], rows["quarantine"]) == (1500, 6)
    assert f"{rows['read']:,} rows, {rows['quarantine']} in quarantine" in PAGE.read_text()
