"""Installing the Excel add-in, and the doctor that checks the computer."""
