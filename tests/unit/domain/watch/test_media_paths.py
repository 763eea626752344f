"""Our own media addresses: only we can write them, each for one purpose, server and entry."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.identity.tokens import PlayToken
from kaltura_discord.watch.media_hosts import HostedAddress
from kaltura_discord.watch.media_paths import MediaPaths, SealBroken, Sealed

SECRET = "s3cret-of-at-least-thirty-two-bytes!"
PATHS = MediaPaths(SECRET)
PLAY = PlayToken(GuildId("7"), "1_abcdefgh", "discord")
KEY = "cfvod-kaltura-com"


def sealed(path: str, purpose: Sealed = "playlist", play: PlayToken = PLAY, paths: MediaPaths = PATHS) -> str:
    address = paths.sealed(purpose, "tok.en.x", play, HostedAddress("https://cfvod.kaltura.com", KEY, path))
    head, _, last = address.rpartition("/")
    assert head == f"/api/v1/media/tok.en.x/{purpose}/{KEY}"
    return last


@settings(deadline=None)
@given(st.text(max_size=100).map(lambda text: "/" + text))
def test_what_is_sealed_is_opened(path: str) -> None:
    path = path.encode("utf-8", "ignore").decode()
    last = sealed(path)
    assert last.isascii()
    assert "/" not in last
    assert "%" not in last
    assert PATHS.opened("playlist", PLAY, KEY, last) == path


def test_where_a_player_begins_and_its_captions() -> None:
    assert PATHS.master("t") == "/api/v1/media/t/master.m3u8"
    assert PATHS.captions("t", "1_c") == "/api/v1/media/t/captions/1_c.vtt"


def test_a_seal_is_for_one_purpose_host_server_and_entry() -> None:
    last = sealed("/a/b.m3u8?c=d")
    others = [
        ("key", PLAY, KEY),
        ("playlist", PlayToken(GuildId("8"), "1_abcdefgh", "discord"), KEY),
        ("playlist", PlayToken(GuildId("7"), "1_other000", "discord"), KEY),
        ("playlist", PLAY, "www-kaltura-com"),
    ]
    for purpose, play, key in others:
        with pytest.raises(SealBroken):
            PATHS.opened(purpose, play, key, last)  # type: ignore[arg-type]
    # Where it is played does not matter: the same words in a browser tab.
    assert PATHS.opened("playlist", PlayToken(GuildId("7"), "1_abcdefgh", "browser"), KEY, last) == "/a/b.m3u8?c=d"


def test_another_secret_seals_otherwise() -> None:
    with pytest.raises(SealBroken):
        PATHS.opened("playlist", PLAY, KEY, sealed("/a", paths=MediaPaths(SECRET + "x")))


def test_a_changed_path_or_seal_is_refused() -> None:
    last = sealed("/media/orbit/240p/index.m3u8")
    path, seal, _ = last.split(".")
    other = sealed("/media/orbit/360p/index.m3u8").split(".")[0]
    for wrong in (
        f"{other}.{seal}.m3u8",
        f"{path}.{seal[:-1]}.m3u8",
        f"{path}..m3u8",
        f"{path}.m3u8",
        f"{path[:-2]}.{seal}.m3u8",
        f"{path}.{seal}.{seal}.m3u8",
        ".m3u8",
        "",
        "%2e%2e",
        "../../health",
        "ä.ö.m3u8",
        "A" * 9000,
    ):
        with pytest.raises(SealBroken):
            PATHS.opened("playlist", PLAY, KEY, wrong)


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(PATHS)
