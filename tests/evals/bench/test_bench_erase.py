from evals.bench.erase import measure, table_of


def test_a_row_forgets_one_subject_and_rebuilds_without_it():
    row = measure(120, 20)
    assert (row.chunks, row.gone) == (120, 20)
    assert (row.scope, row.hits) == ("physical", 0)
    assert row.scanned > 100_000
    assert row.erase > 0
    assert row.rebuild > 0
    table = table_of([row])
    assert [column.header for column in table.columns] == ["chunks", "120"]
