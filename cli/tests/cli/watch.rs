//! `autogen watch`: what differs, as soon as the model is saved.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::{BOTH, Project};

const MODEL: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";

/// A program whose lines are read as they come, and which ends with its test.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn of(project: &Project, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_autogen"));
        command.current_dir(project.path()).env("DATABASE_URL", project.url()).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    /// Waits for a line; the long while is for a busy machine.
    fn tells(&self, text: &str) {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(60)).expect(text);
            if line.contains(text) {
                return;
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_saved_model_is_compared_again() {
    for on in BOTH {
        let project = Project::with_model(on, MODEL);
        let watching = Watching::of(&project, &["watch", "migrations"]);
        watching.tells("create table users");
        project.write("schema.sql", &format!("{MODEL}CREATE TABLE posts (id integer PRIMARY KEY);\n"));
        watching.tells("create table posts");
        // What can't be read is no reason to stop.
        project.write("schema.sql", "CREATE TABLE (");
        std::thread::sleep(Duration::from_millis(300));
        // As editors do it: another file takes its place.
        project.write("schema.sql.new", &format!("{MODEL}CREATE TABLE words (id integer PRIMARY KEY);\n"));
        std::fs::rename(project.path().join("schema.sql.new"), project.path().join("schema.sql")).unwrap();
        watching.tells("create table words");
    }
}

#[test]
fn only_a_model_is_watched() {
    let project = Project::with_model(BOTH[0], MODEL);
    project.run(&["watch", "model", "database"]).says("has no files of a model to watch");
}
