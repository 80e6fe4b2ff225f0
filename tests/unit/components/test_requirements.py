"""Requirements that MWAA would fail on are refused before it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.errors import ProgramError
from components.requirements import RequirementsError, read_requirements

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where a test writes its requirements."""
    return tmp_path / "mwaa.txt"


def test_comments_require_nothing() -> None:
    assert read_requirements(ROOT / "requirements/mwaa.txt", reaches_index=False) == ()


def test_requirements_begin_with_what_constrains_them(file: Path) -> None:
    file.write_text("pandas==2.3.1\n")

    with pytest.raises(RequirementsError, match="expected a --constraint line") as caught:
        read_requirements(file, reaches_index=True)

    assert str(file) in str(caught.value)


def test_with_a_way_out_an_index_may_be_asked(file: Path) -> None:
    file.write_text('# why\n--constraint "https://example.com/c.txt"\npandas==2.3.1\n')

    lines = read_requirements(file, reaches_index=True)

    assert lines == ('--constraint "https://example.com/c.txt"', "pandas==2.3.1")


def test_without_a_way_out_whatever_leads_to_the_internet_is_refused(file: Path) -> None:
    file.write_text('--constraint "https://example.com/c.txt"\npandas==2.3.1\n')

    with pytest.raises(RequirementsError) as caught:
        read_requirements(file, reaches_index=False)

    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "a line '--no-index' is missing",
        "'--constraint \"https://example.com/c.txt\"' leads to the internet",
    ]


def test_without_a_way_out_wheels_of_the_bucket_will_do(file: Path) -> None:
    file.write_text(
        '--constraint "/usr/local/airflow/dags/constraints.txt"\n'
        "--no-index\n"
        '--find-links "/usr/local/airflow/plugins"\n'
        "pandas==2.3.1\n"
    )

    assert len(read_requirements(file, reaches_index=False)) == 4


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(ProgramError, match=r"mwaa\.txt does not exist.*the whole repository"):
        read_requirements(file, reaches_index=True)
