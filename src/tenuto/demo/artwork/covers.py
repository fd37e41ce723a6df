"""A cover for each piece, by the name of its module. Where a cover needs chance it brings its own seed."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from tenuto.demo.artwork import motifs
from tenuto.demo.artwork.paper import Paper, bent, oval, placed


def cover(piece: str) -> Image.Image:
    """The cover of a piece, 1200 by 1200."""
    return COVERS[piece]().finished(seed=len(piece))


def _harbour() -> Paper:
    paper = Paper("#131c38")
    motifs.dawn(paper, horizon=238, sun=(262, 222, 46))
    paper.shape(
        [
            (0, 240),
            (0, 196),
            (26, 196),
            (26, 182),
            (44, 182),
            (44, 196),
            (66, 196),
            (66, 166),
            (78, 166),
            (78, 196),
            (108, 196),
            (108, 214),
            (148, 214),
            (148, 240),
        ],
        "#131c38",
    )
    paper.shape([(316, 240), (325, 176), (331, 176), (340, 240)], "#131c38")
    paper.rectangle(327, 156, 2, 24, "#131c38")
    motifs.reflection(paper, 252, 246, np.random.default_rng(5))
    return paper


def _stairwell() -> Paper:
    """Four floors, seen from the top landing."""
    paper = Paper("#d9d2c3")
    tones = ("#8a4b3a", "#b9745a", "#d9a583", "#ecd7bb")
    size, x, y = 372.0, 200.0, 200.0
    for floor in range(9):
        half = size / 2
        corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
        turned = placed(corners, x, y, turn=floor * 9)
        paper.shape(turned, "#2b2a33" if floor == 8 else tones[floor % 4])
        for side in range(4):
            (ax, ay), (bx, by) = turned[side], turned[(side + 1) % 4]
            for step in range(1, 8):
                px, py = ax + (bx - ax) * step / 8, ay + (by - ay) * step / 8
                inward = 0.13
                paper.stroke([(px, py), (px + (x - px) * inward, py + (y - py) * inward)], "#4a3b3a", 1.3)
        size *= 0.79
        x, y = x + 4, y + 3
    paper.circle(x - 2, y - 2, 5.5, "#f4cf6a")
    return paper


def _night_bus() -> Paper:
    paper = Paper("#0d1220")
    rng = np.random.default_rng(76)
    for _ in range(46):
        x, y, tall = rng.uniform(-10, 400), rng.uniform(-60, 250), rng.uniform(60, 300)
        ink = str(rng.choice(["#ffd27a", "#f6efe0", "#ff8a5b", "#e94f64", "#7ad0c9"]))
        wide = float(rng.choice([2, 3, 5, 9]))
        paper.rectangle(x, y, wide, tall, ink, round_=wide / 2, opacity=float(rng.uniform(0.25, 0.9)))
    # The last row: a seat, and a head against the glass.
    paper.shape(
        [*bent(((214, 400), (220, 310), (246, 272), (292, 268)), ((292, 268), (344, 264), (362, 310), (366, 400)))],
        "#e94f64",
    )
    paper.shape(
        bent(((250, 300), (268, 330), (316, 330), (334, 298)), ((334, 298), (330, 262), (256, 262), (250, 300))),
        "#f6efe0",
    )
    paper.circle(292, 230, 38, "#070a14")
    paper.shape(
        bent(((259, 216), (262, 184), (318, 176), (332, 214)), ((332, 214), (316, 204), (280, 206), (259, 216))),
        "#ffd27a",
    )
    paper.rectangle(0, 372, 400, 28, "#070a14")
    return paper


def _faro_de_cies() -> Paper:
    paper = Paper("#16324a")
    for number, (angle, wide) in enumerate(((-168, 11), (-140, 9), (-40, 9), (-12, 11), (14, 9), (166, 9))):
        a, b = np.radians(angle - wide), np.radians(angle + wide)
        far = 620
        tip = (200, 118)
        paper.shape(
            [tip, (200 + far * np.cos(a), 118 + far * np.sin(a)), (200 + far * np.cos(b), 118 + far * np.sin(b))],
            "#f2c14e" if number % 2 else "#f5dfa4",
        )
    paper.shape(
        [
            (0, 400),
            (0, 318),
            *bent(((0, 318), (90, 296), (150, 316), (200, 308)), ((200, 308), (270, 296), (330, 326), (400, 306))),
            (400, 400),
        ],
        "#0c1f30",
    )
    for row in range(5):
        y = 338 + row * 13
        paper.stroke([(24 + 30 * (row % 3), y), (130 + 52 * (row % 2), y)], "#2f5d7c", 3)
        paper.stroke([(236 + 24 * (row % 2), y + 5), (372 - 30 * (row % 3), y + 5)], "#2f5d7c", 3)
    paper.shape([(170, 322), (182, 138), (218, 138), (230, 322)], "#f4ecdc")
    for low, high in ((296, 262), (228, 196), (166, 146)):
        left = [170 + 12 * (322 - y) / 184 for y in (low, high)]
        paper.shape([(left[0], low), (left[1], high), (400 - left[1], high), (400 - left[0], low)], "#c4392f")
    paper.rectangle(174, 130, 52, 8, "#14202b", round_=2)
    paper.rectangle(184, 102, 32, 28, "#fff4cf")
    paper.rectangle(198, 102, 4, 28, "#14202b")
    paper.shape([(178, 104), (200, 78), (222, 104)], "#14202b")
    return paper


def _vending_machine() -> Paper:
    paper = Paper("#22304f")
    rng = np.random.default_rng(11)
    paper.rectangle(52, 26, 296, 374, "#e2574c", round_=10)
    paper.rectangle(72, 48, 198, 262, "#10182b", round_=4)
    inks = ("#f2c14e", "#7ad0c9", "#f6efe0", "#e88fb4", "#8bc46a", "#5aa2e0")
    for row in range(4):
        for column in range(5):
            x, y = 82 + column * 37, 60 + row * 61
            if (row, column) == (2, 3):
                continue  # this one has just been bought
            ink = inks[int(rng.integers(6))]
            for px, py, what in ((0, 6, 0), (6, 0, 0), (6, 6, 0), (6, 24, 1), (12, 6, 0)):
                paper.rectangle(x + px, y + py, 12 if px else 6, 36 if py == 6 else 12, ink if not what else "#10182b")
            paper.rectangle(x + 3, y + 18, 6, 6, "#ffffff", opacity=0.7)
        paper.rectangle(78, 107 + row * 61, 186, 5, "#3b4a74")
    for number in range(6):
        paper.rectangle(292 + 18 * (number % 2), 64 + 18 * (number // 2), 12, 12, "#fbe7b8")
    paper.rectangle(292, 138, 30, 8, "#10182b")
    paper.rectangle(292, 160, 30, 48, "#f2c14e")
    paper.rectangle(92, 332, 158, 42, "#10182b", round_=4)
    for px, py, w, h in ((150, 344, 24, 12), (144, 350, 36, 12), (150, 356, 24, 12)):
        paper.rectangle(px, py, w, h, "#7ad0c9")
    return paper


def _greenhouse() -> Paper:
    paper = Paper("#eef0dc")
    motifs.leaves(paper, np.random.default_rng(21), 15)
    for x in (133, 267):
        paper.stroke([(x, 0), (x, 400)], "#fbfbf3", 4)
    for y in (140, 280):
        paper.stroke([(0, y), (400, y)], "#fbfbf3", 4)
    return paper


def _two_chairs() -> Paper:
    paper = Paper("#e9b98a")
    paper.rectangle(0, 262, 400, 138, "#b8563a")
    for row in range(4):
        for column in range(9):
            x, y = column * 52 - 26 * (row % 2), 262 + row * 36
            paper.shape(
                [(x, y + 18), (x + 26, y), (x + 52, y + 18), (x + 26, y + 36)],
                "#c96a48" if (row + column) % 2 else "#a84c34",
            )
    paper.circle(292, 96, 52, "#fbe7b8")
    for x in range(8, 400, 26):
        paper.rectangle(x, 168, 5, 100, "#264653")
    paper.rectangle(0, 160, 400, 9, "#264653", round_=3)
    paper.rectangle(0, 258, 400, 7, "#264653")
    motifs.chair(paper, 118, 350, "#1d2b33", mirrored=False)
    motifs.chair(paper, 290, 350, "#f4ecdc", mirrored=True)
    return paper


def _loops_for_leaving() -> Paper:
    paper = Paper("#f2e8d8")
    for number in range(9):
        rx, ry, turn = 150 - 13 * number, 96 - 7 * number, -32 + 9 * number
        x, y = 200 + 16 * np.cos(number * 1.15), 203 + 13 * np.sin(1.2 + number * 1.15)
        heavy = number % 3 == 0
        paper.stroke(oval(x, y, rx, ry, turn), "#22302f" if heavy else "#d6342c", 9 if heavy else 5)
    return paper


def _slack_water() -> Paper:
    paper = Paper("#0f2a30")
    bands = ("#12373c", "#17474a", "#1f5c5b", "#2c7470", "#44908a", "#6fb0a6", "#a5cfc3", "#dfece0")
    for number, ink in enumerate(bands):
        paper.circle(200, 214, 188 - number * 20, ink)
    paper.circle(200, 214, 28, "#f3efe2")
    # The lower half is the same, seen in water: shifted strips.
    for row in range(14):
        y = 220 + row * 13.5
        shift = (row * row * 7) % 23 - 11
        for number, ink in enumerate(bands):
            reach = np.sqrt(max(0.0, (188 - number * 20) ** 2 - (y + 5 - 214) ** 2))
            if reach:
                paper.rectangle(200 - reach + shift, y + 3.5, 2 * reach, 10, ink, round_=5)
        paper.rectangle(0, y - 3, 400, 6.5, "#0f2a30")
    return paper


def _groynes() -> Paper:
    paper = Paper("#f0c63f")
    rng = np.random.default_rng(9)
    paper.shape([(0, 0), (400, 0), (400, 62), (0, 120)], "#efe9da")
    for row in range(6):
        depth = (row + 1) / 6
        y = 96 + 300 * depth**1.5
        wide, tall = 7 + 22 * depth, 26 + 120 * depth
        x = 300 - 250 * depth if row % 2 == 0 else 330 - 160 * depth
        for post in range(9):
            top = y - tall * rng.uniform(0.55, 1.0)
            px = x + post * (wide + 4 + 6 * depth)
            paper.rectangle(px, top, wide, y - top + 8, "#17181c", round_=wide * 0.18)
            paper.rectangle(px, top, wide * 0.3, y - top, "#3a3b42")
        paper.stroke([(0, y + 12), (400, y + 2 - 14 * depth)], "#efe9da", 3 + 8 * depth)
    return paper


def _kettle_song() -> Paper:
    paper = Paper("#c9d3d6")
    paper.rectangle(0, 330, 400, 70, "#3c4043")
    steam = bent(((296, 168), (330, 130), (270, 104), (306, 64)), ((306, 64), (328, 38), (300, 18), (318, -10)))
    paper.stroke(steam, "#f4f1e8", 15)
    paper.stroke(placed(steam, 30, 10), "#e3e6e2", 8)
    motifs.kettle(paper, "#a5222f", "#7d1823", "#f4f1e8")
    paper.ellipse(196, 338, 118, 12, "#26292b")
    return paper


def _stove_is_out() -> Paper:
    paper = Paper("#8d9aa6")
    paper.rectangle(176, 0, 48, 92, "#14181e")
    paper.rectangle(92, 84, 216, 268, "#14181e", round_=12)
    paper.rectangle(70, 76, 260, 22, "#1d232c", round_=5)
    for x in (104, 272):
        paper.shape([(x, 350), (x + 24, 350), (x + 18, 384), (x + 6, 384)], "#14181e")
    # Through the small window four strings, and one ember that has not heard.
    paper.shape([(124, 250), (124, 180), *oval(200, 180, 76, 58, start=180, end=360), (276, 250)], "#454f5e")
    for number in range(4):
        x = 152 + number * 32
        paper.stroke([(x, 136), (x, 250)], "#d8d2c4", 1.4 + 0.9 * (3 - number))
    paper.circle(228, 238, 7, "#e4703a")
    paper.rectangle(124, 250, 152, 8, "#1d232c")
    paper.rectangle(140, 280, 120, 44, "#20262f", round_=4)
    for number in range(5):
        paper.rectangle(154 + number * 20, 292, 10, 20, "#0c0f13", round_=2)
    paper.rectangle(0, 384, 400, 16, "#6f7b87")
    return paper


def _moth_logic() -> Paper:
    paper = Paper("#191621")
    motifs.moth(paper, 200, 205, 1.0)
    return paper


def _lamp_study() -> Paper:
    paper = Paper("#2a2140")
    for radius, ink in ((186, "#352a50"), (150, "#4a3a66"), (114, "#75557c"), (80, "#c08a7a"), (52, "#f0c27b")):
        paper.circle(200, 214, radius, ink)
    paper.rectangle(197, 0, 6, 96, "#120e1c")
    paper.shape(
        [
            (134, 168),
            *bent(((134, 168), (140, 108), (176, 92), (200, 92)), ((200, 92), (224, 92), (260, 108), (266, 168))),
        ],
        "#120e1c",
    )
    paper.circle(200, 178, 27, "#fff4cf")
    paper.rectangle(128, 160, 144, 9, "#120e1c", round_=4)
    for x, y, size, turn in ((92, 240, 0.17, -24), (296, 286, 0.22, 30), (150, 330, 0.14, 8), (318, 196, 0.11, -40)):
        motifs.moth(paper, x, y, size, turn)
    return paper


COVERS: dict[str, Callable[[], Paper]] = {
    "harbour": _harbour,
    "stairwell": _stairwell,
    "night_bus": _night_bus,
    "faro_de_cies": _faro_de_cies,
    "vending_machine": _vending_machine,
    "greenhouse": _greenhouse,
    "two_chairs": _two_chairs,
    "loops_for_leaving": _loops_for_leaving,
    "slack_water": _slack_water,
    "groynes": _groynes,
    "kettle_song": _kettle_song,
    "stove_is_out": _stove_is_out,
    "moth_logic": _moth_logic,
    "lamp_study": _lamp_study,
}
