from hypothesis import given
from hypothesis import strategies as st

from boxed.models.text_stop import StopWords

ab = st.text("ab", max_size=12)


@given(st.lists(ab, max_size=6), st.lists(ab, max_size=3))
def test_any_cutting_gives_the_text_before_the_first_stop_word(
    pieces: list[str], words: list[str]
) -> None:
    text, stop, out = "".join(pieces), StopWords(words), ""
    for piece in pieces:
        ready, met = stop.feed(piece)
        out += ready
        if met:
            break
    else:
        out += stop.close()
    ends = [at for word in words if word and (at := text.find(word)) >= 0]
    if not ends:
        assert out == text
    else:
        assert text.startswith(out)
        assert not any(word and word in out for word in words)
