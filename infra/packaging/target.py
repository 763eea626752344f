"""What a package is made for, and the locked libraries installed for it."""

import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# By Lambda's names: what uv calls the platform, and what an ELF file of it says (elf.h: EM_AARCH64, EM_X86_64).
# Amazon Linux 2023, which python3.12 and later run on, has glibc 2.34.
_PLATFORMS = {"arm64": "aarch64-manylinux_2_34", "x86_64": "x86_64-manylinux_2_34"}
_MACHINES = {"arm64": 183, "x86_64": 62}
_LAMBDA_NAMES = {"aarch64": "arm64", "amd64": "x86_64"}

_MACHINE_OFFSET = 18

# Published as source only, and without a compiled part: what is built here runs everywhere. All else comes as wheels.
_BUILT_HERE = frozenset({"phpserialize"})
_LOCKED_NAME = re.compile(r"^([a-z0-9][a-z0-9._-]*)==", re.MULTILINE)


class NotInstalled(Exception):
    """uv could not install the locked packages; the message is uv's."""


@dataclass(frozen=True, slots=True)
class Target:
    """An architecture by Lambda's name, and a Python such as `3.13`."""

    architecture: str
    python: str

    @property
    def name(self) -> str:
        """For folders."""
        return f"{self.architecture}-python{self.python}"

    @property
    def runtime(self) -> str:
        """Lambda's name of the Python."""
        return f"python{self.python}"


def target_of(architecture: str, python: str) -> Target:
    """The target that was asked for; `python` is a version, or an interpreter that says its own.

    Raises:
        ValueError: there is no such architecture on Lambda, or no such interpreter.
    """
    if architecture not in _PLATFORMS:
        raise ValueError(f"ARCH is {' or '.join(_PLATFORMS)}, and not {architecture}.")
    version = python if re.fullmatch(r"3\.\d+", python) else version_of(python)
    if version is None:
        raise ValueError(f"PYTHON is a version such as 3.13 or an interpreter, and {python} is neither.")
    return Target(architecture, version)


def this_machine() -> Target:
    """What runs here."""
    machine = platform.machine().lower()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Target(_LAMBDA_NAMES.get(machine, machine), version)


def version_of(interpreter: str) -> str | None:
    """Which Python an interpreter is; None where it does not run."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(  # noqa: S603 - the operator names it
            [interpreter, "-I", "-c", question], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def install(uv: Path, locked: Path, target: Target, folder: Path) -> None:
    """Install the locked packages for the target into an empty folder, each with its known hash.

    Raises:
        NotInstalled: a wheel is missing for the target, or has another hash.
    """
    platform_choice = [] if target == this_machine() else ["--python-platform", _PLATFORMS[target.architecture]]
    names = _LOCKED_NAME.findall(locked.read_text(encoding="utf-8"))
    wheels_only = [f"--only-binary={name}" for name in names if name not in _BUILT_HERE]
    command = [
        *[str(uv), "pip", "install", "--quiet", "--target", str(folder), "--python-version", target.python],
        *[*platform_choice, *wheels_only, "--require-hashes", "--no-deps", "--link-mode", "copy"],
        *["--requirement", str(locked)],
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotInstalled(done.stderr.strip())


def is_for(library: bytes, target: Target) -> bool:
    """Whether a compiled library runs on the target."""
    machine = int.from_bytes(library[_MACHINE_OFFSET : _MACHINE_OFFSET + 2], "little")
    return library.startswith(b"\x7fELF") and machine == _MACHINES[target.architecture]
