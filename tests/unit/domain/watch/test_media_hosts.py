"""Which hosts media may come from, and what their addresses become."""

import pytest

from kaltura_discord.watch.media_hosts import BadAddress, HostNotMapped, MediaHosts, host_key

HOSTS = MediaHosts.of_settings(
    "https://cdnapisec.kaltura.com", "https://www.kaltura.com", "cfvod.kaltura.com, x.io:8443"
)
LOCAL = MediaHosts.of_settings("http://localhost:3334", "http://localhost:3334", "localhost:3336")


def test_keys_are_letters_digits_and_hyphens() -> None:
    assert host_key("cfvod.kaltura.com") == "cfvod-kaltura-com"
    assert host_key("localhost:3334") == "localhost-3334"
    assert host_key("CDN.Example.com") == "cdn-example-com"


def test_what_the_portal_has_to_map() -> None:
    assert HOSTS.mappings == {
        "/k/cdnapisec-kaltura-com": "cdnapisec.kaltura.com",
        "/k/www-kaltura-com": "www.kaltura.com",
        "/k/cfvod-kaltura-com": "cfvod.kaltura.com",
        "/k/x-io-8443": "x.io:8443",
    }


def test_an_address_and_its_place_in_discord() -> None:
    placed = HOSTS.place("https://cfvod.kaltura.com/a/b.ts?c=d&e=%2Ff")
    assert placed.url == "https://cfvod.kaltura.com/a/b.ts?c=d&e=%2Ff"
    assert placed.mapped == "/k/cfvod-kaltura-com/a/b.ts?c=d&e=%2Ff"
    assert HOSTS.place("https://x.io:8443/").mapped == "/k/x-io-8443/"
    assert HOSTS.place("https://www.kaltura.com").mapped == "/k/www-kaltura-com/"


def test_the_list_decides_the_scheme_and_default_ports_count_as_none() -> None:
    for written in ("http://cfvod.kaltura.com/a", "https://CFVOD.kaltura.com:443/a", "http://cfvod.kaltura.com:80/a"):
        assert HOSTS.place(written).url == "https://cfvod.kaltura.com/a"
    assert LOCAL.place("https://localhost:3336/media/a").url == "http://localhost:3336/media/a"


def test_what_has_to_be_encoded_is() -> None:
    assert HOSTS.place("https://cfvod.kaltura.com/ä b/<c>?d=“e”").path == "/%C3%A4%20b/%3Cc%3E?d=%E2%80%9Ce%E2%80%9D"
    assert HOSTS.place("https://cfvod.kaltura.com/%C3%A4%20b").path == "/%C3%A4%20b"


def test_a_fragment_is_nobodys_business() -> None:
    assert HOSTS.place("https://cfvod.kaltura.com/a#b").path == "/a"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://evil.example/a", "evil.example"),
        ("https://cfvod.kaltura.com.evil.example/a", "cfvod.kaltura.com.evil.example"),
        ("https://kaltura.com/a", "kaltura.com"),
        ("https://cfvod.kaltura.com:8080/a", "cfvod.kaltura.com:8080"),
        ("http://169.254.169.254/latest/meta-data", "169.254.169.254"),
        ("http://localhost/a", "localhost"),
        ("https://x.io/a", "x.io"),
    ],
)
def test_other_hosts_are_named_and_refused(address: str, host: str) -> None:
    with pytest.raises(HostNotMapped) as told:
        HOSTS.place(address)
    assert told.value.host == host


@pytest.mark.parametrize(
    "address",
    [
        "ftp://cfvod.kaltura.com/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//cfvod.kaltura.com/a",
        "/a",
        "",
        "https:///a",
        "https://user@cfvod.kaltura.com/a",
        "https://cfvod.kaltura.com@evil.example/a",
        "https://evil.example\\@cfvod.kaltura.com/a",
        "https://cfvod.kaltura.com\\.evil.example/a",
        "https://cfvod.kaltura.com/a\\..\\b",
        "https://cfvod.kaltura.com/../a",
        "https://cfvod.kaltura.com/a/..",
        "https://cfvod.kaltura.com/a/./b",
        "https://cfvod.kaltura.com/%2e%2e/api",
        "https://cfvod.kaltura.com/a/.%2E/api",
        "https://cfvod.kaltura.com/a%2f..%2fb",
        "https://cfvod.kaltura.com/a%5c..%5cb",
        "https://cfvod.kaltura.com/a\r\nX: y",
        "https://cfvod.kaltura.com/\x00",
        "https://cfvod.kaltura.com:0/a",
        "https://cfvod.kaltura.com:99999/a",
        "https://cfvod.kaltura.com:x/a",
        "https://[::1]/a",
        "https://[::1/a",
        "https://cfvod%2ekaltura.com/a",
        "https://cfvod。kaltura.com/a",
        "https://cfvod.kaltura.com/" + "a" * 5000,
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        HOSTS.place(address)


@pytest.mark.parametrize("host", ["", "cfvod.kaltura.com/path", "ftp://a.b", "a b", "https://a.b?c"])
def test_what_is_no_host_cannot_be_listed(host: str) -> None:
    with pytest.raises(ValueError, match="no media host"):
        MediaHosts([host])


def test_two_hosts_with_one_key_cannot_be_listed() -> None:
    with pytest.raises(ValueError, match="punctuation"):
        MediaHosts(["a-b.c", "a.b.c"])
    with pytest.raises(ValueError, match="both"):
        MediaHosts(["http://a.b", "https://a.b"])
