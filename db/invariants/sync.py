"""What travels."""

from __future__ import annotations

STATEMENTS = {
    "sent_unsealed": """
        SELECT o.period, o.revision FROM outbox o WHERE o.state = 'sent'
        AND NOT EXISTS (SELECT 1 FROM sealed_report s WHERE s.report_id = o.report_id) ORDER BY o.position
    """,
    "told_before_read": """
        SELECT d.number AS document FROM document_reading r JOIN district_document d USING (document_id)
        WHERE r.told_at < r.read_at ORDER BY d.number
    """,
}
