"""Steps that several ribbon buttons share."""
