"""What kind of file came in, by its first bytes and never by its name, and how its words fall into pages."""

from __future__ import annotations

PDF, JPEG, TEXT = "application/pdf", "image/jpeg", "text/plain"
LONGEST_PAGE = 20_000  # letters; a longer one goes on as the next
FORM_FEED = "\f"


def media_type(content: bytes) -> str | None:
    """PDF, JPEG or TEXT; None for everything else, such as a page of script under the name of a letter."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    return TEXT if words_of(content) is not None else None


def words_of(content: bytes) -> str | None:
    """The text of a text file in UTF-8 or, as older systems print it, Windows-1252; None when it is not text."""
    if b"\0" in content:
        return None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if all(c.isprintable() or c in "\n\r\t\f" for c in text) else None
    return None


def pages_of(text: str) -> list[str]:
    """The pages of a text, split at form feeds; a blank page keeps its number, a blank end does not."""
    pages = [page.replace("\r\n", "\n").strip() for page in text.rstrip().split(FORM_FEED)]
    cut = [part for page in pages for part in _cut(page)]
    return cut if any(cut) else []


def _cut(page: str) -> list[str]:
    return [page[at : at + LONGEST_PAGE] for at in range(0, len(page), LONGEST_PAGE)] or [""]
