"""Notices on their way to people: decided from the log, sent through channels, answered by links."""
