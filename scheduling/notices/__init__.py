"""What each person should be told of what happened: the net effect of a window of the log. Pure."""

from __future__ import annotations

from scheduling.notices.kinds import Facts, Told
from scheduling.notices.merging import merged
from scheduling.notices.tell import Person, Scene, may_know, remind, tell
from scheduling.notices.tracks import Before, Tracks, follow
from scheduling.notices.wording import Words, words

__all__ = [
    "Before",
    "Facts",
    "Person",
    "Scene",
    "Told",
    "Tracks",
    "Words",
    "follow",
    "may_know",
    "merged",
    "remind",
    "tell",
    "words",
]
