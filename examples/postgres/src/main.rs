//! Authors and articles. The structs of `models.rs` are the database's model and Diesel's tables; the application
//! upgrades its database when it starts.
//!
//! `postgres_app URL`

#![expect(clippy::print_stdout, reason = "an example's answer")]

use autogen_example_postgres::models::{Article, Author, Email, State, articles, authors};
use autogen_runner::Runner;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("give a URL")?;
    let mut connection = PgConnection::establish(&url)?;
    Runner::new(MIGRATIONS).upgrade(&mut connection)?;
    let email = Email("ann@example.org".to_owned());
    diesel::insert_into(authors::table)
        .values((authors::name.eq("Ann"), authors::email.eq(&email)))
        .on_conflict_do_nothing()
        .execute(&mut connection)?;
    let author: Author = authors::table.filter(authors::email.eq(email)).first(&mut connection)?;
    diesel::insert_into(articles::table)
        .values((
            articles::author_id.eq(author.id),
            articles::title.eq("On roses"),
            articles::state.eq(State::Published),
            articles::before.eq(Some(State::InReview)),
            articles::tags.eq(vec!["garden", "roses"]),
            articles::data.eq(serde_json::json!({ "words": 900 })),
        ))
        .execute(&mut connection)?;
    let found: Vec<(Article, Email)> = articles::table
        .inner_join(authors::table)
        .filter(articles::state.eq(State::Published))
        .filter(articles::tags.contains(vec!["roses"]))
        .order(articles::created_at)
        .select((Article::as_select(), authors::email))
        .load(&mut connection)?;
    for (article, email) in found {
        let words = article.data.map(|data| data["words"].to_string()).unwrap_or_default();
        println!(
            "{} by {}: {words} words, {:?} after {:?}",
            article.title, email.0, article.state, article.before
        );
    }
    Ok(())
}
