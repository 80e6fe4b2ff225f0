"""Which runs should be there, whatever became of the events."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from trigger.raw import RawObject
from trigger.reconcile import RECENT, RESERVE_SECONDS, look, wanted_runs
from trigger.runs import data_run_id
from trigger.staged import CodeManifest, CurrentCode

if TYPE_CHECKING:
    from trigger.event import RawObjectWritten

NOW = datetime(2026, 1, 2, tzinfo=UTC)
OLD = RECENT * 10
COMMIT = "a1b2c3d4e5f6" + "0" * 28
CURRENT = CurrentCode(COMMIT, "sha256:" + "d" * 64)
MODELS = ("abalone", "wine")


def raw(key: str, age: timedelta = timedelta(hours=1), version: str = "v1") -> RawObject:
    return RawObject(f"raw/{key}", version, NOW - age)


def written(*objects: RawObject) -> tuple[RawObjectWritten, ...]:
    seen, _ = look(objects, MODELS, NOW, lambda: math.inf)
    return seen.written()


def keys(*objects: RawObject) -> list[str]:
    return [one.key.removeprefix("raw/") for one in written(*objects)]


def test_each_models_newest_file_is_asked_for_however_old_it_is() -> None:
    found = keys(raw("abalone/a", OLD), raw("abalone/b", OLD * 2), raw("wine/c", OLD * 3))

    assert found == ["abalone/a", "wine/c"]


def test_every_file_of_the_last_day_is_asked_for() -> None:
    hours = {name: timedelta(hours=hours) for name, hours in (("a", 3), ("b", 1), ("c", 2))}

    found = keys(*(raw(f"abalone/{name}", age) for name, age in hours.items()))

    assert found == ["abalone/b", "abalone/c", "abalone/a"]


def test_a_large_file_that_came_to_lie_behind_a_newer_one_is_asked_for() -> None:
    upload_began_before = raw("abalone/large", timedelta(hours=5))
    small = raw("abalone/small", timedelta(hours=1))

    assert "abalone/large" in keys(small, upload_began_before)


def test_when_there_is_little_time_every_models_newest_comes_first() -> None:
    found = keys(
        *(raw(f"abalone/{number:02}", timedelta(minutes=number)) for number in range(20)),
        raw("wine/only", OLD),
    )

    assert found[:2] == ["abalone/00", "wine/only"]
    assert len(found) == 21


def test_what_is_no_models_file_is_not_asked_for() -> None:
    assert keys(raw("vine/a"), raw("abalone/"), raw("a.csv"), raw("abalone/../b")) == []


def test_a_million_old_files_leave_one_in_memory() -> None:
    objects = (
        raw(f"abalone/{number}", OLD + timedelta(seconds=number)) for number in range(10_000)
    )

    seen, complete = look(objects, MODELS, NOW, lambda: math.inf)

    assert complete
    assert seen.listed == 10_000
    assert len(seen.newest) + len(seen.recent) == 1


def test_looking_stops_when_the_time_is_nearly_up() -> None:
    left = iter([RESERVE_SECONDS + 1, RESERVE_SECONDS, RESERVE_SECONDS - 1])

    seen, complete = look([raw(f"abalone/{n}") for n in "abcd"], MODELS, NOW, lambda: next(left))

    assert not complete
    assert seen.listed == 2


def test_the_runs_are_those_that_the_events_would_have_started() -> None:
    seen, _ = look([raw("wine/a.csv")], MODELS, NOW, lambda: math.inf)

    runs = wanted_runs(CURRENT, CodeManifest(COMMIT, MODELS), seen)

    assert [(run.dag_id, run.run_id) for run in runs] == [
        ("retrain-abalone", "push-a1b2c3d4e5f6"),
        ("retrain-wine", "push-a1b2c3d4e5f6"),
        ("retrain-wine", data_run_id("raw/wine/a.csv", "v1")),
    ]
    assert runs[2].conf == {
        "commit": COMMIT,
        "image_digest": CURRENT.image_digest,
        "model": "wine",
        "started_by": "data",
        "raw_key": "raw/wine/a.csv",
        "raw_version": "v1",
    }


@given(
    ages=st.dictionaries(
        st.from_regex(r"(abalone|wine)/[a-z]{1,5}", fullmatch=True),
        st.timedeltas(min_value=timedelta(0), max_value=OLD * 2),
        max_size=20,
    )
)
def test_whatever_lies_there_each_model_with_a_file_has_its_newest_asked_for(
    ages: dict[str, timedelta],
) -> None:
    objects = [raw(key, age) for key, age in ages.items()]

    found = written(*objects)

    newest = {
        model: max(one.modified for one in objects if one.key.startswith(f"raw/{model}/"))
        for model in {key.split("/")[0] for key in ages}
    }
    modified = {one.key: one.modified for one in objects}
    assert len({one.key for one in found}) == len(found)
    assert newest == {
        model: max(modified[one.key] for one in found if one.model == model) for model in newest
    }
