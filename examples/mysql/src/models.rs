//! The model: what `autogen -m` reads, and what Diesel's queries use.

use autogen_model::{Enum, Model};
use bigdecimal::BigDecimal;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Who buys.
#[derive(Debug, Queryable, Selectable, Model)]
#[diesel(table_name = customers)]
#[model(diesel = mysql)]
pub struct Customer {
    #[model(primary_key, identity)]
    pub id: u64,
    #[model(unique, max_length = 255)]
    pub email: String,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[model(diesel = mysql)]
pub enum State {
    Open,
    Paid,
    Sent,
}

/// What somebody bought.
#[derive(Debug, Queryable, Selectable, Model)]
#[diesel(table_name = orders)]
#[model(diesel = mysql, index(customer_id, created_at desc), check(name = "orders_total", expression = "total >= 0"))]
pub struct Order {
    #[model(primary_key, identity)]
    pub id: u64,
    #[model(references = Customer, on_delete = cascade)]
    pub customer_id: u64,
    #[model(default = "'open'")]
    pub state: State,
    pub before: Option<State>,
    #[model(precision = 12, scale = 2)]
    pub total: BigDecimal,
    #[model(precision = 6, default = "CURRENT_TIMESTAMP(6)")]
    pub created_at: NaiveDateTime,
}
