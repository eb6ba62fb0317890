"""Bringing other people's files in: CSV, iCalendar and iMOPSE, from bytes to commands.

Reading (`text`, `table`, `csv_*`, `ics`, `imopse`) is pure and knows nothing of the database; `plan` compares
what was read with what exists and says which commands are missing; `run` sends those through the one write
path.
"""
