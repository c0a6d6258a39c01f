//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use autogen_diff_core::hazard::HazardCode;
use autogen_engine::request::{DowngradeRequest, Guards, UpgradeRequest};
use autogen_runner::is_short_hash;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use clap_complete::ArgValueCompleter;

use crate::command_error::CommandError;
use crate::completion;
use crate::examples;
use crate::fleet_args::{FleetArgs, FleetFormatArgs, FleetReportArgs, PaceArgs, UpgradeFormatArgs};
use crate::global_args::GlobalArgs;
use crate::migration_format::MigrationFormat;
use crate::report_args::{CheckArgs, LintArgs, ReviewArgs};

/// Write, check and apply database migrations.
///
/// Edit the model, then run `autogen -m "what changed"`: the live catalog is
/// compared with the model and a reviewable up.sql/down.sql pair is written.
#[derive(Parser)]
#[command(name = "autogen", version, arg_required_else_help = true, after_help = examples::CLI)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) generate: GenerateArgs,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Set up: autogen.toml, migrations/, and a model read from the database
    #[command(after_help = examples::INIT)]
    Init(InitArgs),
    /// What git runs to merge a file that autogen writes, once `autogen init --git` has told it to
    #[command(hide = true)]
    GitMerge(GitMergeArgs),
    /// Write a migration (the same as `autogen -m …`)
    #[command(after_help = examples::GENERATE)]
    Generate(GenerateArgs),
    /// Show what differs between two schemas
    #[command(after_help = examples::DIFF)]
    Diff(DiffArgs),
    /// Show what differs whenever a file of the model is saved, until it is interrupted
    #[command(after_help = examples::WATCH)]
    Watch(WatchArgs),
    /// For CI: exit 1 when the model, the migrations and the database are not the same
    #[command(after_help = examples::CHECK)]
    Check(CheckArgs),
    /// Apply migrations
    #[command(after_help = examples::UPGRADE)]
    Upgrade(UpgradeArgs),
    /// Undo migrations
    #[command(after_help = examples::DOWNGRADE)]
    Downgrade(DowngradeArgs),
    /// Undo the newest migration and apply it again
    Redo(RedoArgs),
    /// Alembic's word for `autogen -m …`
    #[command(hide = true, disable_help_flag = true)]
    Revision(RevisionArgs),
    /// Show the newest applied migration
    Current(CurrentArgs),
    /// Show all migrations, newest first
    #[command(after_help = examples::HISTORY)]
    History(HistoryArgs),
    /// Show the migrations that nothing comes after
    Heads(HeadsArgs),
    /// Show where branches begin
    Branches(BranchesArgs),
    /// Bring two branches together, once it is proven that their order does not matter
    #[command(after_help = examples::MERGE)]
    Merge(MergeArgs),
    /// Put one migration in the place of many, proven to lead to the same schema
    #[command(after_help = examples::SQUASH)]
    Squash(SquashArgs),
    /// Show a migration
    #[command(after_help = examples::SHOW)]
    Show(ShowArgs),
    /// Run all migrations up, down and up in a scratch database
    #[command(after_help = examples::VERIFY)]
    Verify(VerifyArgs),
    /// Say what migrations do, for those who review them: changes, hazards, locks, and whether they lead back
    #[command(after_help = examples::REVIEW)]
    Review(ReviewArgs),
    /// Judge SQL, whoever wrote it, by running it in a scratch database: what it loses, where it may fail, who waits
    Lint(LintArgs),
    /// Show what is applied, what is pending and what differs
    #[command(after_help = examples::STATUS)]
    Status(StatusArgs),
    /// Mark a migration, and all before it, as applied without running anything
    #[command(after_help = examples::STAMP)]
    Stamp(StampArgs),
    /// Record in autogen.refs where an environment is, so that `autogen check` knows what production has
    #[command(after_help = examples::REF)]
    Ref(RefArgs),
    /// Record the migration files as they are now, after an edit that is meant
    #[command(alias = "accept", after_help = examples::REHASH)]
    Rehash(RehashArgs),
    /// Show what is done of a migration that stopped half-way, and settle what the catalog can't tell
    #[command(after_help = examples::REPAIR)]
    Repair(RepairArgs),
    /// Print a schema
    #[command(after_help = examples::SCHEMA)]
    Schema(SchemaArgs),
    /// Read how large the tables are and measure how fast the server is, so that migrations say how long they take
    Stats(StatsArgs),
    /// Explain a hazard: what it means, and what to do instead
    Explain {
        /// Its code, such as LK203
        #[arg(value_parser = autogen_codegen::hazards::find, add = ArgValueCompleter::new(completion::hazards))]
        code: HazardCode,
    },
    /// Print what makes a shell complete commands, options, revisions, environments, fleets and hazards
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Write the manual's pages into a folder
    #[command(after_help = examples::MAN)]
    Man {
        /// The folder
        folder: PathBuf,
    },
}

