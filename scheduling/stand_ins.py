"""Who may stand in for somebody: who has the skill of the work that they have, or nearly their best one."""

from __future__ import annotations

from scheduling.model import Artist, Phase, SkillNeed

NEARLY = 2
"""So many levels below somebody's best skill one may still stand in for them."""


def skill_of(artist: Artist, phase: Phase | None) -> SkillNeed | None:
    """The skill and level that somebody needs who does the artist's work (of a phase, or of none).

    Of a phase it is the first of its skills that the artist has, or its first; None where neither says any.
    """
    levels = {s.name.lower(): s.level for s in artist.skills}
    needs = phase.skills if phase is not None else ()
    if needs:
        had = (need for need in needs if levels.get(need.name.lower(), -1) >= need.level)
        return next(had, needs[0])
    if not artist.skills:
        return None
    best = max(sorted(artist.skills, key=lambda s: s.name.lower()), key=lambda s: s.level)
    return SkillNeed(name=best.name, level=max(0, best.level - NEARLY))
