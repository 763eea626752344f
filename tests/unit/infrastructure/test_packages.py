"""`make package` with a real function: the smallest door, for Lambda's architecture and for this machine's."""

import base64
import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from infra.packaging.__main__ import chosen, size_target
from infra.packaging.contents import PackageContents, Sources
from infra.packaging.import_check import Incomplete, check_imports
from infra.packaging.packages import Function, Package, Workshop, make_packages
from infra.packaging.target import Target, this_machine
from tests.unit.infrastructure.small_library import write

REPOSITORY = Path(__file__).resolve().parents[3]
UV = REPOSITORY / ".local" / "tools" / "bin" / "uv"
SMALLEST = Function("room_authorizer", "room_authorizer.handler")
LOCKED = """# Nothing: the smallest door imports no library.
"""


def workshop(tmp_path: Path, target: Target) -> Workshop:
    locked = tmp_path / "locked.txt"
    locked.write_text(LOCKED, encoding="utf-8")
    return Workshop(UV, locked, REPOSITORY / "functions", REPOSITORY / "config", target, compiler=None)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Package, Path]:
    tmp_path = tmp_path_factory.mktemp("packages")
    (package,) = make_packages(workshop(tmp_path, Target("arm64", "3.13")), [SMALLEST], tmp_path / "out")
    return package, tmp_path / "out"


def test_the_smallest_door_is_small_and_holds_what_it_needs(made: tuple[Package, Path]) -> None:
    package, output = made
    assert package.size < size_target(package.name) * 1_000_000
    with zipfile.ZipFile(output / package.file) as archive:
        names = set(archive.namelist())
    assert {"room_authorizer.py", "kaltura_discord/aws/table.py", "kaltura_discord/watch/tickets.py"} <= names
    assert not any(name.startswith(("kaltura_discord/commands", "api.py", "boto")) for name in names)


def test_terraform_reads_which_file_it_is_and_its_hash(made: tuple[Package, Path]) -> None:
    package, output = made
    described = json.loads((output / "packages.json").read_text())
    assert (described["architecture"], described["runtime"]) == ("arm64", "python3.13")
    digest = hashlib.sha256((output / "room_authorizer.zip").read_bytes()).digest()
    assert described["packages"]["room_authorizer"]["sha256"] == base64.b64encode(digest).decode() == package.sha256


def test_a_second_run_gives_the_same_bytes(made: tuple[Package, Path], tmp_path: Path) -> None:
    _, output = made
    make_packages(workshop(tmp_path, Target("arm64", "3.13")), [SMALLEST], tmp_path / "again")
    for name in ("room_authorizer.zip", "room_authorizer.cdx.json", "packages.json"):
        assert (output / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_the_bill_of_materials_names_the_package_it_is_for(made: tuple[Package, Path]) -> None:
    package, output = made
    bill = json.loads((output / "room_authorizer.cdx.json").read_text())
    component = bill["metadata"]["component"]
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bytes.fromhex(component["hashes"][0]["content"]) == base64.b64decode(package.sha256)


def test_a_function_whose_import_fails_is_not_packaged(tmp_path: Path) -> None:
    write(tmp_path / "functions" / "door.py", "import json\nraise RuntimeError('not today')\n")
    write(tmp_path / "config" / "default_config.json", "{}")
    (tmp_path / "libraries").mkdir()
    contents = PackageContents(Sources(tmp_path / "functions", tmp_path / "config", tmp_path / "libraries"))
    with pytest.raises(Incomplete, match="RuntimeError: not today"):
        check_imports("door.handler", contents.of("door.handler"), tmp_path / "laid_out")


def test_a_package_sees_none_of_what_is_installed_here(tmp_path: Path) -> None:
    write(tmp_path / "functions" / "door.py", "import importlib\nimportlib.import_module('pytest')\n")
    write(tmp_path / "config" / "default_config.json", "{}")
    (tmp_path / "libraries").mkdir()
    contents = PackageContents(Sources(tmp_path / "functions", tmp_path / "config", tmp_path / "libraries"))
    with pytest.raises(Incomplete, match="No module named 'pytest'"):
        check_imports("door.handler", contents.of("door.handler"), tmp_path / "laid_out")


def test_functions_are_chosen_by_name_and_all_of_them_by_none() -> None:
    described = json.loads((REPOSITORY / "infra" / "functions.json").read_text())["functions"]
    assert [function.name for function in chosen([])] == [entry["name"] for entry in described]
    assert chosen(["room_authorizer"]) == [SMALLEST]
    with pytest.raises(ValueError, match="has no nobody"):
        chosen(["nobody"])


def test_this_machine_is_a_target_too(tmp_path: Path) -> None:
    (package,) = make_packages(workshop(tmp_path, this_machine()), [SMALLEST], tmp_path / "here")
    assert package.import_milliseconds > 0
