//! Customers and orders. The structs of `models.rs` are the database's model and Diesel's tables; the application
//! upgrades its database when it starts.
//!
//! `mysql_app URL`

#![expect(clippy::print_stdout, reason = "an example's answer")]

use autogen_example_mysql::models::{Customer, Order, State, customers, orders};
use autogen_runner::Runner;
use bigdecimal::BigDecimal;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("give a URL")?;
    let mut connection = MysqlConnection::establish(&url)?;
    Runner::new(MIGRATIONS).upgrade(&mut connection)?;
    diesel::insert_or_ignore_into(customers::table)
        .values(customers::email.eq("ann@example.org"))
        .execute(&mut connection)?;
    let customer: Customer =
        customers::table.filter(customers::email.eq("ann@example.org")).first(&mut connection)?;
    diesel::insert_into(orders::table)
        .values((
            orders::customer_id.eq(customer.id),
            orders::state.eq(State::Sent),
            orders::before.eq(Some(State::Paid)),
            orders::total.eq(BigDecimal::from(1250) / 100),
        ))
        .execute(&mut connection)?;
    let found: Vec<(Order, String)> = orders::table
        .inner_join(customers::table)
        .filter(orders::state.eq(State::Sent))
        .order(orders::id)
        .select((Order::as_select(), customers::email))
        .load(&mut connection)?;
    for (order, email) in found {
        println!("{email}: {} ({:?} after {:?})", order.total, order.state, order.before);
    }
    Ok(())
}
