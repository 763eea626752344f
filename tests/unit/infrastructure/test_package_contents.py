"""What goes into a function's package: what it leads to, and nothing else."""

from pathlib import Path, PurePosixPath

import pytest

from infra.packaging.contents import Contents, PackageContents, Sources
from infra.packaging.tracing import UnknownImport
from tests.unit.infrastructure.small_library import install, write


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    libraries = tmp_path / "libraries"
    install(libraries, "used", "1.2", {"used/__init__.py": "from .inner import deep", "used/inner/deep.py": ""})
    install(libraries, "unused", "3.4", {"unused.py": ""})
    functions = tmp_path / "functions"
    write(functions / "home" / "__init__.py", "")
    config = tmp_path / "config"
    write(config / "default_config.json", "{}")
    return Sources(functions, config, libraries)


def contents_of(sources: Sources, **modules: str) -> Contents:
    for name, text in modules.items():
        write(sources.functions / (name.replace("__", "/") + ".py"), text)
    return PackageContents(sources).of("door.handler")


def names(contents: Contents) -> set[str]:
    return {str(name) for name in contents.files}


def test_our_modules_are_those_that_the_door_leads_to(sources: Sources) -> None:
    contents = contents_of(
        sources, door="from home.first import x", home__first="import home.second", home__second="", home__other=""
    )
    assert contents.own_modules == ("door", "home", "home.first", "home.second")
    assert names(contents) == {"door.py", "home/__init__.py", "home/first.py", "home/second.py"}


def test_an_import_inside_a_function_counts(sources: Sources) -> None:
    contents = contents_of(sources, door="def handler():\n    with open('x'):\n        import home.late", home__late="")
    assert "home/late.py" in names(contents)


def test_a_function_that_is_named_to_be_imported_later_counts(sources: Sources) -> None:
    contents = contents_of(
        sources, door="import home.first", home__first="later('home.late:f')\nlater('strange.late:f')", home__late=""
    )
    assert contents.own_modules == ("door", "home", "home.first", "home.late")


def test_what_only_type_checkers_read_does_not_count(sources: Sources) -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import home.shapes\nelse:\n    import home.other"
    contents = contents_of(sources, door=text, home__shapes="", home__other="")
    assert contents.own_modules == ("door", "home", "home.other")


def test_a_relative_import_is_followed(sources: Sources) -> None:
    contents = contents_of(sources, door="import home.first", home__first="from . import second", home__second="")
    assert "home/second.py" in names(contents)


def test_a_library_comes_whole_with_its_licence_and_without_its_installers_notes(sources: Sources) -> None:
    contents = contents_of(sources, door="import used")
    expected = {"door.py", "used/__init__.py", "used/inner/deep.py", "used-1.2.dist-info/licenses/LICENSE"}
    assert names(contents) == expected
    assert [(library.name, library.version, library.licence) for library in contents.distributions] == [
        ("used", "1.2", "MIT")
    ]


def test_what_a_library_can_do_without_does_not_bring_another_library(sources: Sources) -> None:
    optional = "try:\n    import unused\nexcept ImportError:\n    unused = None"
    install(sources.libraries, "used", "1.2", {"used/__init__.py": optional})
    assert [library.name for library in contents_of(sources, door="import used").distributions] == ["used"]


def test_our_own_code_needs_even_what_it_tries(sources: Sources) -> None:
    contents = contents_of(sources, door="try:\n    import unused\nexcept ImportError:\n    pass")
    assert [library.name for library in contents.distributions] == ["unused"]


def test_an_import_of_what_is_nowhere_is_refused_by_name(sources: Sources) -> None:
    with pytest.raises(UnknownImport, match=r"home\.first imports nowhere"):
        contents_of(sources, door="import home.first", home__first="import nowhere")


def test_data_comes_with_the_module_that_names_it(sources: Sources) -> None:
    write(sources.functions / "home" / "schema.json", "{}")
    write(sources.functions / "home" / "unread.json", "{}")
    contents = contents_of(
        sources, door="import home.first", home__first="NAME = 'schema.json'\nDEFAULTS = 'default_config.json'"
    )
    assert {"home/schema.json", "config/default_config.json"} <= names(contents)
    assert "home/unread.json" not in names(contents)


def test_of_botocore_only_the_services_remain_that_clients_are_made_for(sources: Sources) -> None:
    data = {
        f"botocore/data/{file}": "{}"
        for file in ("sqs/2012/service-2.json", "ec2/2016/service-2.json", "partitions.json", "endpoints.json")
    }
    install(sources.libraries, "botocore", "1", {"botocore/__init__.py": "", **data})
    install(
        sources.libraries, "boto3", "1", {"boto3/__init__.py": "import botocore", "boto3/data/s3/resources-1.json": ""}
    )
    contents = contents_of(sources, door="from boto3 import client\nqueue = client('sqs')")
    assert contents.services == ("sqs",)
    kept = {str(name) for name in contents.files if PurePosixPath("botocore/data") in name.parents}
    assert kept == {
        "botocore/data/sqs/2012/service-2.json",
        "botocore/data/partitions.json",
        "botocore/data/endpoints.json",
    }
    assert not any(name.is_relative_to("boto3/data") for name in contents.files)


def test_botocore_brings_its_own_authorities_only_where_there_are_no_others(sources: Sources) -> None:
    own = "botocore/cacert.pem"
    install(sources.libraries, "botocore", "1", {"botocore/__init__.py": "", own: ""})
    install(sources.libraries, "certifi", "1", {"certifi/__init__.py": "", "certifi/cacert.pem": ""})
    assert own in names(contents_of(sources, door="import botocore"))
    assert own not in names(contents_of(sources, door="import botocore, certifi"))


def test_of_dateparser_only_the_language_remains_that_times_are_read_in(sources: Sources) -> None:
    languages = {f"dateparser/data/date_translation_data/{name}.py": "" for name in ("__init__", "en", "fr")}
    install(sources.libraries, "dateparser", "1", {"dateparser/date.py": "", "dateparser/__init__.py": "", **languages})
    contents = contents_of(sources, door="def handler():\n    from dateparser.date import DateDataParser")
    kept = {name.name for name in contents.files if name.parent.name == "date_translation_data"}
    assert kept == {"__init__.py", "en.py"}
    assert contents.library_modules == ("dateparser.date",)


def test_interactions_does_not_bear_what_only_deferred_work_uses(sources: Sources) -> None:
    install(sources.libraries, "dateparser", "1", {"dateparser/__init__.py": ""})
    write(sources.functions / "interactions.py", "def handler():\n    import dateparser")
    assert PackageContents(sources).of("interactions.handler").distributions == ()


def test_who_reads_times_of_zones_bears_the_zones_and_nobody_else_does(sources: Sources) -> None:
    zones = ("tzdata/__init__.py", "tzdata/zones", "tzdata/zoneinfo/Europe/Berlin", "tzdata/zoneinfo/tzdata.zi")
    install(sources.libraries, "tzdata", "1", dict.fromkeys(zones, ""))
    assert contents_of(sources, door="import json").distributions == ()
    contents = contents_of(sources, door="import home.clock", home__clock="from zoneinfo import ZoneInfo")
    kept = {name for name in names(contents) if name.startswith("tzdata/")}
    assert kept == {"tzdata/__init__.py", "tzdata/zones", "tzdata/zoneinfo/Europe/Berlin"}
