"""Pulumi's own engine on the unchanged program: a whole life of dev, a shorter one of prod.

Both are lived once, and every test asks them what the engine did. `make engine` tells them in full.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ops.program import Graph, StandInCloud, evaluate
from ops.urns import name_of, type_of
from twin.engine.account import fresh_account
from twin.engine.command import Pulumi, Ran
from twin.engine.expectations import STEPS
from twin.engine.journey import LOG_GROUP, Journey
from twin.engine.project import lay_out
from twin.engine.setting_changes import CHANGES, FIRST
from twin.errors import TwinError
from twin.settings import system_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

EXECUTABLE = shutil.which("pulumi", path=system_path())
if EXECUTABLE is None:
    pytest.skip(
        "needs a `pulumi` on PATH: `npx pulumi`, or the vendor's installer (docs/engine.md)",
        allow_module_level=True,
    )

pytestmark = pytest.mark.timeout(1200)  # the first test of a stack waits for its whole life

ROOT = Path(__file__).resolve().parents[3]
GUIDE = re.findall(r"`([^`\n]+)`", (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8"))
"""What the guide has in code, among which are the messages that it explains."""

KINDS: Mapping[str, Any] = {step: kind for kind, step in STEPS.items()}
each_stack = pytest.mark.parametrize("stack", ["dev", "prod"])


@dataclass(frozen=True)
class Watched(Pulumi):
    """A command line that remembers what it ran."""

    ran: list[tuple[str, Ran]] = field(default_factory=list[tuple[str, Ran]])

    def run(self, verb: str, stack: str, *more: str, without: tuple[str, ...] = ()) -> Ran:
        ran = super().run(verb, stack, *more, without=without)
        self.ran.append((verb, ran))
        return ran


@dataclass(frozen=True)
class Chapter:
    """One step of a story, with what the command line did in it."""

    title: str
    fact: str
    ran: tuple[tuple[str, Ran], ...]

    def did(self, verb: str) -> Ran:
        """Return the first run of a verb."""
        return next(ran for name, ran in self.ran if name == verb)

    def state(self) -> dict[str, Mapping[str, Any]]:
        """Return the resources that the engine's state held at the end, by URN."""
        export = next(ran for name, ran in reversed(self.ran) if name == "stack export")
        resources = json.loads(export.output)["deployment"].get("resources", [])
        return {one["urn"]: one for one in resources}


@dataclass(frozen=True)
class Story:
    """What was told of a stack, and what ended it early."""

    chapters: tuple[Chapter, ...]
    failure: TwinError | None

    def all_of(self, title: str) -> list[Chapter]:
        """Return the chapters whose title begins like this."""
        found = [one for one in self.chapters if one.title.startswith(title)]
        if not found and self.failure is not None:
            raise self.failure
        return found

    def of(self, title: str) -> Chapter:
        """Return the first of them."""
        return self.all_of(title)[0]


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Story]:
    """Return a function that tells a stack's story, which is lived once."""

    @cache
    def told(stack: str) -> Story:
        return live(stack, tmp_path_factory.mktemp(stack))

    return told


def live(stack: str, folder: Path) -> Story:
    with fresh_account(folder / "account") as (cloud, refusals):
        pulumi = Watched(str(EXECUTABLE), lay_out(ROOT, folder), folder, cloud.url)
        journey = Journey(pulumi, stack, ROOT, cloud, refusals, short=stack == "prod")
        chapters: list[Chapter] = []
        try:
            for step in journey.steps():
                chapters.append(Chapter(step.title, step.fact, tuple(pulumi.ran)))
                pulumi.ran.clear()
        except TwinError as error:
            return Story(tuple(chapters), error)
    return Story(tuple(chapters), None)


@cache
def program(stack: str) -> Graph:
    """Return what the program asks for, evaluated without an engine."""
    values = {f"mlops:{name}": value for name, value in FIRST.beside.items()}
    return evaluate(ROOT, stack, StandInCloud(), values=values)


def own(urns: Mapping[str, object]) -> set[str]:
    """Return the URNs of the program's resources: without the stack's own and its providers."""
    return {urn for urn in urns if not type_of(urn).startswith("pulumi:")}


