"""Labels, headers and words on the sheets of SodaSheet, each defined once.

The office package draws the sheets with these words, and jobs.sheet and excel find cells by them.
A sheet made by an earlier version has older words, which are read as well: see `spellings`.
"""

from __future__ import annotations

from sodasheet.model.mapping import Blank
from sodasheet.model.method import Method

# Titles, in A1 of each sheet.
MAPPING_TITLE = "SodaSheet mapping"
RESULTS_TITLE = "SodaSheet results"
PREVIEW_TITLE = "SodaSheet preview"
HISTORY_TITLE = "SodaSheet run history"
DESCRIPTION_TITLE = "SodaSheet description"
QUALITY_TITLE = "SodaSheet quality"

# Labels of the mapping sheet.
NEXT_STEP = "Next step"
DATASET = "Dataset"
METHOD = "Method"
SOURCE = "Source"
HEADER_ROW = "Header row"
PORTAL = "Portal"
DATASET_ID = "Dataset ID"
IDENTIFIER = "Row identifier"
LAST_CHECKED = "Last checked"
LAST_PUSHED = "Last pushed"
SEND = "Send"
ALLOW_UNDO = "Allow undo"
SHRINK = "Maximum shrinkage"
REJECTED_ROWS = "Allowed rejected rows"
LEFT_OUT = "Rows left out"
MARKERS = "Treat as empty"
WITHIN = "Replace within"
ACCEPTED = "Accepted findings"
FINDING_LEVELS = "Finding levels"
NOT_FILLED = "Not filled"
#: Only on sheets of earlier versions; today the link is on the dataset's name.
LINK = "Link"

MAPPING_LABELS = (
    NEXT_STEP, DATASET, METHOD, SOURCE, HEADER_ROW, PORTAL, DATASET_ID, IDENTIFIER, LAST_CHECKED,
    LAST_PUSHED, SEND, ALLOW_UNDO, SHRINK, REJECTED_ROWS, LEFT_OUT, MARKERS, WITHIN, ACCEPTED,
    FINDING_LEVELS, NOT_FILLED,
)  # fmt: skip

# Headers of the mapping table.
SHEET_COLUMN = "Sheet column"
SAMPLE = "Sample"
DATASET_COLUMN = "Dataset column"
TYPE = "Type"
MATCH = "Match"
EMPTY_CELLS = "Empty cells"
FORMAT = "Format or constant"
CLEANUP = "Cleanup"
RULES = "Rules"
CHECK = "Check"
FINDINGS = "Findings"
MAPPING_HEADERS = (
    SHEET_COLUMN, SAMPLE, DATASET_COLUMN, TYPE, MATCH, EMPTY_CELLS, FORMAT, CLEANUP, RULES,
    CHECK, FINDINGS,
)  # fmt: skip
#: A table without these is not a mapping.
REQUIRED_HEADERS = (SHEET_COLUMN, DATASET_COLUMN)

#: Method -> its choice in the drop-down; the word before the colon counts.
METHODS = {
    Method.REPLACE: "Replace: all rows",
    Method.APPEND: "Append: add rows",
    Method.UPSERT: "Upsert: update or add",
    Method.DELETE: "Delete: listed rows",
}
#: Words of the drop-downs -> the job file's (docs/reference/job-file.md); the first is the default.
SENDS = {"All rows": "all", "Only changes": "changes"}
UNDOS = {"Always": "require", "If possible": "try", "Never": "off"}
#: Effect of an empty cell -> its word in the table.
EMPTIES = {Blank.CLEAR: "Clear", Blank.KEEP: "Leave", Blank.REFUSE: "Reject"}

# Hidden lists of the mapping sheet.
CHOICES = "Choices"
HEADERS = "Headers"
MEMORY = "SodaSheet job"
IDENTITY = "SodaSheet id"

