"""What the district sends down to its centres: notices, lists, indicators, locks, exemptions, and its own next key."""
