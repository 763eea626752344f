"""Entry ids in what people write; whatever they write."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.watch.kaltura_links import entry_id_of, entry_ids_in, host_of

ENTRY = "1_ab12cd34"

LINKS = {
    "a stream": "https://cdnapisec.kaltura.com/p/12345/sp/1234500/playManifest/entryId/1_ab12cd34/protocol/https"
    "/format/applehttp/a.m3u8",
    "a flavour of it": "https://cfvod.kaltura.com/pd/p/12345/serveFlavor/entryId/1_ab12cd34/v/1/flavorId/1_zz99zz99/a.mp4",
    "a player page": "https://cdnapisec.kaltura.com/p/12345/embedPlaykitJs/uiconf_id/678?iframeembed=true&entry_id=1_ab12cd34",
    "a script that embeds itself": "https://cdnapisec.kaltura.com/p/12345/embedPlaykitJs/uiconf_id/678/partner_id/12345"
    "?autoembed=true&targetId=p&entry_id=1_ab12cd34&config[playback]={}",
    "an embed code": '<iframe src="https://cdnapisec.kaltura.com/p/1/embedPlaykitJs/uiconf_id/2?iframeembed=true'
    '&amp;entry_id=1_ab12cd34" allowfullscreen></iframe>',
    "an older embed": "https://cdnapisec.kaltura.com/p/1/sp/100/embedIframeJs/uiconf_id/2/partner_id/1?iframeembed=true"
    "&playerId=k&entry_id=1_ab12cd34&flashvars[streamerType]=auto",
    "a preview": "https://www.kaltura.com/index.php/extwidget/preview/partner_id/1/uiconf_id/2/entry_id/1_ab12cd34"
    "/embed/dynamic",
    "a widget": "https://www.kaltura.com/index.php/kwidget/wid/_1/uiconf_id/2/entry_id/1_ab12cd34",
    "MediaSpace": "https://school.mediaspace.kaltura.com/media/Cells+and+tissue/1_ab12cd34",
    "MediaSpace, from a category": "https://school.mediaspace.kaltura.com/media/Cells/1_ab12cd34/1234567",
    "MediaSpace, short": "https://school.mediaspace.kaltura.com/media/t/1_ab12cd34",
    "MediaSpace, a playlist": "https://school.mediaspace.kaltura.com/playlist/dedicated/77/1_playlist/1_ab12cd34",
    "MediaSpace, embedded": "https://school.mediaspace.kaltura.com/embed/secure/iframe/entryId/1_ab12cd34/uiConfId/2",
    "an event's site": "https://12345.events.kaltura.com/media/t/1_ab12cd34?st=30",
    "an id in the path": "https://videos.kaltura.com/id/1_ab12cd34",
    "a thumbnail": "https://cdnapisec.kaltura.com/p/1/thumbnail/entry_id/1_ab12cd34/width/640",
    "capitals in the host": "HTTPS://CdnApiSec.Kaltura.COM/p/1/playManifest/entryId/1_ab12cd34/a.m3u8",
    "in a sentence": "Look (https://www.kaltura.com/media/t/1_ab12cd34), it is good.",
    "as a link with words": "[the film](https://www.kaltura.com/media/t/1_ab12cd34)!",
    "in angle brackets": "<https://www.kaltura.com/media/t/1_ab12cd34>",
    "bold": "**https://www.kaltura.com/media/t/1_ab12cd34**",
}


@pytest.mark.parametrize("text", LINKS.values(), ids=LINKS.keys())
def test_every_usual_form(text: str) -> None:
    assert entry_ids_in(text) == (ENTRY,)
    assert entry_id_of(text) == ENTRY


def test_an_id_alone() -> None:
    assert entry_id_of(ENTRY) == ENTRY
    assert entry_ids_in(f"watch {ENTRY} tonight") == ()


def test_several_each_once_in_their_order() -> None:
    first, second = "https://www.kaltura.com/media/t/0_second00", "https://www.kaltura.com/media/t/0_first000"
    assert entry_ids_in(f"{first} {second} {first}") == ("0_second00", "0_first000")
    assert entry_id_of(f"{first} {second}") == "0_second00"


def test_old_ids_count_where_the_link_says_what_they_are() -> None:
    assert entry_ids_in("https://www.kaltura.com/index.php/kwidget/wid/_1/entry_id/h6b5ksjc4e") == ("h6b5ksjc4e",)
    assert entry_ids_in("https://www.kaltura.com/media/t/h6b5ksjc4e") == ()


FOREIGN = {
    "another site": "https://example.com/media/t/1_ab12cd34",
    "a look-alike": "https://notkaltura.com/media/t/1_ab12cd34",
    "a suffix": "https://kaltura.com.evil.example/media/t/1_ab12cd34",
    "a name before the host": "https://www.kaltura.com@evil.example/media/t/1_ab12cd34",
    "Kaltura's name behind another": "https://evil.example@www.kaltura.com/media/t/1_ab12cd34",
    "a backslash": "https://evil.example\\@www.kaltura.com/media/t/1_ab12cd34",
    "no address": "https://[::1/media/t/1_ab12cd34",
    "another scheme": "ftp://www.kaltura.com/media/t/1_ab12cd34",
    "no video": "https://www.kaltura.com/about-us",
    "a path out": "https://www.kaltura.com/entry_id/../1",
    "too long": "https://www.kaltura.com/entry_id/" + "a" * 21,
    "a query that is none": "https://www.kaltura.com/?entry_id=1_ab%27or%271",
    "a title": "Cells and tissue",
    "nothing": "",
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN.keys())
def test_what_is_no_link_of_kalturas_names_nothing(text: str) -> None:
    assert entry_id_of(text) == ""


def test_the_accounts_own_hosts_count() -> None:
    link = "http://localhost:3334/p/1/embedPlaykitJs/uiconf_id/2?iframeembed=true&entry_id=1_ab12cd34"
    assert entry_ids_in(link) == ()
    assert entry_ids_in(link, [host_of("http://LOCALHOST:3334/api")]) == (ENTRY,)
    assert entry_ids_in(link, [host_of("http://localhost:4444")]) == ()
    assert entry_ids_in("https://video.school.example/media/t/1_ab12cd34", ["video.school.example"]) == (ENTRY,)


PIECES = st.sampled_from(
    [
        "https://",
        "www.kaltura.com",
        "/",
        "?",
        "&",
        "=",
        "#",
        "[",
        "]",
        ":",
        "@",
        "%",
        "entry_id",
        "entryId",
        ENTRY,
        "media",
        " ",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join)))
def test_whatever_is_written_only_well_formed_ids_come_out(text: str) -> None:
    for entry_id in (*entry_ids_in(text, ["localhost:3334"]), entry_id_of(text)):
        assert entry_id == "" or re.fullmatch(r"[A-Za-z0-9_]{4,20}", entry_id)
