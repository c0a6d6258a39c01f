//! `--help`, completions and the manual's pages.

use std::path::Path;
use std::process::Command;

use crate::support::{On, Project};

const SHELLS: [&str; 6] = ["bash", "elvish", "fish", "nushell", "powershell", "zsh"];

const COMMANDS: [&str; 6] = ["check", "upgrade", "review", "lint", "schema", "completions"];

#[test]
fn shells_complete_every_command() {
    let project = Project::new(On::Sqlite);
    project.write("autogen.toml", "no = [settings\n");
    for shell in SHELLS {
        let text = project.run(&["completions", shell]).exits(0).out;
        assert!(text.contains("AUTOGEN_COMPLETE") && text.contains("autogen"), "{shell}: {text}");
        let answer = completed(&project, shell, &["autogen", ""]);
        COMMANDS.iter().for_each(|command| assert!(answer.contains(command), "{shell}: {answer}"));
    }
    let zsh = project.run(&["completions", "zsh"]).exits(0).out;
    let (function, first) =
        ("function _clap_dynamic_completer_autogen()", "then _clap_dynamic_completer_autogen");
    assert!(zsh.contains(function) && zsh.contains(first), "the first TAB is answered: {zsh}");
    project.run(&["completions", "cmd"]).exits(2).says("bash, elvish, fish, nushell, powershell, zsh");
}

/// What a shell gets when TAB is pressed behind the last of some words.
fn completed(project: &Project, shell: &str, words: &[&str]) -> String {
    let at = (words.len() - 1).to_string();
    let ran = Command::new(env!("CARGO_BIN_EXE_autogen"))
        .current_dir(project.path())
        .env("AUTOGEN_COMPLETE", shell)
        .env("_CLAP_COMPLETE_INDEX", at)
        .arg("--")
        .args(words)
        .output()
        .unwrap();
    assert!(ran.status.success() && ran.stderr.is_empty(), "{shell}: {ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn bash_completes_what_the_project_has() {
    let project = Project::new(On::Sqlite);
    project.write("autogen.bash", &project.run(&["completions", "bash"]).exits(0).out);
    let programs = Path::new(env!("CARGO_BIN_EXE_autogen")).parent().unwrap().display();
    let completed = |words: &str, at: usize| {
        let script = format!(
            "PATH={programs}:$PATH; source autogen.bash; COMP_WORDS=({words}); COMP_CWORD={at}; COMP_TYPE=9; \
             _autogen autogen \"${{COMP_WORDS[{at}]}}\" x; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let ran = Command::new("bash").current_dir(project.path()).args(["-c", &script]).output().unwrap();
        String::from_utf8(ran.stdout).unwrap().lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(completed("autogen upgr", 1), ["upgrade"]);
    assert_eq!(completed("autogen check --ba", 2), ["--base"]);
    assert_eq!(completed("autogen explain LK20", 2), ["LK201", "LK202", "LK203", "LK204", "LK205", "LK206"]);

    // Without a project there is nothing of one.
    assert_eq!(completed("autogen show 2", 2), [""]);
    project.write("autogen.toml", "[fleet.tenants]\nglob = \"*.db\"\n");
    project.write("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY);\n");
    project.run(&["-m", "add users"]).exits(0);
    project.write("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\n");
    project.run(&["upgrade"]).exits(0);
    project.run(&["-m", "add email"]).exits(0);
    project.run(&["ref", "production"]).exits(0);
    let names = project.migrations();
    let [users, email] = &names[..] else { panic!("{names:?}") };
    // What a shell would run is not put on its line.
    project.write("sch$(id).sql", "");
    project.write("migrations/2030-01-01-000000_$(id)/up.sql", "SELECT 1;\n");
    assert_eq!(completed("autogen show 203", 2), [""]);
    std::fs::remove_dir_all(project.path().join("migrations/2030-01-01-000000_$(id)")).unwrap();
    assert_eq!(completed("autogen show ''", 2)[..4], ["head", "base", email, users]);
    assert_eq!(completed("autogen upgrade add_u", 2), ["add_users"]);
    // As bash parts them.
    assert_eq!(completed("autogen review add_users : he", 4), ["head"]);
    assert_eq!(completed("autogen upgrade --environment = prod", 4), ["production"]);
    assert_eq!(completed("autogen upgrade --environment prod", 3), ["production"]);
    assert_eq!(completed("autogen diff sch", 2), ["schema.sql"]);
    assert_eq!(completed("autogen diff m", 2), ["migrations/", "model", "migrations"]);
    assert_eq!(completed("autogen status --fleet t", 3), ["tenants"]);
}

#[test]
fn nushell_is_told_what_each_is() {
    let project = Project::new(On::Sqlite);
    let answer = completed(&project, "nushell", &["autogen", "explain", "dl102"]);
    assert_eq!(answer, "[]", "codes are written in capitals");
    let answer = completed(&project, "nushell", &["autogen", "explain", "DL102"]);
    let told: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(told[0]["value"], "DL102");
    assert!(told[0]["description"].as_str().unwrap().contains("column"), "{answer}");
}

#[test]
fn each_command_has_a_page_and_examples() {
    let project = Project::new(On::Sqlite);
    project.run(&["man", "pages"]).exits(0);
    for command in COMMANDS {
        let page = project.read(&format!("pages/autogen-{command}.1"));
        assert!(page.contains("SYNOPSIS"), "{page}");
        let help = project.run(&[command, "--help"]).exits(0).out;
        assert!(help.contains("Examples:\n  autogen "), "{help}");
    }
    assert!(project.read("pages/autogen.1").contains("autogen\\-upgrade"), "the commands are listed");
}

/// `docs/commands.md` is what `--help` says; `AUTOGEN_UPDATE=1` writes it.
#[test]
fn the_list_of_commands_is_what_help_says() {
    let project = Project::new(On::Sqlite);
    let help = |arguments: &[&str]| {
        let text = project.run(arguments).exits(0).out;
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>()
    };
    let top = help(&["--help"]);
    let listed =
        top.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 20, "{names:?}");
    let mut page = format!(
        "# Commands\n\nThis page is what `--help` says of each.\n\n## autogen\n\n```text\n{top}```\n"
    );
    for name in names.into_iter().filter(|name| *name != "help") {
        page.push_str(&format!("\n## autogen {name}\n\n```text\n{}```\n", help(&[name, "--help"])));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/commands.md");
    if std::env::var_os("AUTOGEN_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap_or_default(),
        page,
        "run with AUTOGEN_UPDATE=1 to accept"
    );
}
