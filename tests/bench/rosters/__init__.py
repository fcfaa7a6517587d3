"""The planning engine on the published shift scheduling instances (Curtois & Qu 2014)."""
