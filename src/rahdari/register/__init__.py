"""Register: what a partnership promised, read from its documents with exact words."""