@each_stack
def test_the_story_holds_to_its_end(tell: Callable[[str], Story], stack: str) -> None:
    story = tell(stack)

    assert story.failure is None, str(story.failure)
    assert story.chapters[-1].title.startswith("destroy")


@each_stack
def test_a_first_preview_creates_what_the_program_asks_for(
    tell: Callable[[str], Story], stack: str
) -> None:
    ran = tell(stack).of("preview from nothing").did("preview")

    assert own(ran.of("create")) == {resource.urn for resource in program(stack)}


@each_stack
def test_an_up_creates_what_the_preview_showed_and_the_state_has_it(
    tell: Callable[[str], Story], stack: str
) -> None:
    chapter = tell(stack).of("up from nothing")

    assert own(chapter.did("up").of("create")) == {one.urn for one in program(stack)}
    assert {one.urn for one in program(stack) if one.custom} <= set(chapter.state())


@each_stack
def test_what_exists_has_the_inputs_that_the_program_gave(
    tell: Callable[[str], Story], stack: str
) -> None:
    state = tell(stack).of("up from nothing").state()

    names = {one.urn: one.inputs.get("name") for one in program(stack) if one.custom}

    assert {urn: state[urn]["inputs"].get("name") for urn in names} == names


@each_stack
def test_a_second_preview_finds_everything_the_same(
    tell: Callable[[str], Story], stack: str
) -> None:
    ran = tell(stack).of("preview again").did("preview")

    assert set(ran.steps.values()) == {"same"}
    assert own(ran.steps) == {resource.urn for resource in program(stack)}


def test_every_setting_of_dev_is_changed_once(tell: Callable[[str], Story]) -> None:
    chapters = tell("dev").all_of("preview with")

    changed = [name for chapter in chapters for name in settings_of(chapter)]

    assert sorted(changed) == sorted(CHANGES)


def test_a_changed_setting_shows_the_resources_of_the_table_alone(
    tell: Callable[[str], Story],
) -> None:
    chapters = tell("dev").all_of("preview with")

    wrong = [
        (step, urn)
        for chapter in chapters
        for urn, step in chapter.did("preview").on_aws().items()
        if not any(_names(setting, step, urn) for setting in settings_of(chapter))
    ]

    assert wrong == []


def settings_of(chapter: Chapter) -> Sequence[str]:
    return chapter.fact.partition(": ")[2].split(", ")


def _names(setting: str, step: str, urn: str) -> bool:
    """Say whether the table has this resource at this setting."""
    name, patterns = urn.rsplit("::", 1)[-1], CHANGES[setting][1].get(KINDS[step], "")
    return any(fnmatchcase(name, pattern) for pattern in patterns.split())


@each_stack
def test_an_up_with_other_settings_leaves_what_a_preview_said(
    tell: Callable[[str], Story], stack: str
) -> None:
    story = tell(stack)
    before, chapter = own(story.of("up from nothing").state()), story.of("up with other settings")
    ran = chapter.did("up")

    after = own(chapter.state())

    assert after == (before | own(ran.of("create"))) - own(ran.of("delete"))
    assert before - after
    assert after - before


@each_stack
def test_a_refresh_finds_what_was_deleted_and_the_next_up_makes_just_that(
    tell: Callable[[str], Story], stack: str
) -> None:
    story = tell(stack)
    before, refreshed = story.of("up with other settings"), story.of("refresh")

    (gone,) = set(before.state()) - set(refreshed.state())

    assert type_of(gone) == LOG_GROUP
    assert story.of("up brings it back").did("up").of() == {gone: "create"}


def test_what_is_protected_is_not_destroyed(tell: Callable[[str], Story]) -> None:
    story = tell("prod")
    protected = {one.urn for one in program("prod") if one.options.protect}
    refused = story.of("destroy of what is protected")

    state = refused.state()

    assert not refused.did("destroy").ok
    assert {urn for urn, one in state.items() if one.get("protect")} == protected
    assert own(state) == own(story.of("up from nothing").state())