/// Shells whose completions can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// Bash
    Bash,
    /// Elvish
    Elvish,
    /// Fish
    Fish,
    /// Nushell
    Nushell,
    /// PowerShell
    Powershell,
    /// Zsh
    Zsh,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GenerateArgs {
    /// What changes, in a few words
    #[arg(short, long)]
    pub(crate) message: Option<String>,
    /// Print the SQL instead of writing files
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write a pair of files to fill in by hand, without comparing anything
    #[arg(long, conflicts_with_all = ["dry_run", "from", "to", "renames", "no_verify"])]
    pub(crate) empty: bool,
    /// The current schema: a URL, a path, or `database`, `migrations`
    #[arg(long, value_name = "SRC", add = ArgValueCompleter::new(completion::sources))]
    pub(crate) from: Option<String>,
    /// The declared schema: a URL, a path, or `model`
    #[arg(long, value_name = "SRC", add = ArgValueCompleter::new(completion::sources))]
    pub(crate) to: Option<String>,
    /// A rename: old=new for a table, table.old=table.new for a column
    #[arg(long = "rename", value_name = "A=B")]
    pub(crate) renames: Vec<String>,
    /// Write the migration without running it in a scratch database first
    #[arg(long)]
    pub(crate) no_verify: bool,
    /// Prove the migration on the whole schema, not just on what it can touch
    #[arg(long, conflicts_with_all = ["empty", "no_verify"])]
    pub(crate) full: bool,
    /// Drop all that the database has, when the model declares nothing
    #[arg(long)]
    pub(crate) drop_all: bool,
    /// Make a table anew and copy its rows where PostgreSQL can't alter how it is partitioned
    #[arg(long)]
    pub(crate) repartition: bool,
    /// Write several migrations in the form in which no program waits (PostgreSQL)
    #[arg(long, conflicts_with = "empty")]
    pub(crate) online: bool,
    /// How to print what was written, or with --dry-run would be [default: text]
    #[arg(long, value_enum)]
    pub(crate) format: Option<ListFormat>,
}

impl GenerateArgs {
    /// Whether the answer is for machines.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Some(ListFormat::Json)
    }
}

#[derive(Args)]
pub(crate) struct WatchArgs {
    /// The current schema: a URL, a path, or `database`, `migrations`
    #[arg(default_value = "database", add = ArgValueCompleter::new(completion::sources))]
    pub(crate) from: String,
    /// The wanted schema, whose files are watched
    #[arg(default_value = "model", add = ArgValueCompleter::new(completion::sources))]
    pub(crate) to: String,
}

#[derive(Args)]
pub(crate) struct CurrentArgs {
    /// Exit 5 when the database is not at head
    #[arg(long)]
    pub(crate) check_heads: bool,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ListFormat,
}