# Words in the mapping table.
IGNORE = "(ignore)"
CONSTANT = "(constant)"
COMPUTED = "(computed)"
UNFILLED = "(not filled)"
NEEDED, OPTIONAL = "Required", "Optional"
GONE = "Gone from the source"

#: The list next to the table on sheets of earlier versions.
OLD_UNFILLED_LIST = "Dataset columns not filled"
OLD_UNFILLED_HEADERS = ("Dataset column", "Type", "Why it matters")

# Labels of the results sheet.
OUTCOME = "Outcome"
IN_SHORT = "In short"
SOURCE_ROWS = "Source rows"
READY = "Ready"
SKIPPED = "Skipped"
SENT = "Sent"
ACCOUNT = "Account"
WHEN = "When"
BY_LEVEL = "Findings by level"
ALL_FINDINGS = "All findings"
RUN = "Run"
CREATED, UPDATED, DELETED = "Created", "Updated", "Deleted"
RESULTS_LABELS = (
    OUTCOME, IN_SHORT, SOURCE_ROWS, READY, SKIPPED, SENT, DATASET, METHOD, SOURCE, ACCOUNT, WHEN,
    BY_LEVEL, ALL_FINDINGS, RUN, CREATED, UPDATED, DELETED,
)  # fmt: skip
RESULTS_HEADERS = ("Level", "Row", "Column", "Value", "Finding", "What to do", "Count", "Go to")

# Labels of the preview sheet.
WARNINGS = "Warnings"
MOST_CHANGED = "Most changed"
NEW_ROWS, CHANGED_ROWS, DELETED_ROWS = "New rows", "Changed rows", "Deleted rows"
UNCHANGED = "Unchanged"
ROWS_NOW, ROWS_AFTER, ROWS_SKIPPED = "Rows now", "Rows after", "Rows skipped"
PREVIEWED = "Previewed"
CHANGES_LISTED = "Changes listed"
PREVIEW_LABELS = (
    IN_SHORT, WARNINGS, MOST_CHANGED, NEW_ROWS, CHANGED_ROWS, DELETED_ROWS, UNCHANGED, ROWS_NOW,
    ROWS_AFTER, ROWS_SKIPPED, METHOD, DATASET, SOURCE, PREVIEWED, CHANGES_LISTED,
)  # fmt: skip
PREVIEW_HEADERS = (
    "Change", "Row", "Identifier", "Column", "Now on the portal", "After the push", "Difference",
    "Go to",
)  # fmt: skip

# Words of the run history.
AS_OF = "As of"
FRESHNESS, RUNS = "How fresh each dataset is", "Pushes, newest first"
FRESHNESS_HEADERS = ("Last pushed", "Dataset", "Age", "State")
RUNS_HEADERS = (
    "When", "Dataset", "Method", "Outcome", "Sent", "Created", "Updated", "Deleted", "Skipped",
    "Duration", "Source", "Report",
)  # fmt: skip

