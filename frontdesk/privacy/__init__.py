"""What the centre knows of a person: notices and consent, retention, showing, exporting, erasing."""
