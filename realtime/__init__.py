"""From a command to everyone's screen: the write path, sockets, fan-out and catch-up."""
