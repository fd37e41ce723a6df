"""A face and a banner for each artist, by handle: not people, but what they would draw on an envelope."""

import numpy as np
from PIL import Image

from tenuto.demo.artwork import motifs
from tenuto.demo.artwork.paper import Paper, bent, oval, placed

FACE = 640
BANNER = (1800, 600)


def face(handle: str) -> Image.Image:
    """A square picture, 640 by 640, that also works as a circle."""
    ground, draw = FACES[handle]
    paper = Paper(ground, FACE, FACE)
    draw(paper)
    return paper.finished(seed=len(handle))


def banner(handle: str) -> Image.Image:
    """1800 by 600."""
    ground, draw = BANNERS[handle]
    paper = Paper(ground, *BANNER)
    draw(paper)
    return paper.finished(seed=len(handle))


def _microphone(paper: Paper) -> None:
    """Alma's: a microphone in its fur, held out over the water."""
    rng = np.random.default_rng(3)
    paper.circle(200, 200, 158, "#e58e73")
    for row in range(5):
        paper.rectangle(70 + row * 18, 292 + row * 16, 260 - row * 36, 6, "#fbe7b8", round_=3)
    paper.stroke([(46, 330), (176, 206)], "#131c38", 13)
    paper.stroke(bent(((52, 326), (30, 372), (90, 390), (60, 410))), "#131c38", 4)
    for angle in np.linspace(0, 2 * np.pi, 90, endpoint=False):
        reach = float(rng.uniform(1.22, 1.42))
        across, down = 92 * np.cos(angle), 46 * np.sin(angle)
        inner, outer = placed([(across, down), (across * reach, down * reach * 1.06)], 232, 152, -43.6)
        paper.stroke([inner, outer], "#1d2b53", 7)
    paper.ellipse(232, 152, 98, 52, "#1d2b53", turn=-43.6)
    for offset in (-30, 0, 30):
        tuft = placed([(offset - 16, -22), (offset + 4, 4), (offset - 10, 24)], 232, 152, -43.6)
        paper.stroke(tuft, "#39497d", 5)


def _two_lamps(paper: Paper) -> None:
    """Os Faros: the lighthouses, two."""
    for x, ink, lean in ((142, "#f2c14e", -1), (258, "#e2574c", 1)):
        paper.shape([(x, 132), (x + lean * 300, 60), (x + lean * 300, 200)], "#f5dfa4", 0.9)
        paper.shape([(x - 34, 340), (x - 20, 150), (x + 20, 150), (x + 34, 340)], "#f4ecdc")
        paper.shape([(x - 29, 270), (x - 25, 220), (x + 25, 220), (x + 29, 270)], ink)
        paper.rectangle(x - 17, 116, 34, 30, "#fff4cf")
        paper.shape([(x - 24, 118), (x, 88), (x + 24, 118)], "#0c1f30")
    paper.rectangle(0, 336, 400, 64, "#0c1f30")


def _leaf(paper: Paper) -> None:
    """Mara's: one leaf, printed twice, not quite in register."""
    leaf = bent(((0, 0), (110, -90), (100, -220), (0, -290)), ((0, -290), (-100, -220), (-110, -90), (0, 0)))
    paper.printed(placed(leaf, 188, 352, -14), "#9bc17c")
    paper.printed(placed(leaf, 214, 346, 9), "#6fa58d")
    paper.stroke([(202, 366), (200, 100)], "#1e4d40", 5)
    for step in range(5):
        y = 300 - step * 42
        paper.stroke([(201, y), (201 + 52 - step * 6, y - 40)], "#1e4d40", 3)
        paper.stroke([(201, y), (201 - 52 + step * 6, y - 40)], "#1e4d40", 3)


def _mast(paper: Paper) -> None:
    """Low Tide Radio: a mast in the mud, still sending."""
    for number, radius in enumerate((62, 104, 146)):
        for start in (-42, 138):
            paper.stroke(
                oval(200, 128, radius, radius, start=start, end=start + 84),
                "#d6342c" if number % 2 == 0 else "#22302f",
                9,
            )
    paper.shape([(200, 108), (150, 330), (162, 330), (200, 160), (238, 330), (250, 330)], "#22302f")
    for y, half in ((210, 23), (262, 35)):
        paper.stroke([(200 - half, y), (200 + half, y)], "#22302f", 6)
    paper.circle(200, 124, 17, "#d6342c")
    paper.rectangle(0, 328, 400, 72, "#8a9a94")
    for row in range(3):
        paper.rectangle(60 + row * 60, 346 + row * 14, 180 - row * 20, 5, "#f2e8d8", round_=2)


def _stones(paper: Paper) -> None:
    """Granite, and three daughters."""
    for x, y, rx, ry, turn, ink in (
        (198, 308, 140, 54, 0.4, "#3c4043"),
        (204, 222, 104, 42, -3, "#7c7f80"),
        (194, 152, 74, 34, 4, "#b7b4ab"),
        (202, 98, 46, 24, -5, "#a5222f"),
    ):
        paper.ellipse(x, y, rx, ry, ink, turn=turn)


