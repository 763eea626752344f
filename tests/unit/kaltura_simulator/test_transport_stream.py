"""Transport streams moved in time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_stack.kaltura.clips import MEDIA
from local_stack.kaltura.transport_stream import PACKET_BYTES, first_time, moved

SEGMENT = (MEDIA / "orbit" / "240p" / "003.ts").read_bytes()
AUDIO, VIDEO = range(0xC0, 0xE0), range(0xE0, 0xF0)
LARGEST_TIME = (1 << 33) - 1


def programme_clocks(segment: bytes) -> list[int]:
    """Every PCR base, read by the letter of the standard."""
    found = []
    for start in range(0, len(segment), PACKET_BYTES):
        packet = segment[start : start + PACKET_BYTES]
        if packet[3] & 0x20 and packet[4] and packet[5] & 0x10:
            found.append(int.from_bytes(packet[6:12], "big") >> 15)
    return found


def test_an_hour_later_every_clock_shows_an_hour_more() -> None:
    hour = 3600 * 90_000
    later = moved(SEGMENT, hour)
    assert [clock - hour for clock in programme_clocks(later)] == programme_clocks(SEGMENT)
    assert programme_clocks(SEGMENT)
    for streams in (AUDIO, VIDEO):
        before, after = first_time(SEGMENT, streams), first_time(later, streams)
        assert before is not None
        assert after == before + hour


@given(st.integers(0, LARGEST_TIME), st.integers(0, LARGEST_TIME))
def test_moving_twice_is_moving_once_by_the_sum(one: int, other: int) -> None:
    packets = SEGMENT[: 40 * PACKET_BYTES]
    assert moved(moved(packets, one), other) == moved(packets, (one + other) % (LARGEST_TIME + 1))
    assert moved(moved(packets, one), -one) == packets


def test_nothing_but_the_clocks_changes() -> None:
    later = moved(SEGMENT, 1)
    changed = [place for place, (one, other) in enumerate(zip(SEGMENT, later, strict=True)) if one != other]
    assert changed
    assert all(place % PACKET_BYTES < 4 + 184 and later[place] != SEGMENT[place] for place in changed)
    assert len(changed) <= 2 * (SEGMENT.count(b"\x00\x00\x01") + len(programme_clocks(SEGMENT)))


@pytest.mark.parametrize("broken", [SEGMENT[:-1], b"\x00" * PACKET_BYTES])
def test_what_is_no_transport_stream_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"188|byte 0"):
        moved(broken, 1)
