"""The container of the local stack: nobody special, and nothing in it that should not be."""

import re
from dataclasses import dataclass
from fnmatch import fnmatch

import pytest

from local_stack.places import REPOSITORY

TEXT = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
IGNORED = [
    line
    for line in (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@dataclass(frozen=True)
class Instruction:
    """One instruction, its continuation lines joined."""

    name: str
    words: str


def instructions() -> list[Instruction]:
    lines = "\n".join(line for line in TEXT.splitlines() if not line.startswith("#"))
    joined = lines.replace("\\\n", " ")
    return [Instruction(*line.split(" ", 1)) for line in joined.splitlines() if line.strip()]


def stages() -> list[list[Instruction]]:
    found: list[list[Instruction]] = []
    for instruction in instructions():
        if instruction.name == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def reaches_the_build(path: str) -> bool:
    """Docker's rule: the last line that fits decides."""
    is_in = True
    for line in IGNORED:
        pattern = line.removeprefix("!")
        parts = path.split("/")
        parents = ["/".join(parts[: length + 1]) for length in range(len(parts))]
        names = parts if pattern.startswith("**/") else parents
        if any(fnmatch(name, pattern.removeprefix("**/")) for name in names):
            is_in = line.startswith("!")
    return is_in


def copied_from_here() -> list[str]:
    sources = []
    for instruction in instructions():
        if instruction.name == "COPY" and not instruction.words.startswith("--from"):
            sources += instruction.words.split()[:-1]
    return sources


def test_what_runs_is_a_stage_of_its_own_without_compilers_and_node() -> None:
    # Dependabot adds digests.
    assert [re.split(" AS |@", stage[0].words)[0] for stage in stages()] == [
        "node:22-bookworm-slim",
        "python:3.13-slim-bookworm",
        "python:3.13-slim-bookworm",
    ]
    last = " ".join(instruction.words for instruction in stages()[-1] if instruction.name == "RUN")
    assert not re.search(r"\b(apt-get|npm|pip|uv|curl)\b", last)


def test_it_runs_as_nobody_special_who_may_write_in_one_folder() -> None:
    last = stages()[-1]
    (user,) = (instruction.words for instruction in last if instruction.name == "USER")
    assert user == "10001:10001"
    after = [instruction.name for instruction in last[last.index(Instruction("USER", user)) :]]
    assert set(after) <= {"USER", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT"}
    (owned,) = re.findall(r"chown [\w:]+ ([\w./ ]+)", TEXT)
    assert set(owned.split()) == {".local", ".local/logs"}


@pytest.mark.parametrize("source", copied_from_here())
def test_what_is_copied_is_there_and_reaches_the_build(source: str) -> None:
    assert (REPOSITORY / source).exists()
    assert reaches_the_build(source) or source == "docs"


@pytest.mark.parametrize(
    "secret",
    [
        ".env",
        ".env.production",
        "functions/.env",
        ".git/config",
        ".local/stack.json",
        "infra/terraform/prod.tfvars.json",
        "infra/terraform/environments/prod.tfvars",
        "infra/terraform/.terraform/terraform.tfstate",
        "infra/terraform/terraform.tfstate",
        "infra/terraform/dev.plan",
        "tests/unit/conftest.py",
        "activity_client/node_modules/vite/package.json",
    ],
)
def test_nothing_private_or_built_here_reaches_the_build(secret: str) -> None:
    assert not reaches_the_build(secret)


def test_no_secret_is_an_argument_or_a_variable_of_the_image() -> None:
    assert not any(instruction.name in ("ARG", "ADD") for instruction in instructions())
    variables = " ".join(instruction.words for instruction in instructions() if instruction.name == "ENV")
    assert set(re.findall(r"(\w+)=", variables)) == {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def test_packages_are_installed_by_hash() -> None:
    installs = re.findall(r"(?:pip install|pip sync)[^\n&]*", TEXT)
    assert len(installs) == 3
    assert all("--require-hashes" in install for install in installs)
    assert "npm install" not in TEXT


def test_its_packages_are_those_that_are_tested() -> None:
    locks = REPOSITORY / "infra" / "locks"

    def pinned(name: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==[^ \\;]+)", (locks / name).read_text(encoding="utf-8"), re.MULTILINE))

    assert pinned("local_stack.txt")
    assert pinned("local_stack.txt") <= pinned("development.txt")


def test_it_says_whether_it_is_well_and_stops_in_order() -> None:
    last = {instruction.name: instruction.words for instruction in stages()[-1]}
    assert "http://127.0.0.1:3333/" in last["HEALTHCHECK"]
    assert last["STOPSIGNAL"] == "SIGINT"
    assert last["ENTRYPOINT"] == '["/app/.venv/bin/python", "-m", "local_stack"]'
