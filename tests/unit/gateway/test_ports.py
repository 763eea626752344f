"""Ports: both loopbacks, and who is in the way."""

import os
import socket

import pytest

from local_stack.gateway.ports import PortTaken, check_free, listen
from tests.unit.gateway.harness import free_port


def test_a_port_is_listened_on_by_both_names_of_localhost() -> None:
    port = free_port()
    sockets = listen(port)
    families = {listener.family for listener in sockets}
    for listener in sockets:
        listener.close()
    assert socket.AF_INET in families
    assert families <= {socket.AF_INET, socket.AF_INET6}


def test_a_taken_port_is_told_with_the_program_that_holds_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as taken:
            listen(port)
    message = str(taken.value)
    assert f"Port {port} is taken" in message
    assert f"(pid {os.getpid()})" in message
    assert "make run PORT_OFFSET=" in message


def test_a_port_taken_on_ipv6_only_is_noticed_too() -> None:
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        # A machine without IPv6: then nobody can be in the way there.
        assert len(listen(free_port())) == 1
        return
    with other, pytest.raises(PortTaken):
        listen(other.getsockname()[1])


def test_a_free_port_stays_free() -> None:
    port = free_port()
    check_free(port)
    check_free(port)
