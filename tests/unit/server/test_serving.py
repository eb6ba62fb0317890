"""The socket a server listens on."""

import socket
import sys

from server.serving import bind


def test_a_line_that_died_without_a_word_does_not_stay_for_a_quarter_of_an_hour():
    """Where the kernel offers it: what comes in has the bound of the socket it came in by."""
    with bind("127.0.0.1", 0) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                if sys.platform == "linux":
                    bound = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
                    assert 25_000 < bound <= 60_000, "longer than a feed's quiet frame takes to be due"
                accepted.sendall(b"x")
