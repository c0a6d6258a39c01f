//! A list of tasks. The structs of `models.rs` are the database's model and Diesel's tables; the application upgrades
//! its database when it starts.
//!
//! `sqlite_app FILE`

#![expect(clippy::print_stdout, reason = "an example's answer")]

use autogen_example_sqlite::models::{List, State, Task, lists, tasks};
use autogen_runner::Runner;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("give a file")?;
    let mut connection = SqliteConnection::establish(&file)?;
    Runner::new(MIGRATIONS).upgrade(&mut connection)?;
    diesel::insert_or_ignore_into(lists::table).values(lists::title.eq("garden")).execute(&mut connection)?;
    let list: List = lists::table.filter(lists::title.eq("garden")).first(&mut connection)?;
    diesel::insert_into(tasks::table)
        .values((
            tasks::list_id.eq(list.id),
            tasks::title.eq("water the roses"),
            tasks::state.eq(State::InWork),
            tasks::due.eq(NaiveDate::from_ymd_opt(2030, 5, 1)),
        ))
        .execute(&mut connection)?;
    let found: Vec<(Task, String)> = tasks::table
        .inner_join(lists::table)
        .filter(tasks::state.ne(State::Done))
        .order(tasks::id)
        .select((Task::as_select(), lists::title))
        .load(&mut connection)?;
    for (task, list) in found {
        let due = task.due.map(|due| due.to_string()).unwrap_or_default();
        println!("{list}: {} ({:?}, {due}, since {})", task.title, task.state, task.created_at.date());
    }
    Ok(())
}
