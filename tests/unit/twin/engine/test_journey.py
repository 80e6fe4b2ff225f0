"""The story ends where the engine does otherwise than it should, and says what was expected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.fake_aws import FakeAws
from twin.engine.command import Pulumi, Ran
from twin.engine.journey import Journey
from twin.engine.project import Project, lay_out
from twin.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from twin.cloud import Cloud
    from twin.engine.account import Refusals
    from twin.engine.journey import Step

PREFIX = "urn:pulumi:dev::mlops::"
STACK = f"{PREFIX}pulumi:pulumi:Stack::mlops-dev"
PART = f"{PREFIX}mlops:parts:Part::part"
QUEUE = f"{PREFIX}aws:sqs/queue:Queue::q"
MORE = f"{PREFIX}aws:sqs/queue:Queue::more"
ALL = (STACK, PART, QUEUE)


def ran(step: str, *urns: str, code: int = 0, errors: Sequence[str] = ()) -> Ran:
    return Ran(code, 0.1, "", dict.fromkeys(urns, step), errors=tuple(errors))


CREATED, SAME = ran("create", *ALL), ran("same", *ALL)


@dataclass(frozen=True)
class Scripted(Pulumi):
    """A command line that answers each run from a list, and whose state is given."""

    answers: list[Ran] = field(default_factory=list[Ran])
    state: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    verbs: list[str] = field(default_factory=list[str])

    def run(self, verb: str, stack: str, *more: str, without: tuple[str, ...] = ()) -> Ran:
        del stack, more, without
        if verb == "stack init":
            return ran("same")
        self.verbs.append(verb)
        return self.answers.pop(0)

    def resources(self, stack: str) -> list[dict[str, Any]]:
        del stack
        return self.state


@dataclass
class Account:
    """What the story asks of a cloud."""

    client: FakeAws = field(default_factory=FakeAws)
    account: str = "123456789012"
    region: str = "us-east-1"


@dataclass
class Teller:
    """Builds a story from what the engine will say."""

    root: Path
    project: Project
    account: Account = field(default_factory=Account)

    def story(self, *answers: Ran, state: Sequence[Mapping[str, Any]] = ()) -> Journey:
        pulumi = Scripted(
            "pulumi", self.project, self.root.parent / "state", "", list(answers),
            [dict(one) for one in state],
        )  # fmt: skip
        cloud, refusals = cast("Cloud", self.account), cast("Refusals", None)
        return Journey(pulumi, "dev", self.root, cloud, refusals)

    def told(self, count: int, *answers: Ran) -> list[Step]:
        """Return the first steps of a story."""
        steps = self.story(*answers).steps()
        return [next(steps) for _ in range(count)]


@pytest.fixture
def teller(root: Path, tmp_path: Path) -> Teller:
    return Teller(root, lay_out(root, tmp_path / "engine"))


def test_a_stack_begins_with_preview_up_and_preview(teller: Teller) -> None:
    steps = teller.told(3, CREATED, CREATED, SAME)

    assert [step.title for step in steps] == [
        "preview from nothing",
        "up from nothing",
        "preview again",
    ]
    assert steps[0].fact == "3 to create"


def test_an_error_says_in_which_step_of_which_stack(teller: Teller) -> None:
    with pytest.raises(TwinError) as caught:
        teller.told(1, ran("create", code=255, errors=["error: it broke"]))

    assert caught.value.step == "dev, preview from nothing"
    assert caught.value.expected == "`pulumi preview` to succeed"
    assert caught.value.found == "error: it broke"


def test_a_first_preview_has_to_show_all_of_the_program(teller: Teller) -> None:
    with pytest.raises(TwinError) as caught:
        teller.told(1, ran("create", STACK, PART))

    assert caught.value.expected == "by `make preview` alone: create q"


def test_a_first_preview_shows_nothing_but_that(teller: Teller) -> None:
    with pytest.raises(TwinError) as caught:
        teller.told(1, ran("create", *ALL, MORE))

    assert caught.value.found == "by the engine alone: create more"


def test_a_first_preview_finds_nothing_that_is_there_already(teller: Teller) -> None:
    shown = replace(CREATED, steps={**CREATED.steps, STACK: "same"})

    with pytest.raises(TwinError) as caught:
        teller.told(1, shown)

    assert caught.value.expected == "nothing but creations"


def test_an_up_creates_what_the_preview_showed(teller: Teller) -> None:
    with pytest.raises(TwinError) as caught:
        teller.told(2, CREATED, ran("create", STACK, QUEUE))

    assert caught.value.expected == "the 3 of the preview"


def test_a_second_preview_shows_no_change(teller: Teller) -> None:
    with pytest.raises(TwinError) as caught:
        teller.told(3, CREATED, CREATED, ran("update", QUEUE))

    assert (caught.value.found, caught.value.expected) == ("q", "no change")


def test_a_group_of_settings_changes_what_a_preview_says(teller: Teller) -> None:
    steps = teller.told(4, CREATED, CREATED, SAME, ran("create", MORE))

    assert steps[-1].fact.startswith("1 resources: source, webserverAccess, ")


def test_a_setting_without_effect_ends_the_story(teller: Teller) -> None:
    with pytest.raises(TwinError) as caught:
        teller.told(4, CREATED, CREATED, SAME, SAME)

    assert caught.value.expected == "by `make preview` alone: create more"


def test_after_a_preview_the_settings_are_as_before(teller: Teller) -> None:
    teller.told(4, CREATED, CREATED, SAME, ran("create", MORE))

    text = (teller.project.program / "Pulumi.dev.yaml").read_text(encoding="utf-8")

    assert "mlops:source: as before" in text


def test_a_short_story_changes_one_group_of_each_form(teller: Teller) -> None:
    journey = teller.story(CREATED, CREATED, SAME, ran("create", MORE), ran("create", MORE))
    journey.short = True
    steps = journey.steps()

    titles = [next(steps).title for _ in range(5)]

    assert titles[3:] == ["preview with 5 other settings", "up with other settings"]


def test_what_is_protected_has_to_survive_a_destroy(teller: Teller) -> None:
    state = [{"type": "aws:sqs/queue:Queue", "id": "q", "urn": QUEUE, "protect": True}]
    steps = teller.story(CREATED, CREATED, SAME, ran("delete", QUEUE), state=state).steps()

    with pytest.raises(TwinError) as caught:
        list(steps)

    assert caught.value.step == "dev, destroy of what is protected"
    assert caught.value.expected == "a refusal"


def test_what_the_account_still_has_is_left(teller: Teller) -> None:
    journey = teller.story()
    bucket: dict[str, Any] = {
        "type": "aws:s3/bucket:Bucket",
        "id": "b",
        "urn": "the bucket",
        "outputs": {},
    }
    journey.existing = [bucket]

    there = journey.left()
    teller.account.client.refuse("head_bucket", "404", "Not Found")

    assert there == ["the bucket"]
    assert journey.left() == []
