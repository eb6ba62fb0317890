"""One event to a thousand sockets: this server against the one that people would pick instead."""
