"""The planner: many phases to artists and times, at once and better every second, with a reason for every no.

`problem` and `plan` are what goes in and out; `search.solve`, `repair` and `challenge` are what is
called; `verify` judges every plan and knows nothing of how it was made. Pure: time is a callable,
seeds and budgets are arguments. Only `cpsat` and `blocks` import ortools (half a second, 100 MB), and
nothing else here imports them: a server that never plans never pays for it.
"""
