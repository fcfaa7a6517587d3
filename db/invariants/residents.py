"""The register of residents."""

from __future__ import annotations

STATEMENTS = {
    # An entry that was merged points to one that stands: whoever follows it once has found the person.
    "merged_on": """
        SELECT a.id AS resident, b.id AS into_resident FROM resident a JOIN resident b ON b.id = a.merged_into
        WHERE b.merged_into IS NOT NULL ORDER BY a.id
    """,
    "merged_in_household": "SELECT id AS resident, household FROM resident WHERE merged_into IS NOT NULL "
    "AND household IS NOT NULL ORDER BY id",
    "household_of_one": "SELECT household, min(id) AS resident FROM resident WHERE household IS NOT NULL "
    "AND merged_into IS NULL GROUP BY household HAVING count(*) = 1 ORDER BY household",
    # A name on a sign-up of somebody who was erased would be one that was written again past the program.
    "erased_written_again": """
        SELECT r.id AS resident FROM resident r JOIN tombstone t ON t.kind = 'resident' AND t.ref = CAST(r.id AS TEXT)
        WHERE r.phone_cipher IS NOT NULL OR r.guardian_name <> '' OR r.birth <> '' OR r.note <> '' OR r.area <> ''
        GROUP BY r.id ORDER BY r.id
    """,
    "terms_of_nobody": """
        SELECT DISTINCT ref AS resident FROM search_term WHERE kind = 'resident'
        AND NOT EXISTS (SELECT 1 FROM resident WHERE id = CAST(ref AS INTEGER) AND merged_into IS NULL) ORDER BY ref
    """,
}
