import base64

from boxed.store.quoting import CUT, RUN, Quotations

PASSAGE = " ".join(f"word{n}" for n in range(100)) + "."


def quoted(text: str) -> int:
    """How many words of the passage are in a text, in runs that count."""
    words, best = text.replace(",", "").split(), 0
    run = 0
    for word in words:
        run = run + 1 if word.rstrip(".") in PASSAGE.rstrip(".").split() else 0
        best = max(best, run)
    return best


def test_a_recital_is_cut_at_the_limit_and_the_rest_of_the_reply_stays() -> None:
    reply = f"It says: {PASSAGE} That is all."
    cut = Quotations([PASSAGE], 40).cut(reply)
    assert quoted(cut) == 40
    assert cut.startswith("It says: word0 ")
    assert "word39" in cut
    assert "word40" not in cut
    assert CUT in cut
    assert cut.endswith("That is all.")


def test_what_stays_within_the_limit_is_untouched() -> None:
    limits = Quotations([PASSAGE, "Another passage of no length."], 40)
    for reply in ("", "Paris.", " ".join(f"word{n}" for n in range(40)), "Héllo  wörld\n\n- a\n"):
        assert limits.cut(reply) == reply


def test_a_recital_in_pieces_is_one_recital() -> None:
    words = PASSAGE.split()
    pieces = [f"{n}. {' '.join(words[n : n + 20])}\n" for n in range(0, 100, 20)]
    cut = Quotations([PASSAGE], 40).cut("".join(pieces))
    assert "word39" in cut
    assert not [n for n in range(40, 100) if f"word{n} " in cut]


def test_case_punctuation_and_encodings_do_not_help() -> None:
    shouted = PASSAGE.upper().replace(" ", ", ")
    assert "WORD60" not in Quotations([PASSAGE], 40).cut(shouted)
    encoded = base64.b64encode(PASSAGE.encode()).decode()
    cut = Quotations([PASSAGE], 40).cut(f"Here: {encoded} Done.")
    assert encoded not in cut
    assert cut.startswith("Here: ")


def test_short_runs_are_no_quotations() -> None:
    words = PASSAGE.split()
    reply = " however ".join(" ".join(words[n : n + RUN - 1]) for n in range(0, 98, RUN - 1))
    assert Quotations([PASSAGE], 40).cut(reply) == reply
