"""MPEG transport streams moved in time: every clock of a segment set later by so much.

A long film is made of a short clip played again and again. For a player it must be one film, so each round's segments
carry later times: the programme clock (PCR) in adaptation fields, PTS and DTS in the headers of elementary packets
(ISO/IEC 13818-1, 2.4.3.4 to 2.4.3.7). All count 90,000 a second in 33 bits; nothing else of a packet changes.
"""

from typing import Final

PACKET_BYTES: Final = 188
TICKS_A_SECOND: Final = 90_000
_SYNC: Final = 0x47
_TIME_BITS: Final = (1 << 33) - 1
_START_OF_ELEMENTARY_PACKET: Final = b"\x00\x00\x01"


def moved(segment: bytes, ticks: int) -> bytes:
    """The segment with its clocks `ticks` later.

    Raises:
        ValueError: it is no transport stream.
    """
    packets = bytearray(segment)
    if len(packets) % PACKET_BYTES:
        raise ValueError("a transport stream is made of packets of 188 bytes")
    for start in range(0, len(packets), PACKET_BYTES):
        if packets[start] != _SYNC:
            raise ValueError(f"no packet begins at byte {start}")
        _move_packet(packets, start, ticks)
    return bytes(packets)


def first_time(segment: bytes, stream_ids: range = range(0xC0, 0xF0)) -> int | None:
    """The first PTS of a stream (0xC0 to 0xDF audio, 0xE0 to 0xEF video), in ticks."""
    for start in range(0, len(segment), PACKET_BYTES):
        header = _elementary_header(segment, start)
        if header is not None and segment[header + 3] in stream_ids and segment[header + 7] & 0x80:
            return _read_time(segment, header + 9)
    return None


def _move_packet(packets: bytearray, start: int, ticks: int) -> None:
    has_adaptation = packets[start + 3] & 0x20
    if has_adaptation and packets[start + 4] and packets[start + 5] & 0x10:
        _move_programme_clock(packets, start + 6, ticks)
    header = _elementary_header(packets, start)
    if header is None:
        return
    flags = packets[header + 7]
    if flags & 0x80:
        _write_time(packets, header + 9, _read_time(packets, header + 9) + ticks)
    if flags & 0x40:
        _write_time(packets, header + 14, _read_time(packets, header + 14) + ticks)


def _elementary_header(packets: bytes | bytearray, start: int) -> int | None:
    """Where the header of an audio or video packet begins; None where none does."""
    begins, control = packets[start + 1] & 0x40, packets[start + 3] & 0x30
    if not begins or not control & 0x10:
        return None
    place = start + 4 + (packets[start + 4] + 1 if control & 0x20 else 0)
    if packets[place : place + 3] != _START_OF_ELEMENTARY_PACKET or not 0xC0 <= packets[place + 3] <= 0xEF:
        return None
    return place


def _move_programme_clock(packets: bytearray, place: int, ticks: int) -> None:
    value = int.from_bytes(packets[place : place + 6], "big")
    base, rest = value >> 15, value & 0x7FFF
    packets[place : place + 6] = (((base + ticks) & _TIME_BITS) << 15 | rest).to_bytes(6, "big")


def _read_time(packets: bytes | bytearray, place: int) -> int:
    first, second, third = packets[place], packets[place + 1 : place + 3], packets[place + 3 : place + 5]
    high = (first >> 1) & 0x7
    return high << 30 | (int.from_bytes(second, "big") >> 1) << 15 | int.from_bytes(third, "big") >> 1


def _write_time(packets: bytearray, place: int, ticks: int) -> None:
    """Five bytes: the mark of the first nibble stays, and a marker bit ends each of the three pieces."""
    ticks &= _TIME_BITS
    packets[place] = packets[place] & 0xF0 | (ticks >> 30) << 1 | 1
    packets[place + 1 : place + 3] = ((ticks >> 15 & 0x7FFF) << 1 | 1).to_bytes(2, "big")
    packets[place + 3 : place + 5] = ((ticks & 0x7FFF) << 1 | 1).to_bytes(2, "big")
