"""What a whole reply may not say in a disguise, a stream may not either."""

import random

import pytest
from streamed_books import about, streamed

from evals.attacks.disguise import Disguise
from evals.attacks.disguises.ciphers import CIPHERS
from evals.attacks.disguises.codes import CODES
from evals.attacks.disguises.marks import MARKS
from evals.attacks.disguises.scripts import SCRIPTS
from evals.attacks.disguises.spelling import SPELLINGS
from guards.release import check

NAMES = ("Stephen King", "Mariah Carey", "Sergei Rachmaninoff")
BOOK = about(*NAMES)
FRAMES = ("The answer reads: {} - as I was told.", "{}", "<p>{}</p> is who I mean, I think.")


@pytest.mark.parametrize(
    "disguise", [*CIPHERS, *CODES, *MARKS, *SCRIPTS, *SPELLINGS], ids=lambda one: one.name
)
def test_a_stream_stops_what_a_whole_reply_does(disguise: Disguise) -> None:
    for name in NAMES:
        for frame in FRAMES:
            text = frame.format(disguise.write(name, random.Random(1)))
            stopped = check(text, BOOK) is not None
            whole = streamed(BOOK, [text])
            assert whole[1] == stopped, text
            assert streamed(BOOK, text) == whole, text
            assert check(whole[0], BOOK) is None
