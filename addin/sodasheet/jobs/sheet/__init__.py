"""Jobs on mapping sheets, as cells."""
