"""A photo is drawn anew from the file that came in, so that a picture is only ever a picture (T22).

Nothing of the upload is kept but its pixels: no metadata, no place, no trailing script.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from throughcare.core.refusals import Refused
from throughcare.core.rulebook import Book, whole

QUALITIES = (85, 75, 65, 50, 35, 20)  # tried in turn until the picture is small enough
# A file that is a picture to one reader and a page or a program to another is not taken at all.
TWO_FACED = re.compile(rb"<script|<html|<!doctype|<svg[ >]|<\?php|javascript:|%PDF-\d", re.IGNORECASE)


@dataclass(frozen=True)
class Measures:
    """What a photo may be, and what is made of it."""

    formats: tuple[str, ...]
    largest_upload_bytes: int
    largest_pixels: int
    smallest_side: int
    longest_side: int
    largest_kept_bytes: int


BOOK = Book(Path(__file__).parent / "rulebook", whole(Measures), only=("photo",))


class NotAPicture(Refused):
    """What was uploaded is no photo, whatever its name says."""

    status = 422
    message = "That file is not a photo we can take. Take a new photo as JPEG, PNG or WebP, and choose it again."


class PictureTooLarge(Refused):
    """The upload is larger than a camera makes, or would fill the memory when it is opened."""

    status = 422
    message = "That photo is too large. Choose one of at most 8 MB and 25 million pixels, as any phone or camera makes."


class PictureTooSmall(Refused):
    """Nobody can be told by it."""

    status = 422
    message = "That photo is too small to know somebody by. Choose a larger one."


@dataclass(frozen=True)
class Picture:
    """A fresh JPEG, and what is kept with it."""

    image: bytes
    sha256: str
    width: int
    height: int


def redrawn(upload: bytes) -> Picture:
    """The picture of an upload as a fresh JPEG of at most 200 kB. Raises NotAPicture, PictureTooLarge or PictureTooSmall."""
    if len(upload) > BOOK.current().largest_upload_bytes:
        raise PictureTooLarge()
    if TWO_FACED.search(upload):
        raise NotAPicture()
    pixels = _opened(upload)
    image = _small_enough(pixels)
    return Picture(image, hashlib.sha256(image).hexdigest(), pixels.width, pixels.height)


def _opened(upload: bytes) -> Image.Image:
    """The pixels, upright, in plain colours. The size is read from the header before anything is decoded."""
    may_be = BOOK.current()
    kept = (may_be.longest_side, may_be.longest_side)
    try:
        with Image.open(io.BytesIO(upload), formats=may_be.formats) as found:
            if found.width * found.height > may_be.largest_pixels:
                raise PictureTooLarge()
            if min(found.size) < may_be.smallest_side:
                raise PictureTooSmall()
            found.draft("RGB", kept)  # a large JPEG is decoded small at once
            found.thumbnail(kept)
            return _plain(ImageOps.exif_transpose(found))
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureTooLarge() from error
    except Exception as error:  # a decoder meets anything an attacker can think of
        raise NotAPicture() from error


def _plain(found: Image.Image) -> Image.Image:
    """On white, where the picture was see-through; and as a new image, which carries no metadata."""
    seen = found.convert("RGBA")
    fresh = Image.new("RGB", seen.size, "white")
    fresh.paste(seen, mask=seen.getchannel("A"))
    return fresh


def _small_enough(pixels: Image.Image) -> bytes:
    for quality in QUALITIES:
        out = io.BytesIO()
        pixels.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= BOOK.current().largest_kept_bytes:
            return out.getvalue()
    raise PictureTooLarge()
