"""A change in a git repository is told as what it changes on AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ops.preview.report import MARKER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functional.preview.conftest import Answer, Repository

    Preview = Callable[..., Answer]

CHANGED = "- `q` (sqs Queue)\n  - `delaySeconds`: `1` → `2`\n"

HIDING = """
import pulumi

policy = pulumi.Output.secret({{"password": "{word}"}})
pulumi.CustomResource("aws:sqs/queue:Queue", "q", {{"name": "q", "policy": policy}})
pulumi.export("policy", policy)
"""


def test_a_commit_is_told(repository: Repository, preview: Preview) -> None:
    repository.set_delay(2)
    repository.commit()

    answer = preview()

    assert answer.code == 0, answer.err
    assert answer.out.startswith(MARKER)
    assert CHANGED in answer.out


def test_what_is_not_committed_is_previewed_too(repository: Repository, preview: Preview) -> None:
    repository.set_delay(2)

    assert CHANGED in preview().out


def test_a_change_that_changes_nothing_is_one_line(
    repository: Repository, preview: Preview
) -> None:
    repository.write("__main__.py", "# A comment.\nfrom parts import queue\nqueue('q', 1)\n")

    answer = preview()

    assert answer.out.splitlines()[1].startswith("No change in resources")


def test_what_the_base_got_meanwhile_is_no_change_of_the_branch(
    repository: Repository, preview: Preview
) -> None:
    repository.set_delay(2)
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("parts.py", "raise NotImplementedError\n")
    repository.commit()
    repository.git("checkout", "-q", "change")

    assert CHANGED in preview().out


def test_each_version_has_its_own_modules(repository: Repository, preview: Preview) -> None:
    repository.git("mv", "parts.py", "pieces.py")
    text = (repository.folder / "__main__.py").read_text()
    repository.write("__main__.py", text.replace("from parts", "from pieces"))
    repository.set_delay(2)

    assert CHANGED in preview().out


def test_a_model_of_another_size_changes_the_cost_alone(
    repository: Repository, preview: Preview
) -> None:
    text = (repository.folder / "models/abalone.yaml").read_text()
    head, endpoint = text.split("\nendpoint:")
    larger = endpoint.replace("ml.m5.large", "ml.m5.xlarge")
    repository.write("models/abalone.yaml", f"{head}\nendpoint:{larger}")

    answer = preview()

    assert "`endpoint of abalone`: $83.95 → $167.90 (**+$83.95**)" in answer.out


def test_secrets_are_in_no_output(repository: Repository, preview: Preview) -> None:
    repository.write("__main__.py", HIDING.format(word="first-hush"))
    repository.git("checkout", "-q", "main")
    repository.commit()
    repository.git("checkout", "-q", "-B", "change")
    repository.write("__main__.py", HIDING.format(word="second-hush"))

    texts = [preview().out, preview("main", "--json").out]

    assert "`policy`: `[secret]`, another one than before" in texts[0]
    assert '"before": "[secret]"' in texts[1]
    assert "hush" not in "".join(texts)


def test_an_encrypted_setting_is_not_shown(repository: Repository, preview: Preview) -> None:
    repository.write("Pulumi.dev.yaml", "config:\n  toy:delay: 1\n  toy:word: {secure: v1:hush}\n")
    settings = "  delay: {type: integer}\n  word: {type: string, default: ''}\n"
    repository.write("Pulumi.yaml", f"name: toy\nruntime: python\nconfig:\n{settings}")
    repository.write(
        "__main__.py",
        "import pulumi\nfrom parts import queue\n"
        "queue('q', 1)\n"
        "pulumi.CustomResource('aws:sqs/queue:Queue', 'r',"
        " {'name': pulumi.Config().require_secret('word')})\n",
    )

    answer = preview("main", "--json")

    assert answer.code == 0, answer.err
    assert "hush" not in answer.out


def test_programs_get_json(repository: Repository, preview: Preview) -> None:
    repository.set_delay(2)

    document = json.loads(preview("main", "--json").out)

    assert document["base"]["ref"] == "main"
    assert document["stacks"]["dev"]["counts"]["changed"] == 1


def test_what_a_program_prints_is_no_part_of_it(repository: Repository, preview: Preview) -> None:
    text = (repository.folder / "__main__.py").read_text()
    repository.write("__main__.py", f"print('hello')\n{text}")

    answer = preview("main", "--json")

    assert json.loads(answer.out)["stacks"]["dev"]["resources"] == []


def test_a_stack_that_the_base_does_not_have_is_new(
    repository: Repository, preview: Preview
) -> None:
    repository.set_delay(3, stack="prod")

    answer = preview("main", "--stack", "dev,prod")

    assert "### prod\n\n**The stack is new" in answer.out
    assert "| **prod** | **1** |" in answer.out


def test_a_base_that_is_older_than_the_program_has_no_stack(
    repository: Repository, preview: Preview
) -> None:
    repository.git("checkout", "-q", "--orphan", "earlier")
    repository.git("rm", "-rq", "--cached", ".")
    repository.git("add", "parts.py")
    repository.git("commit", "-q", "-m", "Before there was a program")
    repository.git("checkout", "-qf", "change")

    answer = preview("earlier")

    assert answer.code == 0, answer.err
    assert "### dev\n\n**The stack is new" in answer.out
    assert "- `q` (sqs Queue)\n" in answer.out


def test_a_project_may_lie_in_a_folder_of_its_repository(
    repository: Repository, preview: Preview
) -> None:
    inner = repository.folder / "inner"
    inner.mkdir()
    for path in list(repository.folder.iterdir()):
        if path.name not in (".git", "inner"):
            path.rename(inner / path.name)
    repository.commit()
    repository.write("inner/Pulumi.dev.yaml", "config:\n  toy:delay: 2\n")

    assert CHANGED in preview("HEAD", folder=inner).out


def test_the_repository_is_only_read(repository: Repository, preview: Preview) -> None:
    repository.set_delay(2)
    before = sorted(path for path in (repository.folder / ".git").rglob("*"))

    preview()

    assert sorted((repository.folder / ".git").rglob("*")) == before
    status = repository.git("status", "--porcelain", ":!*__pycache__*")  # Python's own
    assert status.split() == ["M", "Pulumi.dev.yaml"]