def test_the_setting_frees_what_is_protected_and_lets_images_go_with_their_registry(
    tell: Callable[[str], Story],
) -> None:
    chapter = tell("prod").of("up without protection")

    state = chapter.state()

    changed = {name_of(urn): step for urn, step in chapter.did("up").of().items()}
    assert changed == {"build-images": "update"}
    assert [urn for urn, one in state.items() if one.get("protect")] == []


@each_stack
def test_a_destroy_keeps_a_bucket_that_holds_something_and_says_so(
    tell: Callable[[str], Story], stack: str
) -> None:
    chapter = tell(stack).of("destroy with data")
    ran = chapter.did("destroy")

    kept = own(chapter.state())

    assert not ran.ok
    assert set(ran.failed) <= kept
    assert "keys-data" in {name_of(urn) for urn in kept}
    assert any("BucketNotEmpty" in error for error in ran.errors)


@each_stack
def test_a_destroy_of_empty_buckets_leaves_nothing(
    tell: Callable[[str], Story], stack: str
) -> None:
    story = tell(stack)
    ran = story.of("destroy of what is empty").ran[-1][1]

    kept = own(story.of("destroy with data").state())

    assert ran.ok
    assert own(ran.of("delete")) <= kept
    assert story.of("destroy of what is empty").fact.startswith("nothing left")


def test_an_up_that_fails_keeps_what_it_made_and_the_next_makes_the_rest(
    tell: Callable[[str], Story],
) -> None:
    story = tell("dev")
    failed, again = story.of("up that fails"), story.of("the next up")
    made = {urn for urn in failed.state() if type_of(urn).startswith("aws:")}

    rest = set(again.did("up").on_aws())

    assert failed.did("up").failed[0].endswith("::build-images")
    assert made
    assert {urn for urn in again.state() if type_of(urn).startswith("aws:")} == made | rest
    assert not made & rest


# ---- what a person can get wrong ----------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path) -> Pulumi:
    """Return a command line with a stack in which nothing is; no account is there either."""
    pulumi = Pulumi(str(EXECUTABLE), lay_out(ROOT, tmp_path), tmp_path, "http://127.0.0.1:9")
    pulumi.start("dev")
    return pulumi


def test_wrong_settings_are_one_message_without_a_trace(fresh: Pulumi) -> None:
    wrong = {
        "source": "svn",
        "airflowMinWorkers": 30,
        "pollSeconds": "often",
        "egress": "endpoints",
    }
    fresh.project.set("dev", {f"mlops:{name}": value for name, value in wrong.items()})

    ran = fresh.run("preview", "dev")

    (message,) = [error for error in ran.errors if "mlops:" in error]
    assert message.startswith("The settings of stack 'dev' cannot be deployed:")
    for name in ("source", "airflowMinWorkers", "pollSeconds", "webserverAccess"):
        assert f"\n  - mlops:{name} is '" in message
    assert "Traceback" not in ran.output
    assert not ran.on_aws()


def explained(ran: Ran) -> set[str]:
    """Return the messages of the guide that the command line said."""
    return {message for message in GUIDE if " " in message and message in ran.output}


def test_a_wrong_type_is_refused_by_the_command_line_itself(fresh: Pulumi) -> None:
    fresh.project.set("dev", {"mlops:usageStoredGb": "much"})

    ran = fresh.run("preview", "dev")

    assert not ran.ok
    assert explained(ran) == {"must be of type 'integer'"}


def test_a_missing_passphrase_is_explained_by_the_guide(fresh: Pulumi) -> None:
    ran = fresh.run("preview", "dev", without=("PULUMI_CONFIG_PASSPHRASE",))

    assert not ran.ok
    assert len(explained(ran)) == 1


def test_a_backend_that_is_not_there_is_named_and_explained(fresh: Pulumi) -> None:
    nowhere = replace(fresh, folder=fresh.folder / "nowhere")

    ran = nowhere.run("preview", "dev")

    assert not ran.ok
    assert f"file://{nowhere.folder}/state" in ran.output
    assert len(explained(ran)) == 1
