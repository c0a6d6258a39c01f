//! Who writes.

use autogen_model::{Model, Type};
use diesel::prelude::*;

/// An address for mail.
#[derive(Clone, Debug, Type)]
#[model(diesel = postgres, max_length = 320)]
pub struct Email(pub String);

/// Who writes.
#[derive(Debug, Queryable, Selectable, Model)]
#[diesel(table_name = authors)]
#[model(diesel = postgres, check = "email like '%@%'")]
pub struct Author {
    #[model(primary_key, identity)]
    pub id: i64,
    pub name: String,
    #[model(unique)]
    pub email: Email,
}
