"""Tables of the Publishing API: revisions, sources, schemas, task sets."""

#: Columns that folders of 0.1.0 lack, as (table, column, type).
ADDED_COLUMNS = (
    ("input_columns", "guessed_type", "TEXT NOT NULL DEFAULT 'text'"),
    ("revisions", "version_before", "INTEGER"),
)
PUBLISHING_TABLES = """
CREATE TABLE IF NOT EXISTS revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, fourfour TEXT NOT NULL, revision_seq INTEGER NOT NULL,
    action TEXT NOT NULL, permission TEXT, metadata TEXT NOT NULL, notes TEXT, config TEXT,
    output_schema_id INTEGER, blob_id INTEGER, attachments TEXT NOT NULL, created_at TEXT NOT NULL,
    created_by TEXT NOT NULL, closed_at TEXT, approval TEXT, applied_by INTEGER,
    UNIQUE (fourfour, revision_seq)
);
CREATE TABLE IF NOT EXISTS sources (
    id INTEGER PRIMARY KEY AUTOINCREMENT, revision_id INTEGER REFERENCES revisions,
    source_type TEXT NOT NULL, parse_options TEXT NOT NULL, content_type TEXT, bytes_of INTEGER,
    filesize INTEGER, created_at TEXT NOT NULL, created_by TEXT NOT NULL, finished_at TEXT,
    failed_at TEXT, failure_details TEXT
);
CREATE TABLE IF NOT EXISTS chunks (
    source_id INTEGER NOT NULL, seq_num INTEGER NOT NULL, byte_offset INTEGER NOT NULL,
    end_byte_offset INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (source_id, seq_num)
);
CREATE TABLE IF NOT EXISTS input_schemas (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source_id INTEGER NOT NULL REFERENCES sources,
    total_rows INTEGER NOT NULL, num_row_errors INTEGER NOT NULL, created_at TEXT NOT NULL,
    created_by TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS input_columns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, input_schema_id INTEGER NOT NULL, position INTEGER,
    field_name TEXT NOT NULL, display_name TEXT NOT NULL,
    guessed_type TEXT NOT NULL DEFAULT 'text'
);
CREATE TABLE IF NOT EXISTS transforms (
    id INTEGER PRIMARY KEY AUTOINCREMENT, input_schema_id INTEGER NOT NULL,
    transform_expr TEXT NOT NULL, output_soql_type TEXT NOT NULL, plain_input TEXT,
    error_count INTEGER NOT NULL DEFAULT 0, finished_at TEXT, failed_at TEXT, failure_details TEXT,
    UNIQUE (input_schema_id, transform_expr)
);
CREATE TABLE IF NOT EXISTS output_schemas (
    id INTEGER PRIMARY KEY AUTOINCREMENT, input_schema_id INTEGER NOT NULL, sort_bys TEXT NOT NULL,
    error_count INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, created_by TEXT NOT NULL,
    finished_at TEXT
);
CREATE TABLE IF NOT EXISTS output_columns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, output_schema_id INTEGER NOT NULL,
    position INTEGER NOT NULL, field_name TEXT NOT NULL, display_name TEXT NOT NULL,
    description TEXT, format TEXT NOT NULL, flags TEXT NOT NULL, is_primary_key INTEGER NOT NULL,
    initial_output_column_id INTEGER, dataset_column_id INTEGER, transform_id INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS task_sets (
    id INTEGER PRIMARY KEY AUTOINCREMENT, revision_id INTEGER NOT NULL, status TEXT NOT NULL,
    output_schema_id INTEGER, log TEXT NOT NULL, job_uuid TEXT NOT NULL, request_id TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, finished_at TEXT, created_by TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS configs (
    name TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS sources_of ON sources (revision_id);
CREATE INDEX IF NOT EXISTS input_schemas_of ON input_schemas (source_id);
CREATE INDEX IF NOT EXISTS input_columns_of ON input_columns (input_schema_id);
CREATE INDEX IF NOT EXISTS output_schemas_of ON output_schemas (input_schema_id);
CREATE INDEX IF NOT EXISTS output_columns_of ON output_columns (output_schema_id);
CREATE INDEX IF NOT EXISTS task_sets_of ON task_sets (revision_id);
"""
