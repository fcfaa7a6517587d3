"""What other rooms and the commands may ask of the district's documents."""

from __future__ import annotations

from frontdesk.district.documents.exchange import accept_exchange
from frontdesk.district.documents.issuing import (
    assign_indicators,
    edition_in_force,
    rotate_key,
    rules_in_force,
    send_notice,
    send_services,
    set_indicators,
)
from frontdesk.district.documents.listing import (
    IssuedDocument,
    Reader,
    documents,
    id_of,
    open_issued,
    readers,
    wanted_in_force,
)
from frontdesk.district.documents.locking import (
    GrantedExemption,
    Lock,
    exemptions,
    grant_exemption,
    lock_period,
    locks,
    unlock_period,
)
from frontdesk.district.documents.publishing import (
    EVERYONE,
    Audience,
    Issued,
    of_centres,
    of_street,
    signing_seed,
)

__all__ = [
    "EVERYONE",
    "Audience",
    "GrantedExemption",
    "Issued",
    "IssuedDocument",
    "Lock",
    "Reader",
    "accept_exchange",
    "assign_indicators",
    "documents",
    "edition_in_force",
    "exemptions",
    "grant_exemption",
    "id_of",
    "lock_period",
    "locks",
    "of_centres",
    "of_street",
    "open_issued",
    "readers",
    "rotate_key",
    "rules_in_force",
    "send_notice",
    "send_services",
    "set_indicators",
    "signing_seed",
    "unlock_period",
    "wanted_in_force",
]
