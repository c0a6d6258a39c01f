//! `autogen schema`: prints a schema as SQL, or as Diesel's `schema.rs`.

use autogen_engine::Project;
use autogen_report::picture::{mermaid, svg};

use crate::args::{SchemaArgs, SchemaFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(project: &Project, args: &SchemaArgs) -> Result<Exit, Failure> {
    let source = project.source(&args.source)?;
    let text = match args.format {
        SchemaFormat::Sql => project.schema_sql(&source)?,
        SchemaFormat::Rust => project.schema_rust(&source)?,
        SchemaFormat::Json => project.schema_json(&source)?,
        SchemaFormat::Mermaid => mermaid(&project.schema_picture(&source, &args.around)?),
        SchemaFormat::Svg => svg(&project.schema_picture(&source, &args.around)?),
    };
    output::answer_raw(&text);
    Ok(Exit::Success)
}
