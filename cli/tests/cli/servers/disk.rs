//! A small disk over a folder: a file system in memory, which only root can mount.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// It is unmounted with the value.
pub(crate) struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// None where none can be mounted.
    pub(crate) fn over(folder: &Path, kilobytes: u64) -> Option<Self> {
        let mounted = mount(&[&format!("size={kilobytes}k")], folder)?;
        mounted.status.success().then(|| Self { folder: folder.to_owned() })
    }

    /// Makes room.
    pub(crate) fn grow(&self, kilobytes: u64) {
        let grown = mount(&["remount", &format!("size={kilobytes}k")], &self.folder).unwrap();
        assert!(grown.status.success(), "{}", String::from_utf8_lossy(&grown.stderr));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.folder).output();
    }
}

fn mount(options: &[&str], folder: &Path) -> Option<Output> {
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", &options.join(","), "tmpfs"]).arg(folder);
    mount.output().ok()
}
