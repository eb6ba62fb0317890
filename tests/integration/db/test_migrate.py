"""Migrations: each file once, whole, in order, and never edited after."""

import asyncio

import asyncpg
import pytest

from db.errors import DatabaseUnreachable, MigrationEdited, MigrationError, MigrationFailed
from db.migrate import MIGRATIONS, migrate
from db.pool import APP_ROLE

FUNCTION = """
CREATE TABLE notes (id int PRIMARY KEY, text text NOT NULL);
CREATE FUNCTION count_notes() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    -- a semicolon; and a 'quote' inside
    RETURN (SELECT count(*) FROM notes);
END;
$$;
INSERT INTO notes VALUES (1, 'one; two');
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "0001_notes.sql").write_text(FUNCTION)
    (tmp_path / "0002_more.sql").write_text("INSERT INTO notes VALUES (2, 'two');")
    return tmp_path


@pytest.fixture
def dsn(empty_database):
    return empty_database.dsn


async def value(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_files_are_applied_once_in_order_and_told_of(dsn, folder):
    told = []
    applied = await migrate(dsn, lambda *step: told.append(step), directory=folder)
    assert applied == ["0001_notes.sql", "0002_more.sql"]
    assert told == [("0001_notes.sql", 1, 2), ("0002_more.sql", 2, 2)]
    assert await migrate(dsn, directory=folder) == []
    assert await value(dsn, "SELECT count_notes()") == 2


async def test_three_starters_at_once_apply_each_file_once(dsn, folder):
    applied = await asyncio.gather(*(migrate(dsn, directory=folder) for _ in range(3)))
    assert sorted(map(len, applied)) == [0, 0, 2]
    assert await value(dsn, "SELECT count_notes()") == 2


async def test_an_edited_file_is_noticed_and_nothing_is_applied(dsn, folder):
    await migrate(dsn, directory=folder)
    (folder / "0001_notes.sql").write_text(FUNCTION + "-- better")
    (folder / "0003_new.sql").write_text("CREATE TABLE fresh ()")
    with pytest.raises(MigrationEdited, match=r"0001_notes\.sql"):
        await migrate(dsn, directory=folder)
    assert await value(dsn, "SELECT to_regclass('fresh')") is None


async def test_other_line_ends_are_no_edit(dsn, folder):
    await migrate(dsn, directory=folder)
    (folder / "0001_notes.sql").write_bytes(FUNCTION.replace("\n", "\r\n").encode())
    assert await migrate(dsn, directory=folder) == []


async def test_a_failing_file_leaves_nothing_and_names_its_line(dsn, folder):
    (folder / "0002_more.sql").write_text("CREATE TABLE half ();\nINSERT INTO\n nowhere VALUES (1);")
    with pytest.raises(MigrationFailed, match=r'0002_more.sql, line 3: relation "nowhere" does not exist'):
        await migrate(dsn, directory=folder)
    assert await value(dsn, "SELECT to_regclass('half')") is None
    assert await value(dsn, "SELECT count(*) FROM meta.schema_migrations") == 1
    (folder / "0002_more.sql").write_text("CREATE TABLE half ();")
    assert await migrate(dsn, directory=folder) == ["0002_more.sql"]


async def test_a_file_may_not_end_its_transaction(dsn, folder):
    (folder / "0002_more.sql").write_text("COMMIT; CREATE TABLE outside ();")
    with pytest.raises(MigrationFailed, match=r"0002_more\.sql ends its own transaction"):
        await migrate(dsn, directory=folder)


async def test_a_database_from_a_newer_version_is_left_alone(dsn, folder):
    await migrate(dsn, directory=folder)
    (folder / "0002_more.sql").unlink()
    with pytest.raises(MigrationError, match=r"0002_more\.sql.*newer"):
        await migrate(dsn, directory=folder)


async def test_a_file_cannot_slip_in_before_an_applied_one(dsn, folder):
    (folder / "0002_more.sql").rename(folder / "0003_more.sql")
    await migrate(dsn, directory=folder)
    (folder / "0002_late.sql").write_text("SELECT 1")
    with pytest.raises(MigrationError, match=r"0002_late\.sql comes before 0003_more\.sql"):
        await migrate(dsn, directory=folder)


@pytest.mark.parametrize("name", ["0002_again.sql", "3_short.sql", "0004-dash.sql"])
async def test_odd_names_and_doubled_numbers_are_refused(dsn, folder, name):
    (folder / name).write_text("SELECT 1")
    with pytest.raises(MigrationError, match=name):
        await migrate(dsn, directory=folder)


async def test_the_application_role_can_be_taken_and_sees_through_no_wall(dsn, folder):
    await migrate(dsn, directory=folder)
    assert (
        await value(dsn, f"SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = '{APP_ROLE}'")
        is False
    )
    connection = await asyncpg.connect(dsn, server_settings={"role": APP_ROLE})
    try:
        assert await connection.fetchval("SELECT current_user") == APP_ROLE
    finally:
        await connection.close()


async def test_no_server_is_one_sentence(folder):
    with pytest.raises(DatabaseUnreachable, match="no Postgres listens"):
        await migrate("postgresql://nobody@127.0.0.1:1/none", directory=folder)


async def test_our_own_migrations_apply_as_an_owner_who_is_no_superuser(dsn):
    applied = await migrate(dsn)
    assert applied == sorted(path.name for path in MIGRATIONS.glob("*.sql"))
