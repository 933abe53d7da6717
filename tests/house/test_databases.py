"""The databases that tests are given."""

import sqlalchemy as sa


def test_a_test_has_a_database_of_its_own(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE only_here (name TEXT PRIMARY KEY)"))
    engine.dispose()


def test_the_next_test_does_not_see_it(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    assert "only_here" not in sa.inspect(engine).get_table_names()
    engine.dispose()


def test_both_databases_sort_text_alike(empty_database_url: str) -> None:
    """Pages of a list are cut by its order: where it sorts otherwise, rows are lost between them."""
    engine = sa.create_engine(empty_database_url)
    words = sa.text("SELECT x FROM (SELECT 'b' AS x UNION SELECT 'B' UNION SELECT 'é') w ORDER BY x")
    with engine.connect() as connection:
        assert list(connection.scalars(words)) == ["B", "b", "é"]
    engine.dispose()
