"""The servers that stores are written into. What is there already is never touched: the own names must be free."""

import os
import sys
from urllib.parse import urlsplit, urlunsplit


def redis_url():
    return os.environ["REDIS_URL"]


def postgres_url(driver=None):
    """The URL, for SQLAlchemy with the name of a driver."""
    parts = urlsplit(os.environ["POSTGRES_URL"])
    return urlunsplit(parts._replace(scheme=f"postgresql+{driver}" if driver else "postgresql"))


def free_keys(client, pattern):
    """Ends the program if the Redis server has keys of the pattern."""
    if next(client.scan_iter(pattern), None) is not None:
        sys.exit(f"The Redis server has keys {pattern} already: give an empty one")


def free_tables(connection, *tables):
    """Ends the program if the PostgreSQL database has one of the tables."""
    for table in tables:
        if connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()[0]:
            sys.exit(f"The PostgreSQL database has a table {table} already: give an empty one")


def redis_notes(client, pattern):
    """The types of the keys of a pattern, with examples."""
    kinds = {}
    for key in sorted(client.scan_iter(pattern)):
        kind = kinds.setdefault(client.type(key).decode(), {"keys": 0, "examples": []})
        kind["keys"] += 1
        if len(kind["examples"]) < 20:
            kind["examples"].append(key.decode(errors="replace"))
    return kinds


def postgres_notes(connection, *tables):
    """The columns and indexes of tables, and how many rows there are."""
    notes = {}
    for table in tables:
        columns = connection.execute(
            "SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns"
            " WHERE table_name = %s ORDER BY ordinal_position",
            (table,),
        ).fetchall()
        indexes = connection.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s ORDER BY 1", (table,))
        rows = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
        notes[table] = {"columns": columns, "indexes": [index for (index,) in indexes], "rows": rows}
    return notes
