"""The words that there are: learned from the index, forgotten when nothing is found by them, met by one mistyped.

They follow within seconds and are a hint only. What is found is asked of the index, so a word that stands here and
nowhere else finds nothing, and one that is not here yet is found as it is written.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Length

from tenuto.agreements.among import among, among_words
from tenuto.base.jobs import every
from tenuto.base.questions import Question, these_words
from tenuto.rules.spelling import left_of, left_of_known, nearest, slips_allowed, words_in
from tenuto.search.asked import Place, Term, written
from tenuto.search.models import Left, Unread, Word
from tenuto.search.sources import INDEXES

READ_AT_ONCE = 1_000
LOOKED_AT = 200  # words a minute at the least, whether anything is still found by them
LOOKED_AT_MOST = 2_000
ROUND = 360  # minutes that looking at all of them should take
MOST_COMPARED = 2_000  # known words with those of one search
MOST_FORMS = 12  # of a mistyped word; what else is as near is rarely meant


def near(typed: Iterable[str]) -> dict[str, list[str]]:
    """For each of these words the words like it that there are, the nearest first. One question.

    Anybody may ask, and anybody may have written the words that there are. So however many share some letters, no more
    than `MOST_COMPARED` are compared: those that share most letters, of these the ones that are known longest.
    """
    left = {word: left_of(word, slips_allowed(word)) for word in typed if slips_allowed(word)}
    met: dict[str, dict[str, None]] = {word: {} for word in left}  # a set that keeps its order
    letters = sorted(set().union(*left.values()))
    if letters:
        each = MOST_COMPARED // len(left)
        for rest, known in _SHARING.ask(letters=letters):
            for word, rests in left.items():
                if rest in rests and len(met[word]) < each:
                    met[word][known] = None
    return {word: nearest(word, known, MOST_FORMS) for word, known in met.items()}


_SHARING = Question(
    lambda: (
        Left.objects.filter(letters__in=these_words("letters"))
        .order_by(Length("letters").desc(), "word_id")
        .values_list("letters", "word__text")[:MOST_COMPARED]
    )
)


# ——— learning and forgetting ———


@every(seconds=5)
def learn(now: datetime) -> None:
    """The words of what changed."""
    while _learn_some():
        pass


@transaction.atomic
def _learn_some() -> bool:
    """Of some of it; whether there may be more. Locked, so that of two workers each reads something else."""
    unread = list(Unread.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:READ_AT_ONCE])
    refs: dict[str, list[int]] = defaultdict(list)
    for row in unread:
        refs[row.kind].append(row.ref)
    words: set[str] = set()
    for kind, these in refs.items():
        if kind in INDEXES:
            for texts in (
                INDEXES[kind]._default_manager.filter(pk__in=among(these)).values_list("name", "artist", "words")
            ):
                words.update(words_in(" ".join(texts)))
    add(words)
    Unread.objects.filter(pk__in=among([row.pk for row in unread])).delete()
    return len(unread) == READ_AT_ONCE


def add(words: Iterable[str]) -> None:
    """Know these words. Twice is once."""
    wanted = sorted({word for word in words if left_of_known(word)})
    known = set(Word.objects.filter(text__in=among_words(wanted)).values_list("text", flat=True))
    new = [Word(text=word) for word in wanted if word not in known]
    # Another worker may have been quicker, so what was written is read again.
    Word.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    written = Word.objects.filter(text__in=among_words([word.text for word in new]))
    Left.objects.bulk_create(
        (Left(letters=letters, word=word) for word in written for letters in sorted(left_of_known(word.text))),
        batch_size=500,
    )


class Walk:
    """How far this process has come through all words. It begins again where it starts anew: twice does not matter."""

    def __init__(self) -> None:
        self.after = 0

    def on(self) -> int:
        """Look at the next words, from the first again after the last, and forget those that find nothing. How many.

        The more words there are, the more are looked at, so that words written to be a burden do not pile up.
        """
        count = min(max(LOOKED_AT, Word.objects.count() // ROUND), LOOKED_AT_MOST)
        some = list(Word.objects.filter(pk__gt=self.after).order_by("pk")[:count])
        self.after = some[-1].pk if len(some) == count else 0
        gone = [word.pk for word in some if not _finds_something(word.text)]
        Word.objects.filter(pk__in=among(gone)).delete()
        return len(gone)


def _finds_something(word: str) -> bool:
    asked = written(Place.ANYWHERE, (Term((word,)),))
    return any(index._default_manager.filter(index__finds=asked).exists() for index in INDEXES.values())


_walk = Walk()


@every(seconds=60)
def forget(now: datetime) -> None:
    """Words that nobody uses any more: a removed account's are gone as well, within hours."""
    _walk.on()


def learn_anew(now: datetime) -> int:
    """Forget all words and learn those of all that is unread, as it is after `in_step.rebuild`. How many there are."""
    Left.objects.all().delete()
    Word.objects.all().delete()
    learn(now)
    return Word.objects.count()
