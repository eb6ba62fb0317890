"""The processes: HTTP, accounts, imports, the command line. Everything is wired here."""
