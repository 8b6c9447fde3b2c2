"""The Publishing API without its HTTP face: revisions, uploads, schemas, and applying them.

Uploaded bytes go to a file. Parsing turns them into blocks of cells, column by column, in one
SQLite file per source; a transform turns the blocks of its inputs into blocks of values; applying
writes blocks to the dataset in one transaction. Nothing ever holds more than a block of each.
"""
