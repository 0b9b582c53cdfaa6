"""A minute's requests and a month's tokens, under any order of events."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from boxed.keys.budget import Budget
from boxed.keys.rate import Minute
from boxed.keys.records import Spent

STEPS = st.lists(st.floats(0, 40), min_size=1, max_size=60)


@given(st.integers(1, 5), STEPS)
def test_no_minute_has_more_requests_than_the_limit(limit: int, steps: list[float]) -> None:
    minute, now, let_in = Minute(), 1000.0, list[float]()
    for step in steps:
        now += step
        wait = minute.wait(limit, now)
        recent = [time for time in let_in if time + 60 > now]
        assert (wait == 0) == (len(recent) < limit)
        if wait:
            # After the wait it is let in, and a moment before it is not.
            later = now + wait + 1e-6
            assert len([time for time in let_in if time + 60 > later]) < limit
            assert len([time for time in let_in if time + 60 > later - 1e-3]) >= limit
        else:
            minute.note(now)
            let_in.append(now)
    for first in let_in:
        assert len([time for time in let_in if first <= time < first + 60]) <= limit


LIMIT = 100


class Month(RuleBasedStateMachine):
    """Requests begin, end and are written down in any order, also when writing fails."""

    def __init__(self) -> None:
        super().__init__()
        self.budget = Budget("2026-11")
        self.under_way: list[int] = []
        self.ended = 0
        self.stored: dict[str, dict[str, Spent]] = {}
        self.taken: dict[str, dict[str, Spent]] | None = None
        self.begun = 0

    @precondition(lambda self: self.budget.room("a", LIMIT) == "room")
    @rule(size=st.integers(0, 200))
    def begin(self, size: int) -> None:
        expected = self.budget.expected("a", size)
        self.budget.begin(("a",), expected)
        self.under_way.append(expected)
        self.begun += 1

    @precondition(lambda self: self.under_way)
    @rule(tokens=st.integers(0, 60))
    def end(self, tokens: int) -> None:
        self.budget.end(("a",), self.under_way.pop(0), tokens)
        self.ended += tokens

    @precondition(lambda self: self.taken is None)
    @rule()
    def take(self) -> None:
        self.taken = self.budget.taken()

    @precondition(lambda self: self.taken is not None)
    @rule(works=st.booleans())
    def write(self, works: bool) -> None:
        assert self.taken is not None
        if works:
            for month, more in self.taken.items():
                accounts = self.stored.setdefault(month, {})
                for account, spent in more.items():
                    accounts[account] = accounts.get(account, Spent()).plus(spent)
            self.budget.written("2026-11", dict(self.stored.get("2026-11", {})))
        else:
            self.budget.put_back()
        self.taken = None

    @invariant()
    def nothing_is_lost_or_counted_twice(self) -> None:
        assert self.budget.used("a") == Spent(self.ended, self.begun)

    @invariant()
    def what_is_used_up_lets_nobody_in(self) -> None:
        room = self.budget.room("a", LIMIT)
        assert (room == "none") == (self.ended >= LIMIT)
        if not self.under_way:
            assert room != "busy"
        elif self.ended + sum(self.under_way) >= LIMIT:
            assert room != "room"


TestMonth = Month.TestCase


def test_a_new_month_begins_at_nothing_and_the_old_one_keeps_what_was_its_own() -> None:
    budget = Budget("2026-11")
    budget.begin(("a",), 10)
    budget.end(("a",), 10, 7)
    written = budget.taken()
    budget.begin(("a",), 10)  # while it is written
    budget.end(("a",), 10, 5)
    assert written == {"2026-11": {"a": Spent(7, 1)}}
    budget.written("2026-12", {})
    assert budget.used("a") == Spent()
    assert budget.taken() == {"2026-11": {"a": Spent(5, 1)}}
    budget.written("2026-12", {})
    budget.begin(("a",), 10)
    assert budget.taken() == {"2026-12": {"a": Spent(0, 1)}}


def test_many_at_once_are_let_in_only_as_far_as_they_fit() -> None:
    budget = Budget("2026-11")
    let_in = 0
    while budget.room("a", 1000) == "room":
        budget.begin(("a",), budget.expected("a", 40))
        let_in += 1
    assert let_in == 4  # of 266 tokens each, as long as none has been counted
    for _ in range(let_in):
        budget.end(("a",), 266, 20)
    assert budget.room("a", 1000) == "room"
    assert budget.expected("a", 40) == 20


def test_a_picture_does_not_set_a_month_aside() -> None:
    budget = Budget("2026-11")
    budget.begin(("a",), budget.expected("a", 20_000_000))
    assert budget.room("a", 1_000_000) == "room"
