//! The guides: what a page shows is what happens. A block `sql FILE` (or of another language) writes a file, and a block `console` is typed
//! line by line in the same folder. `AUTOGEN_UPDATE=1` writes down what came.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

/// A page, line by line, with what its blocks came to.
struct Session<'a> {
    folder: &'a Path,
    variables: BTreeMap<String, String>,
}

/// A fenced block: what stands behind the fence, and its lines.
struct Block<'a> {
    info: &'a str,
    lines: Vec<&'a str>,
}

impl Session<'_> {
    /// Does what a block says; gives the block as it should read.
    fn run(&mut self, block: &Block<'_>) -> Vec<String> {
        let unchanged = || block.lines.iter().map(|line| (*line).to_owned()).collect();
        match block.info.split_once(' ') {
            Some((_, file)) => {
                let path = self.folder.join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, block.lines.join("\n") + "\n").unwrap();
                unchanged()
            }
            None if block.info == "console" => self.type_in(block),
            None => unchanged(),
        }
    }

    fn type_in(&mut self, block: &Block<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        for line in &block.lines {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            lines.push((*line).to_owned());
            match command.strip_prefix("export ").and_then(|set| set.split_once('=')) {
                Some((name, value)) => {
                    self.variables.insert(name.to_owned(), value.to_owned());
                }
                None => lines.extend(self.output(command)),
            }
        }
        lines
    }

    /// What a command prints, errors included.
    fn output(&self, command: &str) -> Vec<String> {
        let program = Path::new(env!("CARGO_BIN_EXE_autogen")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let ran = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {command}")])
            .current_dir(self.folder)
            .env_clear()
            .env("PATH", path)
            .envs(
                ["HOME", "CARGO_HOME", "RUSTUP_HOME"]
                    .iter()
                    .filter_map(|name| Some((name, std::env::var_os(name)?))),
            )
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .envs([("GIT_AUTHOR_NAME", "me"), ("GIT_AUTHOR_EMAIL", "me@localhost")])
            .envs([("GIT_COMMITTER_NAME", "me"), ("GIT_COMMITTER_EMAIL", "me@localhost")])
            .envs(&self.variables)
            .output()
            .unwrap();
        let text = String::from_utf8(ran.stdout).unwrap();
        text.lines().map(|line| line.trim_end().to_owned()).collect()
    }
}

/// A page as it should read.
fn played(page: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut session = Session { folder: folder.path(), variables: BTreeMap::new() };
    let mut written = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        written.push(line.to_owned());
        let Some(info) = line.strip_prefix("```") else { continue };
        let block = Block { info, lines: lines.by_ref().take_while(|line| *line != "```").collect() };
        written.extend(session.run(&block));
        written.push("```".to_owned());
    }
    written.join("\n") + "\n"
}

/// Without what is another one each time.
fn steady(page: &str) -> String {
    let changing = [
        (r"\d{4}-\d\d-\d\d-\d{6}-[0-9a-f]{4}", "REVISION"),
        (r"\b[0-9a-f]{32}\b", "LONG"),
        (r"\b[0-9a-f]{12}\b", "HASH"),
        (r"\b[0-9a-f]{7}\b", "COMMIT"),
        (r"in [0-9.]+ m?s\b", "in TIME"),
        (r"SQLite 3\.\d+", "SQLite"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( UTC)?", "MOMENT"),
    ];
    changing.into_iter().fold(page.to_owned(), |text, (pattern, word)| {
        Regex::new(pattern).unwrap().replace_all(&text, word).into_owned()
    })
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides");
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    pages
}

#[test]
fn each_guide_shows_what_happens() {
    let mut stale = Vec::new();
    for path in pages() {
        let page = std::fs::read_to_string(&path).unwrap();
        assert!(page.contains("```console\n$ "), "{} shows something", path.display());
        let played = played(&page);
        if steady(&played) == steady(&page) {
            continue;
        }
        if std::env::var_os("AUTOGEN_UPDATE").is_some() {
            std::fs::write(&path, &played).unwrap();
        }
        stale.push(format!("{}:\n{}", path.display(), diffy::create_patch(&steady(&page), &steady(&played))));
    }
    let is_update = std::env::var_os("AUTOGEN_UPDATE").is_some();
    assert!(stale.is_empty() || is_update, "run with AUTOGEN_UPDATE=1 to accept\n{}", stale.join("\n"));
}
