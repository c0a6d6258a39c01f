//! `--help`, completions and the manual's pages.

use std::path::Path;
use std::process::Command;

use crate::support::{On, Project};

const COMMANDS: [&str; 6] = ["check", "upgrade", "review", "lint", "schema", "completions"];

#[test]
fn shells_complete_every_command() {
    let project = Project::new(On::Sqlite);
    project.write("autogen.toml", "no = [settings\n");
    for shell in ["bash", "elvish", "fish", "nushell", "powershell", "zsh"] {
        let text = project.run(&["completions", shell]).exits(0).out;
        COMMANDS.iter().for_each(|command| assert!(text.contains(command), "{shell}: {command}"));
    }
    project.run(&["completions", "cmd"]).exits(2).says("bash, elvish, fish, nushell, powershell, zsh");
}

#[test]
fn bash_completes_a_command_and_an_option() {
    let project = Project::new(On::Sqlite);
    project.write("autogen.bash", &project.run(&["completions", "bash"]).exits(0).out);
    let completed = |words: &str, at: usize| {
        let script = format!(
            "source autogen.bash; COMP_WORDS=({words}); COMP_CWORD={at}; _autogen autogen \"${{COMP_WORDS[{at}]}}\" x; \
             echo \"${{COMPREPLY[*]}}\""
        );
        let ran = Command::new("bash").current_dir(project.path()).args(["-c", &script]).output().unwrap();
        String::from_utf8(ran.stdout).unwrap()
    };
    assert_eq!(completed("autogen upgr", 1).trim(), "upgrade");
    assert_eq!(completed("autogen check --ba", 2).trim(), "--base");
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