#[derive(Args)]
pub(crate) struct HistoryArgs {
    /// From where to where: A:B, A: or :B
    #[arg(short, long, value_name = "A:B", allow_hyphen_values = true, add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) range: Option<String>,
    /// Ask the database which one is current; a usage error without one
    #[arg(short, long)]
    pub(crate) indicate_current: bool,
    /// Draw what comes after what, as on a terminal
    #[arg(long, conflicts_with = "verbose")]
    pub(crate) graph: bool,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ListFormat,
}

#[derive(Args)]
pub(crate) struct HeadsArgs {
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ListFormat,
}

#[derive(Args)]
pub(crate) struct BranchesArgs {
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ListFormat,
}

#[derive(Args)]
pub(crate) struct StatusArgs {
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
    #[command(flatten)]
    pub(crate) fleet_reports: FleetReportArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Lines for people
    Text,
    /// For machines; `version` tells the layout
    Json,
}

#[derive(Args, Clone)]
pub(crate) struct MergeArgs {
    /// The two heads to merge; the two oldest without them
    #[arg(value_name = "REV", num_args = 0..=2, conflicts_with = "rebase", add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) revisions: Vec<String>,
    /// Move a branch behind the other one instead: the one with this revision, or the one that is applied nowhere
    #[arg(long, value_name = "REV", num_args = 0..=1, default_missing_value = "", conflicts_with = "message", add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) rebase: Option<String>,
    /// A few words on it
    #[arg(short, long)]
    pub(crate) message: Option<String>,
}

#[derive(Args, Clone)]
pub(crate) struct SquashArgs {
    /// From the first to the last, both included
    #[arg(value_name = "A:B", add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) range: String,
    /// A few words on it
    #[arg(short, long)]
    pub(crate) message: Option<String>,
    /// Write the schema alone, without the statements that change rows
    #[arg(long, alias = "leave-out-rows")]
    pub(crate) schema_only: bool,
}

#[derive(Args)]
pub(crate) struct VerifyArgs {
    /// Judge only what comes after this one; those up to it only have to run
    #[arg(long, value_name = "REV", add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) from: Option<String>,
    /// Record the migrations that do not lead back as known, in autogen.known, so that later ones alone count
    #[arg(long)]
    pub(crate) record: bool,
}

#[derive(Args)]
pub(crate) struct ShowArgs {
    /// head, a revision, its first letters or its slug
    #[arg(add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) revision: String,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ListFormat,
}

#[derive(Args)]
pub(crate) struct InitArgs {
    /// Where to write the model
    #[arg(long, value_name = "FILE", default_value = "schema.sql")]
    pub(crate) model: PathBuf,
    /// Where migrations are [default: what diesel.toml says, or migrations]
    #[arg(long, value_name = "DIR")]
    pub(crate) migrations: Option<PathBuf>,
    /// The tool that the migrations are for [default: what the folder tells, or diesel]
    #[arg(long, value_enum)]
    pub(crate) format: Option<MigrationFormat>,
    /// Have git merge autogen.sum and what else autogen writes by autogen, in this clone; a project that is set up stays as it is
    #[arg(long)]
    pub(crate) git: bool,
}

#[derive(Args)]
pub(crate) struct GitMergeArgs {
    /// What both sides come from
    pub(crate) base: PathBuf,
    /// Our side, where the result is written
    pub(crate) ours: PathBuf,
    /// Their side
    pub(crate) theirs: PathBuf,
    /// The file's own path
    pub(crate) path: PathBuf,
}

#[derive(Args)]
pub(crate) struct DiffArgs {
    /// The current schema: a URL, a path, or `database`, `model`, `migrations`
    #[arg(default_value = "database", add = ArgValueCompleter::new(completion::sources))]
    pub(crate) from: String,
    /// The wanted schema
    #[arg(default_value = "model", add = ArgValueCompleter::new(completion::sources))]
    pub(crate) to: String,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: DiffFormat,
    /// Exit 1 when anything differs
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// A rename: old=new for a table, table.old=table.new for a column
    #[arg(long = "rename", value_name = "A=B")]
    pub(crate) renames: Vec<String>,
    /// Compare all of it, also what `autogen.agreed` holds to be the same
    #[arg(long)]
    pub(crate) full: bool,
    /// Compare owners too, as `manage.owners` does
    #[arg(long)]
    pub(crate) owners: bool,
    /// Make a table anew and copy its rows where PostgreSQL can't alter how it is partitioned
    #[arg(long)]
    pub(crate) repartition: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// A list for people
    Text,
    /// The statements that take FROM to TO
    Sql,
    /// For machines; `version` tells the layout
    Json,
}

