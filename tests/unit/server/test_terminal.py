"""Progress is a bar for a person and a few lines for a log file."""

import io

from server.terminal import Terminal


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class Ascii(io.StringIO):
    encoding = "ascii"


def test_a_bar_is_redrawn_and_gone_before_the_next_line():
    screen = Screen()
    terminal = Terminal(screen)
    terminal.progress("Bookings", 5, 10)
    terminal.progress("Bookings", 10, 10)
    terminal.say("Done")
    assert screen.getvalue().count("\n") == 1
    assert "10/10" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[KDone\n")


def test_a_log_file_gets_no_bar():
    stream = io.StringIO()
    terminal = Terminal(stream)
    for done in range(1, 1001):
        terminal.progress("Bookings", done, 1000)
    assert stream.getvalue() == "Bookings: 1 of 1000\n"


def test_a_stream_that_knows_ascii_only_is_no_fault():
    stream = Ascii()
    Terminal(stream).say("Zoë’s studio")
    assert stream.getvalue() == "Zo?'s studio\n".replace("'", "?")


def test_work_of_unknown_length_is_not_counted():
    log, screen = io.StringIO(), Screen()
    Terminal(log).progress("Reading x.csv", 0, 0)
    Terminal(screen).progress("Reading x.csv", 0, 0)
    assert log.getvalue() == "Reading x.csv\n"
    assert screen.getvalue() == "\rReading x.csv\x1b[K"
