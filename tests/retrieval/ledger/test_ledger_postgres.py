"""What only PostgreSQL can do to a ledger."""

import socket

import psycopg
import pytest
from ledger_samples import Place

from retrieval.ledger.errors import LedgerError
from retrieval.ledger.keys import Keys
from retrieval.ledger.ledger import open_ledger

pytestmark = pytest.mark.slow


def test_a_dead_server_is_named_without_its_password(keys: Keys):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(LedgerError, match="refused") as raised:
        open_ledger(f"postgresql://writer:s3cret@127.0.0.1:{port}/audit", keys)
    assert f"postgresql://127.0.0.1:{port}/audit" in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("url", ["postgresql://u:s3cret@h:no/db", "postgresql://u:s3cret@h?x=1"])
def test_a_bad_url_is_refused_without_quoting_it(url: str, keys: Keys):
    with pytest.raises(LedgerError, match=r"URL|PostgreSQL failed") as raised:
        open_ledger(url, keys)
    assert "s3cret" not in str(raised.value)


def test_another_databases_url_is_refused(keys: Keys):
    with pytest.raises(LedgerError, match="file or a postgresql:// URL"):
        open_ledger("mysql://u:s3cret@h/db", keys)


def test_a_role_that_may_only_read_and_insert_is_enough(in_postgres: Place, keys: Keys):
    open_ledger(in_postgres.location, keys).append("note", {"n": 1})
    role = "writer_" + in_postgres.location[-8:]
    schema = in_postgres.location.rsplit("%3D", 1)[1]
    with psycopg.connect(in_postgres.location) as owner:
        owner.execute(f"CREATE ROLE {role} LOGIN")
        owner.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        owner.execute(f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {schema} TO {role}")
    ledger = open_ledger(in_postgres.location.replace("user=postgres", f"user={role}"), keys)
    for n in range(70):
        ledger.append("note", {"n": n})
    assert ledger.verify().ok


def test_a_broken_connection_costs_one_call_at_most(in_postgres: Place, keys: Keys):
    ledger = open_ledger(in_postgres.location, keys)
    ledger.append("note", {"n": 1})

    def cut(_: object) -> dict[str, int]:
        with psycopg.connect(in_postgres.location, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'boxed-ledger'"
            )
        return {"n": 2}

    with pytest.raises(LedgerError, match="PostgreSQL failed"):
        ledger.append_at("note", cut)
    assert ledger.append("note", {"n": 2}).index == 2
    assert ledger.verify().ok
