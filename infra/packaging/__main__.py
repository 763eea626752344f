"""`make package`: a zip for each function, ready for Lambda.

make package                                what is deployed: arm64, python3.13
make package ARCH=x86_64 PYTHON=python3.11  for this machine, as `make test-terraform-apply` needs it
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from infra.packaging.bytecode import compiler_for
from infra.packaging.import_check import Incomplete
from infra.packaging.packages import Function, Package, Workshop, functions_in, make_packages
from infra.packaging.target import NotInstalled, Target, target_of, this_machine
from infra.packaging.tracing import UnknownImport

REPOSITORY = Path(__file__).resolve().parents[2]

# What runs in AWS; sizes are promised for it, and other processors' libraries are larger.
DEPLOYED = Target("arm64", "3.13")

_MEGABYTE = 1_000_000
# As zips, in megabytes; what they are made of is uploaded and unpacked at every cold start.
_SIZE_TARGETS = {"room_socket": 2.0, "room_authorizer": 2.0, "interactions": 10.0}
_SIZE_TARGET = 14.0


def main() -> int:
    """Run the command; the exit status."""
    arguments = read_arguments()
    try:
        target = this_machine() if arguments.this_machine else target_of(arguments.arch, arguments.python)
        workshop = Workshop(
            uv=arguments.uv,
            locked=REPOSITORY / "infra" / "locks" / "functions.txt",
            functions=REPOSITORY / "functions",
            config=REPOSITORY / "config",
            target=target,
            compiler=compiler_for(target.python, arguments.compiler),
        )
        output = arguments.output if arguments.this_machine else arguments.output / target.name
        made = make_packages(workshop, chosen(arguments.function), output)
    except (Incomplete, NotInstalled, UnknownImport, ValueError, subprocess.CalledProcessError) as error:
        print(f"Not packaged: {error}", file=sys.stderr)
        return 1
    print("\n".join(report(made, workshop)))
    print(f"Packages, their bills of materials and packages.json: {output}")
    too_large = [package.name for package in made if package.size > size_target(package.name) * _MEGABYTE]
    if too_large:
        print(f"Larger than they may be: {', '.join(too_large)}", file=sys.stderr)
    return 1 if too_large and target == DEPLOYED else 0


def chosen(names: Sequence[str]) -> list[Function]:
    """The functions of these names; all where none is named.

    Raises:
        ValueError: there is no function of that name.
    """
    functions = functions_in(REPOSITORY / "infra" / "functions.json")
    unknown = sorted(set(names) - {function.name for function in functions})
    if unknown:
        raise ValueError(f"infra/functions.json has no {', '.join(unknown)}.")
    return [function for function in functions if not names or function.name in names]


def size_target(function: str) -> float:
    """How large a function's package may be, in megabytes."""
    return _SIZE_TARGETS.get(function, _SIZE_TARGET)


def report(made: Iterable[Package], workshop: Workshop) -> list[str]:
    """What was made, for people."""
    lines = [f"{'function':<18}{'zip MB':>8}{'at most':>9}{'unpacked MB':>13}{'import ms':>11}  sha256"]
    for package in made:
        sizes = (
            f"{package.size / _MEGABYTE:>8.2f}{size_target(package.name):>9.0f}{package.unpacked / _MEGABYTE:>13.1f}"
        )
        lines.append(f"{package.name:<18}{sizes}{package.import_milliseconds:>11.0f}  {package.sha256[:12]}")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    lines.append(f"Import: best of five fresh processes of Python {version} on this machine.")
    if workshop.compiler is None:
        lines.append(
            f"Without compiled modules, as there is no Python {workshop.target.python} here: each cold start compiles. "
            "Name one: make package COMPILER=/path/to/python"
        )
    return lines


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments from `words`; from the command line where there are none."""
    parser = argparse.ArgumentParser(
        prog="package", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--uv", type=Path, default=REPOSITORY / ".local" / "tools" / "bin" / "uv")
    parser.add_argument("--arch", default=DEPLOYED.architecture, help="arm64 or x86_64")
    parser.add_argument("--python", default=DEPLOYED.python, help="a version, or an interpreter of that version")
    parser.add_argument("--compiler", default="", help="an interpreter of that version, for compiled modules")
    parser.add_argument("--output", type=Path, default=REPOSITORY / ".local" / "packages")
    parser.add_argument("--this-machine", action="store_true", help="for this machine, straight into the output folder")
    parser.add_argument("--function", action="append", default=[], help="only this one; may be repeated")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
