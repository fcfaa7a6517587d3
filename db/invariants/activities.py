"""Sessions, sign-up, attendance, fees, monthly lists, demands and rooms."""

from __future__ import annotations

STATEMENTS = {
    "session_ends_first": "SELECT code AS session, day FROM session WHERE ends_at <= starts_at ORDER BY day, code",
    "attendance_elsewhere": """
        SELECT a.session_code AS session, r.seq_no AS number FROM attendance a
        JOIN registration r ON r.id = a.registration_id WHERE r.session_code <> a.session_code ORDER BY 1, 2
    """,
    # The limit may be lowered below what was given, and who has a seat keeps it: of sessions to come that is told.
    "seats_above": """
        SELECT s.code AS session, sum(r.seats) AS seats, s.capacity FROM session s
        JOIN registration r ON r.session_code = s.code
        WHERE s.state <> 'cancelled' AND s.starts_at > (SELECT max(at) FROM audit)
        GROUP BY s.code HAVING sum(r.seats) > s.capacity ORDER BY s.day, s.code
    """,
    "member_twice": """
        SELECT r.session_code AS session, r.seq_no AS number FROM registration_member m
        JOIN registration r ON r.id = m.registration_id WHERE m.resident_id = r.resident_id ORDER BY 1, 2
    """,
    # Numbers run through a year without a gap, unless a backup was restored in between.
    "receipt_gap": """
        WITH line AS (
            SELECT number, substr(number, 1, 4) AS year, CAST(substr(number, 6) AS INTEGER) AS running, at AS at
            FROM fee_line
        ), beside AS (
            SELECT *, lag(running, 1, 0) OVER by_year AS last, lag(at, 1, 0) OVER by_year AS last_at FROM line
            WINDOW by_year AS (PARTITION BY year ORDER BY number)
        )
        SELECT number, year, last + 1 AS expected FROM beside WHERE running <> last + 1
        AND NOT EXISTS (SELECT 1 FROM restoration WHERE restored_at BETWEEN last_at AND at) ORDER BY number
    """,
    "refund_above": """
        SELECT f.number, f.amount_fen AS taken_fen, sum(r.amount_fen) AS refunded_fen FROM fee_line f
        JOIN fee_line r ON r.refunds = f.number GROUP BY f.number HAVING sum(r.amount_fen) > f.amount_fen ORDER BY 1
    """,
    "refund_elsewhere": """
        SELECT r.number, r.refunds AS receipt FROM fee_line r JOIN fee_line f ON f.number = r.refunds
        WHERE f.kind <> 'receipt' OR f.registration_id <> r.registration_id ORDER BY 1
    """,
    "list_unsigned": """
        SELECT month FROM monthly_list WHERE state IN ('published', 'closed')
        AND (published_at IS NULL OR published_by IS NULL OR edition = 0) ORDER BY month
    """,
    "demand_merged_on": """
        SELECT a.id AS demand, b.id AS into_demand FROM demand a JOIN demand b ON b.id = a.merged_into
        WHERE b.state = 'merged' OR b.id = a.id ORDER BY 1
    """,
    "bookings_cross": """
        SELECT a.id AS booking, b.id AS other, a.room, a.day FROM booking a
        JOIN booking b ON b.room = a.room AND b.id > a.id AND b.starts_at < a.ends_at AND a.starts_at < b.ends_at
        WHERE a.state IN ('held', 'confirmed', 'used') AND b.state IN ('held', 'confirmed', 'used')
        AND NOT EXISTS (SELECT 1 FROM audit WHERE action = 'booking.forced'
            AND subject IN (CAST(a.id AS TEXT), CAST(b.id AS TEXT)))
        ORDER BY a.day, a.id
    """,
}
