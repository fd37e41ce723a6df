"""How German writes a day. As with sentences, what English writes is the key: `date:"j F Y"` finds it by that name.

Django looks for a format among the names of this module before it takes it as it stands (`formats.get_format`).
"""

DAYS = {
    "j M": "j. M",
    "j M Y": "j. M Y",
    "j F Y": "j. F Y",
    "j F": "j. F",
    "j F, H:i": "j. F, H:i",
    "j F Y, H:i": "j. F Y, H:i",
    "j F Y, H:i T": "j. F Y, H:i T",
    "j F Y, H:i:s": "j. F Y, H:i:s",
    "j F Y, H:i:s T": "j. F Y, H:i:s T",
}
globals().update(DAYS)
