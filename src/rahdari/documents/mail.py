"""E-mail: the subject, date and body of a message; attachments are named and not opened."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser

from rahdari.documents.limits import refuse

HEADER = re.compile(
    rb"(?:return-path|received|from|to|mime-version|delivered-to|date|subject|message-id|x-[a-z-]+): ", re.IGNORECASE
)
MIME = re.compile(rb"^(?:mime-version|message-id|content-type):", re.IGNORECASE | re.MULTILINE)
# Boundaries nest in a letter that was forwarded; nobody forwards so often.
MOST_PARTS = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """A message: its subject, the day it was sent, its body (HTML where `is_html`) and the names of attachments."""

    subject: str
    date: dt.date | None
    body: str
    is_html: bool
    attachments: tuple[str, ...]


def is_mail(data: bytes) -> bool:
    """Whether bytes begin like a message: a header's line first, and MIME among the headers."""
    head = data[:8_000].split(b"\n\n")[0].split(b"\r\n\r\n")[0]
    return HEADER.match(head) is not None and MIME.search(head) is not None


def read_mail(data: bytes, *, name: str) -> Letter:
    """The message in a file's bytes."""
    if data.lower().count(b"boundary=") > MOST_PARTS:
        raise refuse(f"{name} holds more than {MOST_PARTS} parts within parts.", name, "too-deep")
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        body = message.get_body(preferencelist=("plain", "html"))
        words = body.get_content() if body is not None else ""
        sent = message.get("date")
        return Letter(
            subject=str(message.get("subject", "")),
            date=getattr(getattr(sent, "datetime", None), "date", lambda: None)(),
            body=words if isinstance(words, str) else "",
            is_html=body is not None and body.get_content_type() == "text/html",
            attachments=_attachments(message),
        )
    except (
        MessageError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        RecursionError,
    ) as error:
        message_text = f"{name} is a damaged message: save the words of its body as a text file."
        raise refuse(message_text, name, "damaged-document") from error


def _attachments(message: EmailMessage) -> tuple[str, ...]:
    if not message.is_multipart():
        return ()
    return tuple(str(part.get_filename() or part.get_content_type()) for part in message.iter_attachments())
