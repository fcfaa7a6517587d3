"""Volunteers, their cards, assignments and certificates."""

from __future__ import annotations

STATEMENTS = {
    "cards_issued_twice": "SELECT volunteer_no AS no, count(*) AS cards FROM card WHERE state = 'issued' "
    "GROUP BY volunteer_no HAVING count(*) > 1 ORDER BY 1",
    "signed_on_other_day": """
        SELECT s.volunteer_no AS no, s.assignment_id AS assignment FROM assignment_volunteer s
        JOIN assignment a ON a.id = s.assignment_id WHERE a.day <> s.day ORDER BY 2, 1
    """,
    "certificate_without_paper": """
        SELECT number FROM service_certificate c WHERE NOT EXISTS
        (SELECT 1 FROM service_certificate_paper p WHERE p.number = c.number) AND NOT EXISTS
        (SELECT 1 FROM tombstone t WHERE t.kind = 'volunteer' AND t.ref = c.volunteer_no) ORDER BY number
    """,
    # Year, running number, check digit. A gap is left where a backup was restored.
    "certificate_gap": """
        WITH line AS (
            SELECT number, substr(number, 1, 4) AS year,
                CAST(substr(number, 5, length(number) - 5) AS INTEGER) AS running, issued_at AS at
            FROM service_certificate
        ), beside AS (
            SELECT *, lag(running, 1, 0) OVER by_year AS last, lag(at, 1, 0) OVER by_year AS last_at FROM line
            WINDOW by_year AS (PARTITION BY year ORDER BY number)
        )
        SELECT number, year, last + 1 AS expected FROM beside WHERE running <> last + 1
        AND NOT EXISTS (SELECT 1 FROM restoration WHERE restored_at BETWEEN last_at AND at) ORDER BY number
    """,
    "objection_of_stranger": """
        SELECT o.id AS objection, o.notice_id AS notice FROM hours_objection o WHERE NOT EXISTS
        (SELECT 1 FROM hours_notice_line l WHERE l.notice_id = o.notice_id AND l.volunteer_no = o.volunteer_no)
        ORDER BY o.id
    """,
    "erased_written_again": """
        SELECT v.no FROM volunteer v JOIN tombstone t ON t.kind = 'volunteer' AND t.ref = v.no
        WHERE v.phone_cipher IS NOT NULL OR v.guardian_name <> '' OR v.birth_month <> '' OR v.note <> ''
        GROUP BY v.no ORDER BY v.no
    """,
    "terms_of_nobody": """
        SELECT DISTINCT ref AS no FROM search_term WHERE kind = 'volunteer'
        AND NOT EXISTS (SELECT 1 FROM volunteer WHERE no = ref) ORDER BY ref
    """,
}
