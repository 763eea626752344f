"""In which order the page's files are changed, so that nobody is served a page whose script is not there."""

from tests.unit.infrastructure.configuration import TERRAFORM, Json, parsed, unquoted


def objects() -> dict[str, Json]:
    """The resources that are files of the page, by name."""
    found: dict[str, Json] = {}
    for entry in parsed(TERRAFORM / "modules" / "static_site" / "files.tf")["resource"]:
        for kind, named in entry.items():
            if unquoted(kind) == "aws_s3_object":
                found |= {unquoted(name): body for name, body in named.items()}
    return found


def test_a_page_is_written_when_all_that_it_loads_is_there() -> None:
    assert set(objects()) == {"assets", "pages"}
    assert [text.strip("${}") for text in objects()["pages"]["depends_on"]] == ["aws_s3_object.assets"]


def test_what_a_page_of_before_loads_goes_when_no_page_names_it_any_more() -> None:
    (lifecycle,) = objects()["assets"]["lifecycle"]
    assert lifecycle["create_before_destroy"] is True
