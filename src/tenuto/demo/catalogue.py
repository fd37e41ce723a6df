"""Who is in the demo catalogue, what they made, and how each piece is filed and shared."""

from dataclasses import dataclass
from typing import Literal

Sharing = Literal["public", "followers", "scheduled", "sketch"]

PASSWORD = "hold the note"  # of everybody in the demo; printed at its start


@dataclass(frozen=True)
class Artist:
    """Somebody who does not exist. Their links point to a domain that never will."""

    handle: str
    name: str
    place: str
    bio: str
    links: tuple[tuple[str, str], ...]
    allows: tuple[str, ...] = ()  # cells, for everything they upload; without any they have not answered yet


# Three of the six let their music be put in order, each as far as they like.
TO_BE_HEARD = ("recording/organisation/input",)
TO_BE_FOUND = (*TO_BE_HEARD, "recording/organisation/inform")
TO_BE_LEARNED_FROM = (*TO_BE_FOUND, "recording/organisation/train", "metadata/organisation/train")


@dataclass(frozen=True)
class Line:
    """What somebody of the demo says at a moment of a piece, and what they are answered."""

    by: str
    at: float
    words: str
    answers: tuple[tuple[str, str], ...] = ()  # by whom, and what


@dataclass(frozen=True)
class Entry:
    """One piece: its module in `demo.pieces`, its words, its file, and who may hear it."""

    piece: str
    artist: str
    title: str
    description: str
    genre: str
    tags: tuple[str, ...]
    suffix: str
    artwork_words: str
    credits: tuple[tuple[str, str], ...] = ()
    sharing: Sharing = "public"
    links: tuple[str, ...] = ()  # names of the secret links to it
    licence: str = "all-rights-reserved"
    downloads: bool = False
    bits: int = 16
    bit_rate: int | None = None
    hours_ago: int = 0  # how long it has been public
    said: tuple[Line, ...] = ()  # along it


ARTISTS = (
    Artist(
        "alma",
        "Alma Ferreira",
        "Lisbon",
        "I record places before anyone has told them to be quiet. One microphone, sometimes a borrowed accordion, "
        "no loops.\n\nIf you recognise your own footsteps, write to me and I will send you the file.",
        (
            ("Field notes", "https://alma-ferreira.example/notes"),
            ("Maps of the recordings", "https://alma-ferreira.example/maps"),
        ),
    ),
    Artist(
        "os-faros",
        "Os Faros",
        "Vigo",
        "Two lighthouses, one van, four synthesisers of which three stay in tune. We write between midnight and the "
        "first bus, which is also when we rehearse, to the sorrow of the second floor.",
        (("Concerts", "https://os-faros.example/concertos"), ("Our van, for sale", "https://os-faros.example/van")),
        TO_BE_LEARNED_FROM,
    ),
    Artist(
        "mara-oke",
        "Mara Oke",
        "Bristol",
        "Electric piano, tape and weather. I teach botany on weekdays; the plants hear everything first and have "
        "never once asked for a drop.",
        (("The tape list", "https://mara-oke.example/tapes"),),
        TO_BE_FOUND,
    ),
    Artist(
        "low-tide-radio",
        "Low Tide Radio",
        "Morecambe Bay",
        "A transmitter in the mud, on air for the six hours in which you can reach it. What we play is made of what "
        "came in: echoes, breaks, two pianos out of step.\n\nBring boots.",
        (
            ("Tide tables", "https://low-tide-radio.example/tides"),
            ("Listen live, at low water", "https://low-tide-radio.example/live"),
        ),
        TO_BE_LEARNED_FROM,
    ),
    Artist(
        "granite-and-daughters",
        "Granite & Daughters",
        "Aberdeen",
        "A mother, three daughters, gut strings and a kitchen with a good ceiling. Everything here was played at the "
        "table; you will hear the table.",
        (("Sheet music, free", "https://granite-daughters.example/sheets"),),
        TO_BE_HEARD,
    ),
    Artist(
        "hexen-choir",
        "Hexen Choir",
        "Quedlinburg",
        "Nineteen voices and some bronze. We meet on Thursdays in a church that has been for sale since 1994, and "
        "leave the door open for moths.",
        (("Sing with us", "https://hexen-choir.example/mitsingen"), ("Scores", "https://hexen-choir.example/noten")),
    ),
)