def _eye(paper: Paper) -> None:
    """Hexen Choir: the spot on the wing that looks back."""
    for radius, ink in ((160, "#cdb4f0"), (118, "#191621"), (92, "#9ad7b4"), (58, "#191621"), (30, "#f4d35e")):
        paper.circle(200, 200, radius, ink)
    for number in range(24):
        angle = number * np.pi / 12
        paper.stroke(
            [
                (200 + 128 * np.cos(angle), 200 + 128 * np.sin(angle)),
                (200 + 150 * np.cos(angle), 200 + 150 * np.sin(angle)),
            ],
            "#191621",
            4,
        )


def _quay(paper: Paper) -> None:
    motifs.dawn(paper, 236, (820, 214, 62))
    for x, tall in ((0, 70), (90, 42), (150, 96), (176, 50), (300, 34), (420, 20)):
        paper.rectangle(x, 236 - tall, 130, tall + 4, "#131c38")
    for x in (980, 1090):
        paper.shape([(x, 238), (x + 22, 60), (x + 34, 60), (x + 56, 238)], "#131c38")
        paper.stroke([(x - 70, 92), (x + 120, 50)], "#131c38", 7)
        paper.stroke([(x - 62, 92), (x - 62, 168)], "#131c38", 2)
    motifs.reflection(paper, 812, 248, np.random.default_rng(8))


def _coast(paper: Paper) -> None:
    for number, angle in enumerate((-172, -150, -128, -52, -30, -8)):
        a, b = np.radians(angle - 7), np.radians(angle + 7)
        paper.shape(
            [
                (610, 170),
                (610 + 1400 * np.cos(a), 170 + 1400 * np.sin(a)),
                (610 + 1400 * np.cos(b), 170 + 1400 * np.sin(b)),
            ],
            "#f2c14e" if number % 2 else "#2b5576",
        )
    hills = bent(((0, 300), (200, 200), (330, 330), (560, 286)), ((560, 286), (700, 258), (960, 350), (1200, 250)))
    paper.shape([(0, 400), *hills, (1200, 400)], "#0c1f30")
    paper.shape([(588, 292), (596, 190), (624, 190), (632, 292)], "#f4ecdc")
    paper.rectangle(597, 160, 26, 30, "#fff4cf")
    paper.shape([(590, 162), (610, 138), (630, 162)], "#0c1f30")


def _beds(paper: Paper) -> None:
    motifs.leaves(paper, np.random.default_rng(4), 34)
    for x in range(120, 1200, 160):
        paper.stroke([(x, 0), (x, 400)], "#fbfbf3", 4)
    paper.stroke([(0, 130), (1200, 130)], "#fbfbf3", 4)


def _flats(paper: Paper) -> None:
    rng = np.random.default_rng(6)
    for row in range(13):
        y, x = 30 + row * 29, 0.0
        while x < 1200:
            long = float(rng.uniform(40, 260))
            paper.rectangle(
                x,
                y,
                long,
                10 + row * 0.6,
                str(rng.choice(["#22302f", "#d6342c", "#8a9a94", "#dccfb6", "#dccfb6"])),
                round_=6,
            )
            x += long + float(rng.uniform(18, 60))


def _wall(paper: Paper) -> None:
    rng = np.random.default_rng(15)
    inks = ("#3c4043", "#7c7f80", "#b7b4ab", "#55606a", "#d8d2c4", "#93989a")
    for row in range(6):
        x = -60.0
        while x < 1260:
            wide = float(rng.uniform(60, 130))
            ink = "#a5222f" if (row == 2 and 600 < x < 700) else inks[int(rng.integers(6))]
            paper.ellipse(x + wide / 2, 36 + row * 68, wide / 2 - 3, 33, ink, turn=float(rng.uniform(-5, 5)))
            x += wide


def _wings(paper: Paper) -> None:
    for x, y, size, turn in (
        (210, 250, 0.62, -18),
        (600, 205, 0.95, 0),
        (990, 250, 0.62, 18),
        (400, 110, 0.26, 30),
        (800, 320, 0.24, -30),
    ):
        motifs.moth(paper, x, y, size, turn)


FACES = {
    "alma": ("#f3e3d3", _microphone),
    "os-faros": ("#16324a", _two_lamps),
    "mara-oke": ("#eef0dc", _leaf),
    "low-tide-radio": ("#f2e8d8", _mast),
    "granite-and-daughters": ("#c9d3d6", _stones),
    "hexen-choir": ("#2a2140", _eye),
}
BANNERS = {
    "alma": ("#131c38", _quay),
    "os-faros": ("#16324a", _coast),
    "mara-oke": ("#eef0dc", _beds),
    "low-tide-radio": ("#f2e8d8", _flats),
    "granite-and-daughters": ("#c9d3d6", _wall),
    "hexen-choir": ("#191621", _wings),
}
