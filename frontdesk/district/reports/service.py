"""What the other rooms of the district use of reports: taking them in, and reading them across centres."""

from __future__ import annotations

from frontdesk.district.reports.accepting import accept_report, accept_reports, try_report, try_reports
from frontdesk.district.reports.completeness import Completeness, StreetCompleteness, completeness, missing, received
from frontdesk.district.reports.deadlines import deadline, deadline_days, set_deadline
from frontdesk.district.reports.history import Difference, centre_history, compare, differences
from frontdesk.district.reports.totals import Total, Totals, totals, values_of_centres

__all__ = [
    "Completeness",
    "Difference",
    "StreetCompleteness",
    "Total",
    "Totals",
    "accept_report",
    "accept_reports",
    "centre_history",
    "compare",
    "completeness",
    "deadline",
    "deadline_days",
    "differences",
    "missing",
    "received",
    "set_deadline",
    "totals",
    "try_report",
    "try_reports",
    "values_of_centres",
]
