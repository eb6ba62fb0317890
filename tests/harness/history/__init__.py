"""Histories: what clients did and were told, what the database held in the end, and the laws over both.

`player` records, `truth` reads the database, `check` judges. The check is a pure function, so a
history may be kept, cut and changed, which is how the check itself is tested.
"""
