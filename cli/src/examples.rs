//! What stands below each command's `--help`: how it is called.

pub(crate) const CLI: &str = "\
Examples:
  autogen init             set up a project
  autogen -m \"add email\"   write a migration for what the model says
  autogen upgrade          apply what is pending
  autogen check            in CI: exit 1 when something differs";
pub(crate) const INIT: &str = "\
Examples:
  autogen init --database-url sqlite:shop.db   read a first model from a database
  autogen init --migrations db/migrations      where the migrations are
  autogen init --git                           in each clone: git merges autogen.sum by autogen";
pub(crate) const GENERATE: &str = "\
Examples:
  autogen -m \"add email\"                                  compare and write
  autogen -m \"add email\" --dry-run                        print the SQL and write nothing
  autogen -m \"name\" --rename users.name=users.full_name   a rename that no hint states
  autogen -m \"index\" --online                             several migrations, none of which keeps anybody waiting";
pub(crate) const DIFF: &str = "\
Examples:
  autogen diff                                                    the database against the model
  autogen diff postgres://a/shop postgres://b/shop --format sql   what takes the one to the other
  autogen diff migrations model                                   without a database";
pub(crate) const CHECK: &str = "\
Examples:
  autogen check --format github              annotate a pull request
  autogen check --report sarif=check.sarif   and write a file too
  autogen check --base origin/main           the result of the merge as well";
pub(crate) const UPGRADE: &str = "\
Examples:
  autogen upgrade                  all that is pending
  autogen upgrade +1               the next one
  autogen upgrade --dry-run        what would run, and the hash of that plan
  autogen upgrade --plan HASH      that plan, and nothing else
  autogen upgrade --sql            print it for an operator
  autogen upgrade --until expand   leave what a later release will do

Many databases, named by [fleet.tenants] in autogen.toml:
  autogen upgrade --fleet tenants --canary 5% --max-failures 3 --parallel 8
  autogen upgrade --fleet tenants --only 'eu_*' --dry-run
  autogen upgrade --fleet tenants --shard 3/8 --report junit=fleet.xml";
pub(crate) const DOWNGRADE: &str = "\
Examples:
  autogen downgrade -1     undo the newest
  autogen downgrade base   undo all";
pub(crate) const HISTORY: &str = "\
Examples:
  autogen history -v               with messages and times
  autogen history -r head-3:head   the last ones";
pub(crate) const MERGE: &str = "\
Examples:
  autogen merge            two heads become one
  autogen merge --rebase   move the branch that is applied nowhere";
pub(crate) const SQUASH: &str = "\
Examples:
  autogen squash base:head   one migration in the place of all";
pub(crate) const SHOW: &str = "\
Examples:
  autogen show head        the newest
  autogen show add_email   by its slug";
pub(crate) const VERIFY: &str = "\
Examples:
  autogen verify   all migrations up, down and up again";
pub(crate) const REVIEW: &str = "\
Examples:
  autogen review --base origin/main                     what a branch adds
  autogen review --base origin/main --format markdown   as a comment
  autogen review add_email                              one migration";
pub(crate) const STATUS: &str = "\
Examples:
  autogen status   what is applied, pending, and different";
pub(crate) const STAMP: &str = "\
Examples:
  autogen stamp head   an existing database has all of it";
pub(crate) const REF: &str = "\
Examples:
  autogen ref production   behind a deployment, with production's database
  autogen ref              what is recorded, and what each environment has not yet";
pub(crate) const REHASH: &str = "\
Examples:
  autogen rehash   after an edit that is meant: prove and record it";
pub(crate) const REPAIR: &str = "\
Examples:
  autogen repair   what is done of a migration that stopped half-way";
pub(crate) const SCHEMA: &str = "\
Examples:
  autogen schema database        the SQL that makes the database
  autogen schema --format rust   Diesel's schema.rs";
pub(crate) const COMPLETIONS: &str = "\
Examples:
  autogen completions bash > /etc/bash_completion.d/autogen
  autogen completions zsh > /usr/local/share/zsh/site-functions/_autogen
  autogen completions fish > ~/.config/fish/completions/autogen.fish
  autogen completions nushell > ~/.config/nushell/autogen.nu   and `source autogen.nu` in config.nu";
pub(crate) const MAN: &str = "\
Examples:
  autogen man /usr/local/share/man/man1   a page for each command";
pub(crate) const LINT: &str = "\
Examples:
  autogen lint --base origin/main         what a branch adds
  autogen lint change.sql                 a file, behind the project's migrations
  autogen lint --model                    what the model declares
  autogen lint ../service/migrations      a folder of sqlx, golang-migrate, refinery, dbmate or goose

`-- autogen: waive LK201: the table has ten rows` above a statement takes a finding's weight.
Exit code: 0 without findings that weigh more than a note, 1 with one.";
pub(crate) const WATCH: &str = "\
Examples:
  autogen watch              the database against the model
  autogen watch migrations   without a database";
