"""What is refused about personal data."""

from __future__ import annotations

from frontdesk.errors import DeskError


class PrivacyError(DeskError):
    """A refusal about a person's data, a consent, a notice or how long something is kept."""

    area = "privacy"
