"""The doctor: checks of everything that the add-in needs on this computer, with remedies."""
