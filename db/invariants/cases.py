"""Cases and registers."""

from __future__ import annotations

STATEMENTS = {
    # A record is as old as its log is long, and its log begins with its opening.
    "log_gap": """
        SELECT r.number FROM case_record r LEFT JOIN (
            SELECT case_id, count(*) AS entries, min(position) AS first, max(position) AS last FROM case_log
            GROUP BY case_id
        ) l ON l.case_id = r.id
        WHERE l.case_id IS NULL OR l.first <> 1 OR l.last <> l.entries OR r.revision <> l.entries ORDER BY r.id
    """,
    "number_gap": """
        WITH numbered AS (
            SELECT r.number, r.definition, substr(r.number, 1, instr(r.number, '-')) AS begins,
                CAST(substr(r.number, instr(r.number, '-') + 1) AS INTEGER) AS running, l.at
            FROM case_record r JOIN case_log l ON l.case_id = r.id AND l.position = 1
        ), beside AS (
            SELECT *, lag(running, 1, 0) OVER of_one AS last, lag(at, 1, 0) OVER of_one AS last_at FROM numbered
            WINDOW of_one AS (PARTITION BY definition, begins ORDER BY running, number)
        )
        SELECT number, last + 1 AS expected FROM beside WHERE running <> last + 1
        AND NOT EXISTS (SELECT 1 FROM restoration WHERE restored_at BETWEEN last_at AND at) ORDER BY number
    """,
    "linked_nowhere": """
        SELECT r.number, l.other, l.ref FROM case_link l JOIN case_record r ON r.id = l.case_id WHERE NOT CASE l.other
            WHEN 'case' THEN EXISTS (SELECT 1 FROM case_record WHERE id = CAST(l.ref AS INTEGER))
            WHEN 'demand' THEN EXISTS (SELECT 1 FROM demand WHERE id = CAST(l.ref AS INTEGER))
            WHEN 'session' THEN EXISTS (SELECT 1 FROM session WHERE code = l.ref)
            WHEN 'follow_up' THEN EXISTS (SELECT 1 FROM follow_up WHERE no = l.ref)
            ELSE EXISTS (SELECT 1 FROM info_report WHERE id = CAST(l.ref AS INTEGER)) END
        ORDER BY l.case_id, l.other, l.ref
    """,
    # What is sealed belongs to a field of which the record says that something was said.
    "people_unsaid": """
        SELECT r.number FROM case_person p JOIN case_record r ON r.id = p.case_id
        WHERE CASE WHEN json_valid(r.said) THEN json_extract(r.said, '$."' || p.field || '"') END IS NOT '*'
        UNION
        SELECT r.number FROM case_row_person w JOIN case_record r ON r.id = w.case_id
        WHERE NOT EXISTS (SELECT 1 FROM case_person p WHERE p.case_id = w.case_id AND p.field = w.field)
        ORDER BY 1
    """,
    "draft_of_nobody": """
        SELECT d.operator_no AS no, d.definition FROM case_draft d
        WHERE NOT EXISTS (SELECT 1 FROM staff WHERE no = d.operator_no)
        OR (d.case_id <> 0 AND NOT EXISTS (SELECT 1 FROM case_record WHERE id = d.case_id)) ORDER BY 1, 2
    """,
    # New a record is to whoever is responsible for it, while it has not ended.
    "handed_astray": """
        SELECT r.number, h.staff_no AS no FROM case_handed h JOIN case_record r ON r.id = h.case_id
        WHERE r.responsible <> h.staff_no OR r.ended_on IS NOT NULL ORDER BY h.case_id
    """,
    "terms_of_nobody": """
        SELECT DISTINCT ref AS record FROM search_term WHERE kind = 'case'
        AND NOT EXISTS (SELECT 1 FROM case_record WHERE id = CAST(ref AS INTEGER)) ORDER BY 1
    """,
}