/// What keeps migrations from a database, and how long they wait for it.
#[derive(Args, Clone)]
pub(crate) struct GuardArgs {
    /// The database's name: needed on one marked `production` to lose data or to go back
    #[arg(long, value_name = "DATABASE")]
    pub(crate) confirm_database: Option<String>,
    /// Go on though somebody changed the schema since the last upgrade
    #[arg(long)]
    pub(crate) allow_drift: bool,
    /// How many seconds to wait for another upgrade
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) lock_timeout: Duration,
}

impl From<&GuardArgs> for Guards {
    fn from(args: &GuardArgs) -> Self {
        Self {
            confirmed_database: args.confirm_database.clone(),
            allow_drift: args.allow_drift,
            lock_budget: args.lock_timeout,
        }
    }
}

#[derive(Args)]
#[command(group(ArgGroup::new("reported").args(["fleet", "dry_run"]).multiple(true)))]
pub(crate) struct UpgradeArgs {
    /// Where to stop: head, +1, a revision, its first letters or its slug; with --sql also A:B
    #[arg(add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) target: Option<String>,
    /// Stop before the first migration that programs of the release before can't live with
    #[arg(long, value_enum, value_name = "PHASE")]
    pub(crate) until: Option<UntilPhase>,
    /// Print the script instead of running it; no database is needed
    #[arg(long, conflicts_with_all = ["dry_run", "fleet"])]
    pub(crate) sql: bool,
    /// Show what would run, and the hash of that plan
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Refuse anything but the plan with this hash, which --dry-run shows; one that was begun goes on
    #[arg(long, value_name = "HASH", value_parser = plan_hash, conflicts_with = "sql")]
    pub(crate) plan: Option<String>,
    /// Run pending migrations that are older than an applied one
    #[arg(long)]
    pub(crate) allow_out_of_order: bool,
    /// What the database is for; the first upgrade that says so marks it [env: AUTOGEN_ENVIRONMENT]
    #[arg(long, value_name = "NAME", env = "AUTOGEN_ENVIRONMENT", hide_env = true, add = ArgValueCompleter::new(completion::environments))]
    pub(crate) environment: Option<String>,
    #[command(flatten)]
    pub(crate) guards: GuardArgs,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) format: UpgradeFormatArgs,
}

impl UpgradeArgs {
    /// What is asked for.
    pub(crate) fn request(&self) -> UpgradeRequest {
        UpgradeRequest {
            target: self.target.clone(),
            expand_only: self.until == Some(UntilPhase::Expand),
            allow_out_of_order: self.allow_out_of_order,
            environment: self.environment.clone(),
            plan: self.plan.clone(),
            guards: (&self.guards).into(),
        }
    }
}

/// How far an upgrade goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UntilPhase {
    /// To the last migration before one whose phase is `contract`
    Expand,
}

#[derive(Args)]
pub(crate) struct DowngradeArgs {
    /// Where to stop: -1, base, a revision, its first letters or its slug; with --sql A:B, from A down to B
    #[arg(allow_hyphen_values = true, add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) target: Option<String>,
    /// Print the script instead of running it; no database is needed
    #[arg(long, conflicts_with_all = ["dry_run", "fleet"])]
    pub(crate) sql: bool,
    /// Show what would run
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Lose data without being asked; only a terminal is
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) guards: GuardArgs,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) fleet_format: FleetFormatArgs,
}

