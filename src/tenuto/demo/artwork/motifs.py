"""Things that appear in more than one picture: a dawn, leaves, a chair, a kettle, a moth."""

import numpy as np

from tenuto.demo.artwork.paper import Paper, bent, oval, placed


def dawn(paper: Paper, horizon: float, sun: tuple[float, float, float]) -> None:
    """A sky in ten flat strips, from night to the colour of bread."""
    strips = (
        "#1d2b53",
        "#263157",
        "#333a63",
        "#434570",
        "#57527e",
        "#73608a",
        "#9a6f88",
        "#c17f7d",
        "#e58e73",
        "#f3b387",
    )
    tall = horizon / len(strips)
    for number, ink in enumerate(strips):
        paper.rectangle(0, number * tall, paper.width, tall + 1, ink)
    paper.circle(*sun, "#fbe7b8")
    paper.rectangle(0, horizon - 2, paper.width, 400 - horizon + 2, "#131c38")


def reflection(paper: Paper, x: float, y: float, rng: np.random.Generator) -> None:
    """The sun again, in pieces."""
    for row in range(17):
        wide = float(rng.uniform(45, 105) * (1 - row / 26))
        left = x - wide / 2 + float(rng.uniform(-14, 14))
        ink = "#fbe7b8" if row < 6 else "#e58e73"
        paper.rectangle(left, y + row * 8.4, wide, 3.6, ink, round_=1.8, opacity=1 - row * 0.046)


def leaves(paper: Paper, rng: np.random.Generator, count: int) -> None:
    """Leaves in four transparent inks; they grow from the lower edge and from the right."""
    for number in range(count):
        long = float(rng.uniform(110, 215))
        wide = long * 0.3
        one = ((0.0, 0.0), (wide, -long * 0.35), (wide, -long * 0.7), (0.0, -long))
        other = ((0.0, -long), (-wide, -long * 0.7), (-wide, -long * 0.35), (0.0, 0.0))
        # Spread over the width, so that no more than three or four ever lie on each other.
        x = paper.width * (number + float(rng.uniform(0.1, 0.9))) / count
        y = float(rng.uniform(150, 440))
        ink = ("#b9d49f", "#8dbba6", "#6aa07f", "#e7b7a3", "#a8c98c", "#8dbba6", "#3f7d58")[(number * 4) % 7]
        paper.printed(placed(bent(one, other), x, y, float(rng.uniform(-68, 62))), ink)


def chair(paper: Paper, x: float, y: float, ink: str, *, mirrored: bool) -> None:
    """A café chair from the side; `y` is where it stands."""
    flip = -1 if mirrored else 1

    def at(dx: float, dy: float) -> tuple[float, float]:
        return (x + dx * flip, y + dy)

    paper.stroke([at(-42, 0), at(-34, -76), at(-46, -158)], ink, 7)
    paper.stroke([at(38, 0), at(32, -76)], ink, 7)
    paper.stroke([at(-40, -76), at(42, -76)], ink, 10)
    paper.stroke([at(-38, -34), at(35, -34)], ink, 4)
    for dy in (-100, -124, -148):
        paper.stroke([at(-37 - (dy + 76) * -0.15, dy), at(-24 - (dy + 76) * -0.15, dy)], ink, 6)
    paper.ellipse(x, y + 3, 58, 6, "#6e2f22", opacity=0.55)


def kettle(paper: Paper, body: str, shade: str, light: str) -> None:
    paper.stroke(oval(196, 214, 92, 126, start=196, end=344), "#1d2022", 13)
    paper.shape(
        bent(((264, 232), (300, 226), (290, 176), (312, 164)), ((312, 164), (322, 172), (318, 260), (272, 292))), shade
    )
    paper.shape(
        bent(
            ((90, 330), (74, 250), (112, 186), (196, 184)),
            ((196, 184), (280, 186), (318, 250), (302, 330)),
            ((302, 330), (260, 342), (132, 342), (90, 330)),
        ),
        body,
    )
    paper.shape(
        bent(
            ((118, 300), (106, 250), (132, 212), (160, 204)),
            ((160, 204), (140, 226), (130, 262), (138, 304)),
            ((138, 304), (132, 306), (124, 304), (118, 300)),
        ),
        light,
        0.85,
    )
    paper.ellipse(196, 188, 50, 12, shade)
    paper.rectangle(184, 164, 24, 20, "#1d2022", round_=8)


def moth(paper: Paper, x: float, y: float, size: float, turn: float = 0) -> None:
    upper = bent(((4, 10), (60, -130), (150, -150), (176, -120)), ((176, -120), (192, -60), (120, 30), (4, 26)))
    lower = bent(((4, 24), (70, 30), (140, 60), (130, 120)), ((130, 120), (90, 150), (20, 110), (4, 40)))
    feeler = bent(((2, -20), (20, -70), (34, -84), (52, -92)), ((52, -92), (52, -92), (53, -92), (53, -92)))
    for mirrored in (False, True):
        paper.shape(placed(upper, x, y, turn, size, mirrored), "#cdb4f0")
        paper.shape(placed(lower, x, y, turn, size, mirrored), "#9ad7b4")
        for ex, ey, radius, ink in ((118, -70, 26, "#191621"), (118, -70, 12, "#f4d35e"), (84, 86, 15, "#191621")):
            paper.shape(placed(oval(ex, ey, radius, radius), x, y, turn, size, mirrored), ink)
        paper.stroke(placed(feeler, x, y, turn, size, mirrored), "#f3eaff", 3 * size)
    paper.shape(placed(oval(0, 32, 11, 66), x, y, turn, size), "#f3eaff")
