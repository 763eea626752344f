"""Takes out of compiled libraries what only a linker or a debugger reads: a third of the largest one.

An ELF file's loadable segments come first, its symbol tables and debugging notes behind them; the loader reads the
segments and never the section headers (System V ABI, "Program Loading"). So the file is cut after the last segment,
and its header says that there are no sections. `strip` would need to know the target's architecture; this does not.
"""

import struct

_MAGIC_64_LITTLE = b"\x7fELF\x02\x01"
# Offsets in the header of a 64-bit file (elf.h, Elf64_Ehdr).
_HEADER_SIZE = 64
_SEGMENTS_AT = 32
_SECTIONS_AT = 40
_SEGMENT_SIZE_AND_COUNT = 54
_SECTION_SIZE_COUNT_AND_NAMES = 58
# Offsets in a program header (Elf64_Phdr).
_CONTENT_AT = 8
_CONTENT_SIZE = 32


def without_symbols(library: bytes) -> bytes:
    """The library as the loader needs it; anything but a 64-bit little-endian ELF file stays as it is."""
    if not library.startswith(_MAGIC_64_LITTLE):
        return library
    slim = bytearray(library[: _end_of_segments(library)])
    struct.pack_into("<Q", slim, _SECTIONS_AT, 0)
    struct.pack_into("<HHH", slim, _SECTION_SIZE_COUNT_AND_NAMES, 0, 0, 0)
    return bytes(slim)


def _end_of_segments(library: bytes) -> int:
    (table,) = struct.unpack_from("<Q", library, _SEGMENTS_AT)
    size, count = struct.unpack_from("<HH", library, _SEGMENT_SIZE_AND_COUNT)
    ends: list[int] = [_HEADER_SIZE, table + size * count]
    for segment in range(table, table + size * count, size):
        (begins,) = struct.unpack_from("<Q", library, segment + _CONTENT_AT)
        (length,) = struct.unpack_from("<Q", library, segment + _CONTENT_SIZE)
        ends.append(begins + length)
    return max(ends)