impl DowngradeArgs {
    /// What is asked for.
    pub(crate) fn request(&self) -> Result<DowngradeRequest, CommandError> {
        Ok(DowngradeRequest {
            target: self.target()?.to_owned(),
            is_confirmed: self.yes,
            guards: (&self.guards).into(),
        })
    }

    /// Where a downgrade is to stop, which it has to be told.
    pub(crate) fn target(&self) -> Result<&str, CommandError> {
        self.target.as_deref().ok_or(CommandError::DowngradeToNowhere)
    }
}

#[derive(Args)]
pub(crate) struct RedoArgs {
    /// Show what would run
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Lose data without being asked; only a terminal is
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) guards: GuardArgs,
}

#[derive(Args)]
pub(crate) struct RevisionArgs {
    /// Whatever Alembic takes
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) words: Vec<String>,
}

#[derive(Args)]
pub(crate) struct StampArgs {
    /// head, base, a revision, its first letters or its slug
    #[arg(allow_hyphen_values = true, add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) revision: String,
    /// Also forget applied migrations that have no folder any more
    #[arg(long)]
    pub(crate) purge: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) fleet_format: FleetFormatArgs,
}

#[derive(Args)]
pub(crate) struct RefArgs {
    /// The environment that the database is; without it, all that are recorded are shown
    #[arg(add = ArgValueCompleter::new(completion::environments))]
    pub(crate) environment: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ListFormat,
}

#[derive(Args)]
pub(crate) struct RehashArgs {
    /// Record the files without running them in a scratch database first
    #[arg(long)]
    pub(crate) no_verify: bool,
}

#[derive(Args)]
pub(crate) struct RepairArgs {
    /// Record one migration as its files are now, unproven, in autogen.sum and in the database
    #[arg(long, value_name = "REV", conflicts_with_all = ["applied", "retry"], add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) record: Option<String>,
    /// The statement that the migration stopped at is applied
    #[arg(long, alias = "done", conflicts_with = "retry")]
    pub(crate) applied: bool,
    /// The statement that the migration stopped at is not applied, and is to be run again
    #[arg(long, alias = "again")]
    pub(crate) retry: bool,
}

#[derive(Args)]
#[command(after_help = "\
Rows, bytes and indexes by table come from the catalog; no value of a row is read. How fast the server is, is measured with some
100,000 rows in a scratch database (PostgreSQL), which takes ten seconds or more.

`-m`, `review`, `lint` and `diff` read stats.json beside autogen.toml, or the file that `stats` in it names, without a database.")]
pub(crate) struct StatsArgs {
    /// Write it to a file instead of printing it
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Leave the server alone but for its catalog: nothing is measured, so nothing will be estimated
    #[arg(long)]
    pub(crate) sizes_only: bool,
}

#[derive(Args)]
pub(crate) struct SchemaArgs {
    /// A URL, a path, or `database`, `model`, `migrations`
    #[arg(default_value = "database", add = ArgValueCompleter::new(completion::sources))]
    pub(crate) source: String,
    /// How to print it
    #[arg(long, value_enum, default_value = "sql")]
    pub(crate) format: SchemaFormat,
    /// Of a picture, only this table and its neighbours; may be given more than once
    #[arg(long, value_name = "TABLE")]
    pub(crate) around: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaFormat {
    /// Statements in an order that runs
    Sql,
    /// Diesel's schema.rs, as print_schema of diesel.toml says
    Rust,
    /// A snapshot that FROM and TO take; `version` tells the layout
    Json,
    /// A picture for markdown, as GitHub and GitLab draw it
    Mermaid,
    /// A picture by itself
    Svg,
}

fn plan_hash(text: &str) -> Result<String, String> {
    let text = text.trim().to_ascii_lowercase();
    if is_short_hash(&text) { Ok(text) } else { Err("a plan's hash has 32 hexadecimal digits".to_owned()) }
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse().map(Duration::from_secs).map_err(|_| "give whole seconds".to_owned())
}
