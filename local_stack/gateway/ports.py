"""Listening on loopback, and saying who is in the way when a port is taken.

`localhost` is 127.0.0.1 for some programs and ::1 for others, so the public ports listen on both where the machine
has IPv6.
"""

import contextlib
import errno
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

BACKLOG = 1024


class PortTaken(Exception):
    """Another program listens where the stack has to; the message names it where that can be known."""

    def __init__(self, port: int, holder: str | None) -> None:
        self.port = port
        whose = f" by {holder}" if holder is not None else " by another program"
        super().__init__(f"Port {port} is taken{whose}. Stop it, or use other ports: make run PORT_OFFSET=100.")


def listen(port: int) -> list[socket.socket]:
    """Sockets that listen on 127.0.0.1 and, where there is IPv6, on ::1.

    Raises:
        PortTaken: one of them is in use.
    """
    sockets = [_listen_on(socket.AF_INET, "127.0.0.1", port)]
    if not socket.has_ipv6:
        return sockets
    try:
        sockets.append(_listen_on(socket.AF_INET6, "::1", port))
    except PortTaken:
        sockets[0].close()
        raise
    except OSError:
        # The machine has no IPv6 loopback: then `localhost` is 127.0.0.1.
        return sockets
    return sockets


def check_free(port: int) -> None:
    """Make sure that a child process can listen on 127.0.0.1.

    Raises:
        PortTaken: it is in use.
    """
    _listen_on(socket.AF_INET, "127.0.0.1", port).close()


def _listen_on(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port, holder_of(port)) from error
        raise
    listener.setblocking(False)
    return listener


def holder_of(port: int) -> str | None:
    """Name and process id of the program that listens on `port`, such as `node (pid 4711)`."""
    if sys.platform.startswith("linux"):
        return _holder_on_linux(port)
    return _holder_by_lsof(port)


def _holder_on_linux(port: int) -> str | None:
    inodes = _listening_inodes(port)
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _has_descriptor(process, wanted):
            return f"{_process_name(process)} (pid {process.name})"
    return None


def _listening_inodes(port: int) -> set[str]:
    """Inodes of listening sockets (proc(5): /proc/net/tcp; state 0A is LISTEN)."""
    inodes: set[str] = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with contextlib.suppress(OSError):
            for line in table.read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(fields[9])
    return inodes


def _has_descriptor(process: Path, wanted: set[str]) -> bool:
    # Processes of other users don't show their descriptors; then the holder stays unknown.
    with contextlib.suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                if str(descriptor.readlink()) in wanted:
                    return True
    return False


def _process_name(process: Path) -> str:
    with contextlib.suppress(OSError):
        words = (process / "cmdline").read_bytes().split(b"\0")
        line = b" ".join(word for word in words if word).decode("utf-8", "replace")
        if line:
            return os.path.basename(line.split(" ")[0]) + _script_of(line)
    return "a program"


def _script_of(command_line: str) -> str:
    """What an interpreter runs, because `python` alone tells nothing."""
    words = command_line.split(" ")[1:]
    return f" {' '.join(words[:3])}" if words else ""


def _holder_by_lsof(port: int) -> str | None:
    if shutil.which("lsof") is None:
        return None
    command = ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    fields = {line[0]: line[1:] for line in found.stdout.splitlines() if line}
    if "p" not in fields:
        return None
    return f"{fields.get('c', 'a program')} (pid {fields['p']})"
