"""Faces for the invented cast: drawn, not photographed, and the same for the same man each time."""

from __future__ import annotations

import hashlib
import io
from random import Random

from PIL import Image, ImageDraw

from throughcare.demo.people import Character

SIZE = (300, 360)
SKINS = ("#f1c9a5", "#e0ac80", "#c68a5c", "#a56b43", "#7d4a2b", "#f5d6bd")
HAIRS = ("#1d1410", "#3b2418", "#5c3a21", "#8a8a8a", "#b5854b", "#26221f")
SHIRTS = ("#44576b", "#5b6650", "#6b4a4a", "#4a4a6b")
GROUNDS = ("#dbe4ea", "#e6e2d8", "#e0e6dc")


def face_of(man: Character) -> bytes:
    """A plain drawn face as a PNG."""
    chance = Random(hashlib.sha256(man.prison_number.encode()).digest())
    picture = Image.new("RGB", SIZE, chance.choice(GROUNDS))
    pen = ImageDraw.Draw(picture)
    skin, hair = chance.choice(SKINS), chance.choice(HAIRS)
    _shoulders(pen, chance.choice(SHIRTS), skin)
    _head(pen, skin, hair, chance)
    _features(pen, hair, chance)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _shoulders(pen: ImageDraw.ImageDraw, shirt: str, skin: str) -> None:
    pen.rounded_rectangle((30, 290, 270, 420), 60, fill=shirt)
    pen.rectangle((122, 240, 178, 305), fill=skin)


def _head(pen: ImageDraw.ImageDraw, skin: str, hair: str, chance: Random) -> None:
    wide = chance.randint(78, 92)
    cut = chance.choice(("bald", "short", "short", "long"))
    if cut == "long":
        pen.rounded_rectangle((150 - wide - 10, 70, 150 + wide + 10, 265), 70, fill=hair)
    if cut != "bald":
        pen.ellipse((150 - wide - 4, 58, 150 + wide + 4, 210), fill=hair)
    pen.ellipse((150 - wide, 80, 150 + wide, 272), fill=skin)
    if chance.random() < 0.45:  # a beard, with the mouth drawn over it later
        pen.chord((150 - wide + 6, 150, 150 + wide - 6, 270), 15, 165, fill=hair)


def _features(pen: ImageDraw.ImageDraw, hair: str, chance: Random) -> None:
    apart, high = chance.randint(32, 40), chance.randint(158, 168)
    for side in (-1, 1):
        eye = 150 + side * apart
        pen.ellipse((eye - 8, high - 6, eye + 8, high + 6), fill="white")
        pen.ellipse((eye - 4, high - 5, eye + 4, high + 5), fill="#2c2420")
        pen.line((eye - 14, high - 18, eye + 14, high - 18 + side * chance.randint(-3, 3)), fill=hair, width=5)
    pen.line((150, high + 8, 150 - chance.randint(6, 12), high + 38, 152, high + 40), fill="#00000055", width=3)
    pen.line((125, 235, 175, 235 + chance.randint(-4, 4)), fill="#8a4b45", width=5)
