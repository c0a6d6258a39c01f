//! `--help`, completions and the manual's pages.

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
