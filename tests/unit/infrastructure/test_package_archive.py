"""A package's bytes depend on what is in it, and on nothing else."""

import os
import struct
import sys
import time
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.packaging.archive import write_archive
from infra.packaging.bytecode import compiled, compiler_for
from infra.packaging.slimming import without_symbols
from infra.packaging.target import Target, is_for, target_of, this_machine, version_of

CONTENT = {PurePosixPath("b/two.py"): b"2", PurePosixPath("a.py"): b"1" * 1000}


def test_order_and_time_leave_no_trace(tmp_path: Path) -> None:
    write_archive(tmp_path / "one.zip", CONTENT)
    write_archive(tmp_path / "two.zip", dict(reversed(CONTENT.items())))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert [entry.filename for entry in archive.infolist()] == ["a.py", "b/two.py"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}


@settings(deadline=None, max_examples=30)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?\.py", fullmatch=True), st.binary(max_size=200)))
def test_what_went_in_comes_out(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    path = tmp_path_factory.mktemp("archive") / "it.zip"
    write_archive(path, {PurePosixPath(name): content for name, content in files.items()})
    with zipfile.ZipFile(path) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_compiled_modules_are_the_same_wherever_and_whenever_they_are_made(tmp_path: Path) -> None:
    source = tmp_path / "door.py"
    source.write_text(
        "WORDS = {'one', 'two', 'three'}\ndef is_word(text):\n    return text in {'one', 'two', 'three'}\n"
    )
    made: list[dict[PurePosixPath, bytes]] = []
    for folder in ("first", "second"):
        os.utime(source, (time.time(), 1_000_000_000 + len(made)))
        files = {PurePosixPath("home/door.py"): source}
        made.append(compiled(sys.executable, this_machine().python, files, tmp_path / folder))
    assert made[0] == made[1]
    ((name, code),) = made[0].items()
    assert name == PurePosixPath(f"home/__pycache__/door.{sys.implementation.cache_tag}.pyc")
    assert b"/var/task/home/door.py" in code
    # PEP 552: bit 0 says that a hash is in it, bit 1 that it is to be checked.
    assert code[4:8] == (0b01).to_bytes(4, "little")


def test_a_compiler_of_another_version_is_not_taken() -> None:
    assert version_of(sys.executable) == this_machine().python
    assert compiler_for("3.0", sys.executable) is None
    assert compiler_for(this_machine().python, sys.executable) == sys.executable


def small_library(machine: int) -> bytes:
    """An ELF file with one segment of 100 bytes, and symbols behind it."""
    header = b"\x7fELF\x02\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 300, 0, 64, 56, 1, 64, 4, 3
    )
    segment = struct.pack("<IIQQQQQQ", 1, 5, 120, 0, 0, 100, 100, 0)
    return header + segment + b"x" * 100 + b"symbols" * 50


def test_a_library_ends_after_what_is_loaded() -> None:
    slim = without_symbols(small_library(183))
    assert len(slim) == 64 + 56 + 100
    assert slim.endswith(b"x" * 100)
    assert slim[40:48] == bytes(8)
    assert slim[58:64] == bytes(6)
    assert without_symbols(slim) == slim


def test_what_is_no_such_library_stays_as_it_is() -> None:
    assert without_symbols(b"#!/bin/sh\n") == b"#!/bin/sh\n"


@pytest.mark.parametrize(("machine", "architecture", "other"), [(183, "arm64", "x86_64"), (62, "x86_64", "arm64")])
def test_a_library_says_which_machine_it_is_for(machine: int, architecture: str, other: str) -> None:
    assert is_for(small_library(machine), Target(architecture, "3.13"))
    assert not is_for(small_library(machine), Target(other, "3.13"))
    assert not is_for(b"no library", Target(architecture, "3.13"))


def test_the_target_is_a_version_or_an_interpreter_of_one() -> None:
    assert target_of("arm64", "3.13").name == "arm64-python3.13"
    assert target_of("x86_64", sys.executable).python == this_machine().python
    with pytest.raises(ValueError, match="ARCH is arm64 or x86_64, and not riscv"):
        target_of("riscv", "3.13")
    with pytest.raises(ValueError, match="no-such-python is neither"):
        target_of("arm64", "no-such-python")
