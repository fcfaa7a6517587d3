"""What leaves the roster and comes back: the wall, workbooks, calendars, the hours account."""
