"""Plans, slots as they are worked, leave."""

from __future__ import annotations

STATEMENTS = {
    "slot_unpublished": """
        SELECT d.day, d.post, d.shift, d.plan_id AS plan FROM duty_slot d JOIN roster_plan p ON p.id = d.plan_id
        WHERE p.state <> 'published' ORDER BY d.day, d.post, d.shift
    """,
    # Where only the times of a slot moved, what had been planned for it before stays beside it.
    "slot_unplanned": """
        SELECT d.day, d.post, d.shift, d.plan_id AS plan FROM duty_slot d
        LEFT JOIN plan_slot s ON s.plan_id = d.plan_id AND s.day = d.day AND s.post = d.post AND s.shift = d.shift
        WHERE s.plan_id IS NULL OR s.starts <> d.starts OR s.ends <> d.ends
        OR ((s.acting IS NOT d.planned_acting OR s.standby IS NOT d.planned_standby) AND NOT EXISTS
            (SELECT 1 FROM duty_event e WHERE e.day = d.day AND e.post = d.post AND e.shift = d.shift
            AND e.kind = 'slot_moved'))
        ORDER BY d.day, d.post, d.shift
    """,
    # Who has the roles of a slot now is what its last change said, where anything was changed.
    "slot_unlogged": """
        SELECT d.day, d.post, d.shift FROM duty_slot d
        JOIN duty_event e ON e.id = (SELECT max(id) FROM duty_event x
            WHERE x.day = d.day AND x.post = d.post AND x.shift = d.shift)
        WHERE e.acting_after IS NOT d.acting OR e.standby_after IS NOT d.standby ORDER BY d.day, d.post, d.shift
    """,
    "leave_undecided": "SELECT id AS leave, first_day AS day FROM leave WHERE state IN ('approved', 'refused') "
    "AND decided_at IS NULL ORDER BY id",
}