ENTRIES = (
    Entry(
        "harbour",
        "alma",
        "Harbour, 5 a.m.",
        "The ferry quay before the first boat. One microphone, one borrowed accordion, and the gulls nobody "
        "invited.\n\n"
        "I took the night tram to the end and walked out along the quay until the city stopped humming. The accordion "
        "belongs to my neighbour, who thinks I play football on Fridays. Nothing is looped. What sounds like a "
        "pad after "
        "one minute is the ferry’s hull, heard through the bollard.",
        "Ambient",
        ("field recording", "accordion", "sea", "dawn"),
        ".flac",
        "A sun comes up over a black harbour; its light lies in pieces on the water.",
        (
            ("Written, played", "Alma Ferreira"),
            ("Accordion lent by", "Senhor Duarte, third floor"),
            ("Recorded", "Alcântara dock, October"),
        ),
        licence="cc-by-nc",
        downloads=True,
        bits=24,
        hours_ago=2,
        said=(
            Line("lin", 20, "You can hear it is still dark."),
            Line("mara-oke", 63, "When the accordion breathes in and then simply does not play. Yes."),
            Line(
                "bo",
                71,
                "That chain at the left. I was there for a second.",
                (("alma", "It held a boat that had left, @bo. I have not found out why."),),
            ),
            Line("hexen-choir", 96, "Is this the hull? Please say it is the hull."),
        ),
    ),
    Entry(
        "stairwell",
        "alma",
        "Stairwell, Held (sketch)",
        "Four floors, one accordion, a piano behind somebody’s door. I like the third chord and doubt the rest. "
        "Tell me where you stopped listening.",
        "Ambient",
        ("granular", "accordion", "sketch"),
        ".wav",
        "Looking down a square stairwell, turn after turn, to one small light.",
        sharing="sketch",
        links=("For Ines, honest ears", "Senhor Duarte"),
    ),
    Entry(
        "night_bus",
        "os-faros",
        "Night Bus to Vigo",
        "Ourense to Vigo, 03:40, last row. The wipers were at 76 and would not be argued with, so the song is too. "
        "The tunnel in the middle is the real one, at its real length.",
        "Synthwave",
        ("synthesiser", "night", "D minor", "76 bpm"),
        ".mp3",
        "Somebody asleep in a yellow cap, against a window full of passing lights.",
        (("Synthesisers", "Os Faros"), ("Driver", "unknown, thank you")),
        bit_rate=256_000,
        hours_ago=20,
    ),
    Entry(
        "faro_de_cies",
        "os-faros",
        "Faro de Cíes",
        "One sequence, one beat, and the light that comes round every eight bars. We set the filter to the lamp of "
        "the island opposite and then did as little as we could.",
        "Kosmische",
        ("motorik", "sequencer", "lighthouse", "128 bpm"),
        ".m4a",
        "A red and white lighthouse throws yellow beams over a dark sea.",
        (
            ("Synthesisers, drums", "Os Faros"),
            ("Lamp", "Faro de Cíes, two flashes every eight seconds"),
            ("mastering", "Low Tide Radio"),
        ),
        licence="cc-by",
        hours_ago=9 * 24,
    ),
    Entry(
        "vending_machine",
        "os-faros",
        "Vending Machine, Redondela",
        "The station was closed, the machine was not. Two pulses, a triangle, a noise, and one coin, which you "
        "can hear.",
        "Chiptune",
        ("8 bit", "station", "C major, then D"),
        ".opus",
        "A red vending machine at night. One can is missing from the third row.",
        (("Coin", "Xoel"),),
        licence="cc0",
        downloads=True,
        bit_rate=128_000,
        hours_ago=30 * 24,
    ),
    Entry(
        "greenhouse",
        "mara-oke",
        "Greenhouse",
        "Slow, warm and under two minutes. The rain is from the day itself; the snare is late because I was "
        "watching it.",
        "Lo-fi",
        ("electric piano", "rain", "tape", "74 bpm"),
        ".mp3",
        "Large leaves in green and rose, seen through panes of glass.",
        (("Electric piano, bass, drums", "Mara Oke"), ("Tape", "a machine from the school’s cellar")),
        licence="cc-by-nc-sa",
        downloads=True,
        bit_rate=192_000,
        hours_ago=27,
    ),
    Entry(
        "two_chairs",
        "mara-oke",
        "Two Chairs on a Balcony",
        "For the hour in which it is too warm to go in and too late to go out. Eight bars I owe to my father, "
        "who never "
        "finished them.",
        "Bossa nova",
        ("nylon guitar", "flute", "balcony", "134 bpm"),
        ".m4a",
        "Two chairs, one dark and one pale, face each other on a tiled balcony under a low sun.",
        (("Guitar, flute", "Mara Oke"), ("Last eight bars", "Ade Oke")),
        bit_rate=192_000,
        hours_ago=5 * 24,
    ),
    Entry(
        "loops_for_leaving",
        "low-tide-radio",
        "Loops for Leaving",
        "Two pianos begin together. One of them leaves, a sixteenth at a time, and after twelve departures is back "
        "beside the other. Nobody edits anything; they only walk at different speeds.",
        "Minimal",
        ("piano", "phasing", "twelve steps"),
        ".flac",
        "Nine ovals in red and black, each turned a little further than the last.",
        (("Pianos", "left: R. Aske; right: also R. Aske, later"),),
        licence="cc-by-sa",
        downloads=True,
        hours_ago=3 * 24,
    ),
    Entry(
        "slack_water",
        "low-tide-radio",
        "Slack Water",
        "The half hour in which the bay does not know which way to go. One chord down a very deep echo; when the tide "
        "turns there is a second one.",
        "Dub techno",
        ("echo", "C minor", "122 bpm", "low end"),
        ".opus",
        "A pale moon with its rings; in the lower half the same, cut into strips by water.",
        bit_rate=160_000,
        hours_ago=6 * 24,
    ),
    Entry(
        "groynes",
        "low-tide-radio",
        "Groynes",
        "Counted on a walk: fifty-eight posts, in groups that never agree. Breaks cut up accordingly. Announced for "
        "tomorrow, at high water.",
        "Jungle",
        ("breaks", "166 bpm", "A minor"),
        ".mp3",
        "Rows of black posts on yellow sand, running down to the lower edge.",
        sharing="scheduled",
        bit_rate=320_000,
    ),
    Entry(
        "kettle_song",
        "granite-and-daughters",
        "Kettle Song",
        "A waltz exactly as long as our kettle takes. It comes in on the tonic, as it always has; Eilidh says "
        "it is the "
        "only one of us who practises.",
        "Folk",
        ("guitar", "waltz", "field recording", "G major"),
        ".wav",
        "A red kettle on a dark stove, steam curling out of the picture.",
        (("First guitar", "Morag"), ("Second guitar", "Eilidh"), ("Bass", "Isla"), ("Kettle", "gas, medium")),
        licence="cc-by",
        downloads=True,
        bits=24,
        hours_ago=46,
    ),
    Entry(
        "stove_is_out",
        "granite-and-daughters",
        "The Stove Is Out",
        "Slow movement for two violins, viola and cello, written in the week we had no coal. The cello gets the tune "
        "when the others have stopped hoping for it.",
        "Chamber music",
        ("string quartet", "G minor", "winter"),
        ".flac",
        "A cold iron stove; behind its window four strings and one last ember.",
        (("Violins", "Eilidh, Isla"), ("Viola", "Catriona"), ("Cello", "Morag"), ("Composed", "Catriona")),
        hours_ago=12 * 24,
    ),
    Entry(
        "moth_logic",
        "hexen-choir",
        "Moth Logic (rehearsal, take 3)",
        "For those who sing with us or wish they did. Basses: hold the D, whatever happens above you. The "
        "change to major "
        "is in bar nineteen and is not a mistake.",
        "Choral",
        ("choir", "drone", "rehearsal"),
        ".wav",
        "A moth with lilac and green wings and four eyes, on black.",
        (("Voices", "Hexen Choir"), ("Solo", "Jette, then Anneke"), ("Heater", "1971")),
        sharing="followers",
        links=("Basses",),
        hours_ago=26,
    ),
    Entry(
        "lamp_study",
        "hexen-choir",
        "Lamp Study",
        "Bronze in pairs, tuned six beats apart, so that every note flickers. Two players share each melody; "
        "neither of "
        "them has all of it. The gong means: again.",
        "Bronze",
        ("metallophone", "interlocking", "gong"),
        ".flac",
        "Small moths circle a hanging lamp in rings of violet and gold.",
        (("Bronze", "Hexen Choir, Thursdays"), ("Cast by", "Ruprecht & Nichte")),
        licence="cc-by-nd",
        hours_ago=8 * 24,
    ),
)
LISTENERS = (
    ("bo", "Bo", "Hears everything twice. Mostly on the tram."),
    ("lin", "Lin Achterberg", "Collects endings."),
)


def artist(handle: str) -> Artist:
    return next(found for found in ARTISTS if found.handle == handle)
