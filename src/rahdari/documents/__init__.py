"""Documents: a file becomes a `Document`, its text unchanged and each passage an exact span of it."""

from rahdari.documents.document import Document, Passage
from rahdari.documents.languages import detect_language, known_languages
from rahdari.documents.passages import document_from_text
from rahdari.documents.reading import document_from_bytes, read_document

__all__ = [
    "Document",
    "Passage",
    "detect_language",
    "document_from_bytes",
    "document_from_text",
    "known_languages",
    "read_document",
]
