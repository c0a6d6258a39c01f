"""Prints the CREATE statements of the model: python3 -m app.ddl postgresql (or mysql, mariadb, sqlite)."""

import sys

from sqlalchemy import create_mock_engine
from sqlalchemy.schema import CreateSchema

from app.models import Base


def show(statement, *_args, **_kwargs):
    print(str(statement.compile(dialect=engine.dialect)).strip() + ";")


# Nothing is connected to and no driver is loaded. With this paramstyle a percent sign is printed once.
engine = create_mock_engine(f"{sys.argv[1]}://", show, paramstyle="named")
if engine.dialect.name == "postgresql":
    for schema in sorted({table.schema for table in Base.metadata.tables.values() if table.schema}):
        show(CreateSchema(schema))
Base.metadata.create_all(engine, checkfirst=False)