# Labels of the description sheet; those of the first two rows are the fields of a description.
DATASET_NAME = "Dataset name"
DATASET_DESCRIPTION = "Dataset description"
LAST_READ, LAST_SENT, DESCRIBED = "Last read", "Last sent", "Described"
DATA_DICTIONARY = "Data dictionary"
#: Choice next to the label -> the kind of file that is attached.
ATTACH_DICTIONARY = {"Attach as Excel workbook": "xlsx", "Attach as CSV": "csv"}
DESCRIPTION_MEMORY = "SodaSheet description memory"
#: Label -> key of the field in a description.
DESCRIPTION_FIELDS = {
    DATASET_NAME: "title",
    DATASET_DESCRIPTION: "description",
    "Tags": "tags",
    "Data provided by": "attribution",
    "Source link": "link",
    "Category": "category",
    "License": "license",
    "Update frequency": "frequency",
    "Contact email": "contact",
    "Each row is": "row_label",
}
#: Id of a license on portals -> its name; other licenses are named by their id.
LICENSES = {
    "PUBLIC_DOMAIN": "Public domain",
    "CC0_10": "Creative Commons Zero 1.0",
    "CC_40_BY": "Creative Commons Attribution 4.0",
    "CC_40_BY_SA": "Creative Commons Attribution-ShareAlike 4.0",
    "ODBL": "Open Database License",
    "ODC_BY": "Open Data Commons Attribution",
    "PDDL": "Open Data Commons Public Domain",
    "CC_30_BY": "Creative Commons Attribution 3.0",
    "CC_30_BY_SA": "Creative Commons Attribution-ShareAlike 3.0",
}
#: Licenses in the drop-down, whose words may have 255 characters in all.
OFFERED_LICENSES = tuple(words for key, words in LICENSES.items() if not key.startswith("CC_30"))
DESCRIPTION_LABELS = (
    NEXT_STEP, *DESCRIPTION_FIELDS, PORTAL, DATASET_ID, LAST_READ, LAST_SENT, DESCRIBED,
    DATA_DICTIONARY,
)  # fmt: skip
COLUMN_FIELD, STATE = "Field name", "State"
#: Header -> key of the column's value in a description; the other headers are read only.
COLUMN_HEADERS = {
    "Column name": "name",
    "Description": "description",
    "Position": "position",
    "Row identifier": "identifier",
    "Hidden": "hidden",
    "Width": "width",
    "Format": "format",
}
DESCRIPTION_HEADERS = (
    "Column name", "Description", COLUMN_FIELD, TYPE, "Position", "Row identifier", "Hidden",
    "Width", "Format", STATE,
)  # fmt: skip
CUSTOM_FIELDS = "Custom fields"
CUSTOM_HEADERS = ("Custom field", "Value", STATE, "Choices")
DESCRIBED_COLUMNS = "Columns"
FREQUENCY_WORDS = "Words for the update frequency"
FREQUENCY_HEADERS = ("Frequency", "Custom field", "Value on the portal")

# Words of the quality sheet.
UPDATED_AT = "Freshness"
QUALITY_ROWS, QUALITY_COLUMNS = "Rows", "Columns"
DUPLICATE_ROWS, CELLS_FILLED = "Duplicate rows", "Cells filled"
MADE_ON, COMPARED = "Made on", "Compared"
NEWEST_DATE, PRIVATE_DATA, LAST_PUSH = "Newest date", "Possible private data", "Last push"
QUALITY_HEADERS = (
    "Column", TYPE, "Filled", "Empty", "Different values", "Smallest", "Largest", "Most common",
    "Since last push", "Worth a look",
)  # fmt: skip
FINDINGS_OVER_TIME = "Findings over time"
FINDINGS_HEADERS = ("Started", "Stopped", "Skipped", "Asked", "Outcome")

#: Label or header -> the words of earlier versions, which are still in users' workbooks.
_EARLIER = {
    DATASET_ID: ("Dataset id",),
    ALLOW_UNDO: ("Keep a way back", "Keep undo snapshot"),
    SHRINK: ("May lose at most",),
    REJECTED_ROWS: ("Rows that may stay behind",),
    EMPTY_CELLS: ("If blank",),
    SOURCE_ROWS: ("Rows in the source",),
    SKIPPED: ("Rejected",),
    ACCOUNT: ("Pushed by",),
    WARNINGS: ("Doubts",),
    ROWS_SKIPPED: ("Rows with findings",),
    UNCHANGED: ("Unchanged rows",),
    PREVIEWED: ("When",),
    CHANGES_LISTED: ("Listed",),
    "Change": ("Kind",),
    "Count": ("In all",),
    "Duration": ("Took",),
    "Each row is": ("One row is",),
    "Value on the portal": ("Word there",),
}


def spellings(words: str) -> tuple[str, ...]:
    """Return all names under which a label or header is found, the current name first."""
    return (words, *_EARLIER.get(words, ()))
