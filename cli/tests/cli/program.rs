//! A program that prints the model: any at all, and real SQLAlchemy models.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{BOTH, On, Project};

#[test]
fn what_a_program_prints_is_the_model() {
    for on in BOTH {
        let project = Project::new(on);
        project.write("ddl.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");
        project.write("autogen.toml", "source = { command = [\"cat\", \"ddl.sql\"] }\n");
        project.run(&["-m", "first"]).exits(0).says("what cat ddl.sql prints");
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0);
        project.write(
            "ddl.sql",
            "CREATE TABLE users (id integer PRIMARY KEY, -- autogen: renamed from x\n email text);\n",
        );
        project.run(&["check"]).exits(1).answers("column email");
        project.write("ddl.sql", "");
        project.run(&["-m", "nothing"]).exits(2).says("cat ddl.sql: it prints nothing");
        project.write("autogen.toml", "source = { command = [\"false\"] }\n");
        project.run(&["-m", "x"]).exits(2).says("exit status: 1").says("autogen.toml");
        project.write("autogen.toml", "source = { command = [\"no-such-program\"] }\n");
        project.run(&["check"]).exits(2).says("no-such-program: No such file");
        project.write("autogen.toml", "model = \"ddl.sql\"\nsource = { command = [\"x\"] }\n");
        project.run(&["check"]).exits(2).says("three ways");
    }
}

/// SQLAlchemy in a folder of the cache, installed from the package registry on the first call.
fn sqlalchemy() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"));
    let folder = cache.join("autogen/python-sqlalchemy-2.0");
    if !folder.join("sqlalchemy").is_dir() {
        let installed = Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"])
            .arg(&folder)
            .arg("sqlalchemy>=2.0,<2.1")
            .output()
            .expect("python3 is installed");
        assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    }
    folder
}

/// Prints the statements of `app.models`.
const DDL: &str = r#"
import sys
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from app.models import Base

dialect = {"postgresql": postgresql, "sqlite": sqlite}[sys.argv[1]].dialect()
for table in Base.metadata.sorted_tables:
    print(str(CreateTable(table).compile(dialect=dialect)).strip() + ";")
    for index in sorted(table.indexes, key=lambda index: index.name):
        print(str(CreateIndex(index).compile(dialect=dialect)).strip() + ";")
"#;

const MODELS: &str = r#"
from datetime import datetime
from sqlalchemy import ForeignKey, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

class Site(Base):
    __tablename__ = "sites"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(unique=True)
"#;

#[test]
fn sqlalchemys_models_are_a_model() {
    let library = sqlalchemy();
    for on in BOTH {
        let project = Project::new(on);
        let dialect = match on {
            On::Sqlite => "sqlite",
            On::Postgres => "postgresql",
        };
        project.write("app/__init__.py", "");
        project.write("app/ddl.py", DDL);
        project.write("app/models.py", MODELS);
        project.write(
            "autogen.toml",
            &format!("source = {{ command = [\"python3\", \"-m\", \"app.ddl\", \"{dialect}\"] }}\n"),
        );
        let run = |arguments: &[&str]| {
            let mut command = project.command(arguments);
            crate::support::Ran::from(command.env("PYTHONPATH", &library).output().unwrap())
        };
        run(&["-m", "first tables"]).exits(0).says("Proven");
        run(&["upgrade"]).exits(0);
        run(&["check"]).exits(0).says("nothing differs");
        project.sql("INSERT INTO users (id, name) VALUES (1, 'a'); INSERT INTO sites (id, owner_id, url) VALUES (1, 1, 'u')");
        let models = MODELS
            .replace("    url: Mapped", "    callback_url: Mapped[str | None]\n    url: Mapped")
            .replace(
                "    created_at",
                "    email: Mapped[str | None] = mapped_column(unique=True)\n    created_at",
            );
        project.write("app/models.py", &models);
        run(&["-m", "callback url and email"]).exits(0).says("column callback_url").says("column email");
        run(&["upgrade"]).exits(0);
        run(&["check"]).exits(0).says("nothing differs");
        assert_eq!(project.value("SELECT count(*) FROM sites"), "1", "rows stay on {on:?}");
        run(&["downgrade", "-1"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM sites"), "1", "rows stay on {on:?}");
    }
}
