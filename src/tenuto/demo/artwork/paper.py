"""A sheet to draw flat shapes on, in units of which 400 are its height; drawn at double size and reduced."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageChops, ImageDraw

Point = tuple[float, float]
FINER = 2  # drawn this much larger, so that edges are smooth
UNITS = 400


class Paper:
    """One picture in the making."""

    def __init__(self, ground: str, width: int = 1200, height: int = 1200) -> None:
        self.size = (width, height)
        self.scale = height * FINER / UNITS
        self.width = UNITS * width / height  # in units
        self.image = Image.new("RGB", (width * FINER, height * FINER), ground)
        self._draw = ImageDraw.Draw(self.image, "RGBA")

    def shape(self, points: Sequence[Point], ink: str, opacity: float = 1.0) -> None:
        """A filled polygon."""
        self._draw.polygon([self._at(point) for point in points], fill=_ink(ink, opacity))

    def rectangle(
        self, x: float, y: float, width: float, height: float, ink: str, *, round_: float = 0, opacity: float = 1.0
    ) -> None:
        box = (*self._at((x, y)), *self._at((x + width, y + height)))
        self._draw.rounded_rectangle(box, round_ * self.scale, fill=_ink(ink, opacity))

    def circle(self, x: float, y: float, radius: float, ink: str, opacity: float = 1.0) -> None:
        self._draw.ellipse(
            (*self._at((x - radius, y - radius)), *self._at((x + radius, y + radius))), fill=_ink(ink, opacity)
        )

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, ink: str, *, turn: float = 0, opacity: float = 1.0
    ) -> None:
        self.shape(oval(x, y, rx, ry, turn), ink, opacity)

    def stroke(self, points: Sequence[Point], ink: str, width: float) -> None:
        """A line with round ends and joints."""
        pen = max(1, round(width * self.scale))
        places = [self._at(point) for point in points]
        self._draw.line(places, fill=ink, width=pen, joint="curve")
        for x, y in (places[0], places[-1]):
            self._draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=ink)

    def printed(self, points: Sequence[Point], ink: str) -> None:
        """A filled polygon in transparent ink: what lies below shines through, as in a two-colour print."""
        places = [self._at(point) for point in points]
        xs, ys = zip(*places, strict=True)
        left, top = max(0, int(min(xs))), max(0, int(min(ys)))
        box = (left, top, max(left + 1, int(max(xs)) + 2), max(top + 1, int(max(ys)) + 2))
        below = self.image.crop(box)
        layer = Image.new("RGB", below.size, "white")
        ImageDraw.Draw(layer).polygon([(x - left, y - top) for x, y in places], fill=ink)
        self.image.paste(ImageChops.multiply(below, layer), box)

    def finished(self, seed: int = 1, tooth: float = 3.0) -> Image.Image:
        """The sheet at its real size, with the tooth of its paper."""
        reduced = self.image.resize(self.size, Image.Resampling.LANCZOS)
        rng = np.random.default_rng(seed)
        width, height = self.size
        coarse = (
            rng.normal(0, tooth * 0.6, (height // 3 + 1, width // 3 + 1)).repeat(3, 0).repeat(3, 1)[:height, :width]
        )
        fine = rng.normal(0, tooth, (height, width))
        pixels = np.asarray(reduced, np.float32) + (coarse + fine)[..., None].astype(np.float32)
        return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8), "RGB")

    def _at(self, point: Point) -> Point:
        return (point[0] * self.scale, point[1] * self.scale)


def oval(x: float, y: float, rx: float, ry: float, turn: float = 0, start: float = 0, end: float = 360) -> list[Point]:
    """Points along an ellipse turned by `turn` degrees."""
    angle = np.radians(np.linspace(start, end, 121))
    lean = np.radians(turn)
    across, down = rx * np.cos(angle), ry * np.sin(angle)
    xs = x + across * np.cos(lean) - down * np.sin(lean)
    ys = y + across * np.sin(lean) + down * np.cos(lean)
    return list(zip(xs.tolist(), ys.tolist(), strict=True))


def bent(*curves: tuple[Point, Point, Point, Point]) -> list[Point]:
    """Points along cubic Bézier curves, one after the other."""
    t = np.linspace(0, 1, 40)[:, None]
    points: list[Point] = []
    for corners in curves:
        a, b, c, d = (np.array(corner) for corner in corners)
        path = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
        points += [(float(x), float(y)) for x, y in path]
    return points


def placed(
    points: Sequence[Point], x: float, y: float, turn: float = 0, size: float = 1.0, mirrored: bool = False
) -> list[Point]:
    """The same shape elsewhere: grown, turned and moved."""
    lean = np.radians(turn)
    cos, sin = float(np.cos(lean)) * size, float(np.sin(lean)) * size
    flip = -1.0 if mirrored else 1.0
    return [(x + px * flip * cos - py * sin, y + px * flip * sin + py * cos) for px, py in points]


def as_jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=88, optimize=True)
    return file.getvalue()


def _ink(ink: str, opacity: float) -> tuple[int, int, int, int]:
    red, green, blue = (int(ink[at : at + 2], 16) for at in (1, 3, 5))
    return (red, green, blue, round(255 * opacity))
