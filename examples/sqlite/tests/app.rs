//! The application on a new file, and once more on the same.

use std::process::Command;

#[test]
fn sqlite_the_application_runs_twice() {
    let folder = tempfile::tempdir().unwrap();
    for lines in 1..=2 {
        let output = Command::new(env!("CARGO_BIN_EXE_sqlite_app"))
            .arg(folder.path().join("app.db"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(told.lines().count(), lines, "{told}");
        assert!(told.starts_with("garden: water the roses (InWork, 2030-05-01, since "), "{told}");
    }
}
