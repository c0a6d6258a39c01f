//! 500 structs of ten fields each, with methods between them as in a real crate: read, and written as SQL.
//!
//! `cargo bench --package autogen-model-core`

use autogen_model_core::{Database, Item, Models, Naming, SqlOptions, items, write};

const STRUCTS: usize = 500;

fn main() {
    divan::main();
}

/// The source of a struct that refers to the one before.
fn source(number: usize) -> String {
    let before = number.saturating_sub(1);
    format!(
        r#"
/// Thing number {number}.
#[derive(Clone, Debug, Queryable, Selectable, autogen_model::Model)]
#[model(table = "things_{number}", index(columns(owner_id, created_at desc), where_ = "deleted_at is null"))]
pub struct Thing{number} {{
    #[model(primary_key, identity)]
    pub id: i64,
    #[model(unique, max_length = 255)]
    pub email: String,
    #[model(references = Thing{before}, on_delete = cascade, index)]
    pub owner_id: i64,
    #[model(default = "now()")]
    pub created_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub name: Option<String>,
    #[model(check = "size > 0", default = 1)]
    pub size: i32,
    pub tags: Vec<String>,
    pub data: serde_json::Value,
    pub state: State,
}}

impl Thing{number} {{
    /// Whether it is there.
    pub fn is_there(&self) -> bool {{
        self.deleted_at.is_none() && self.size > {number} && !self.tags.iter().any(|tag| tag.starts_with('x'))
    }}
}}
"#
    )
}

fn crate_source() -> String {
    let state = "#[derive(autogen_model::Enum)] pub enum State { Open, Done }\n".to_owned();
    state + &(0..STRUCTS).map(source).collect::<String>()
}

fn read(text: &str) -> Models {
    let mut models = Models::default();
    for item in items(text, 0, &[], &mut models.scope).expect("the models are right") {
        match item {
            Item::Table(table) => models.tables.push(*table),
            Item::Enum(item) => models.enums.push(item),
            Item::NewType(item) => models.new_types.push(item),
            Item::Module(_) => {}
        }
    }
    assert_eq!(models.tables.len(), STRUCTS);
    models
}

#[divan::bench]
fn read_structs(bencher: divan::Bencher<'_, '_>) {
    let text = crate_source();
    bencher.bench(|| read(&text));
}

#[divan::bench]
fn read_and_write_sql(bencher: divan::Bencher<'_, '_>) {
    let text = crate_source();
    bencher.bench(|| {
        let options = SqlOptions {
            database: Database::Postgres,
            naming: &Naming::default(),
            types: &std::collections::BTreeMap::new(),
            doc_comments: false,
            quote: &|name| name.to_owned(),
        };
        write(&read(&text), &options).expect("the models can be written").text.len()
    });
}
