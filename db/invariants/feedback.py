"""Ratings, and the review of departments."""

from __future__ import annotations

STATEMENTS = {
    # The key of a rating is random and tells nothing; its day is enough to look for it.
    "name_on_anonymous": """
        SELECT r.day FROM rating_rater n JOIN rating r USING (key) WHERE NOT r.named ORDER BY r.day
    """,
    "known_before_given": "SELECT day, known_on FROM rating WHERE known_on < day ORDER BY day",
    "subject_unknown": """
        SELECT day, subject_kind AS kind, subject FROM rating r
        WHERE (subject_kind = 'session' AND NOT EXISTS (SELECT 1 FROM session WHERE code = r.subject))
        OR (subject_kind = 'volunteer' AND NOT EXISTS (SELECT 1 FROM assignment WHERE id = CAST(r.subject AS INTEGER)))
        ORDER BY day
    """,
    "review_above_codes": """
        SELECT r.round, r.department, count(*) AS reviews,
            (SELECT count(*) FROM review_used u WHERE u.round = r.round) AS used
        FROM department_review r GROUP BY r.round, r.department HAVING reviews > used ORDER BY 1, 2
    """,
    "codes_above": """
        SELECT u.round, count(*) AS used, o.codes FROM review_used u JOIN review_round o ON o.no = u.round
        GROUP BY u.round HAVING count(*) > o.codes ORDER BY 1
    """,
}
