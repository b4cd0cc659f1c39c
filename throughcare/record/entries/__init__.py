"""The kinds of entry of the record, a file a subject: each offers its own as `KINDS`."""
