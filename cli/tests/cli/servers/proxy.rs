//! A proxy before a server, which cuts all connections at once behind a number of messages or bytes.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// What is counted, in both directions together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Messages of PostgreSQL's protocol.
    Message,
    Byte,
}

/// Where the connections are cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) unit: Unit,
    /// How many come through.
    pub(crate) behind: u64,
    /// Whether connections are let through again afterwards.
    pub(crate) comes_back: bool,
}

/// It ends with the value.
pub(crate) struct Proxy {
    port: u16,
    line: Arc<Line>,
    accepts: Option<JoinHandle<()>>,
}

/// What the threads of all connections share.
struct Line {
    cut: Cut,
    passed: AtomicU64,
    is_cut: AtomicBool,
    is_over: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// `server` is its host and port.
    pub(crate) fn start(server: &str, cut: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Arc::new(Line {
            cut,
            passed: AtomicU64::new(0),
            is_cut: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let (shared, server) = (Arc::clone(&line), server.to_owned());
        let accepts = std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.is_over.load(Ordering::SeqCst) {
                    return;
                }
                if shared.is_cut.load(Ordering::SeqCst) && !cut.comes_back {
                    continue;
                }
                if let Ok(server) = TcpStream::connect(&server) {
                    shared.connect(client, server);
                }
            }
        });
        Self { port, line, accepts: Some(accepts) }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How many messages or bytes came through, before the cut or since the start.
    pub(crate) fn passed(&self) -> u64 {
        self.line.passed.load(Ordering::SeqCst)
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.line.is_cut.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.line.is_over.store(true, Ordering::SeqCst);
        self.line.close_all();
        // Wakes up the thread that accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        let _ = self.accepts.take().map(JoinHandle::join);
    }
}

impl Line {
    fn connect(self: &Arc<Self>, client: TcpStream, server: TcpStream) {
        let of = |stream: &TcpStream| stream.try_clone().unwrap();
        for stream in [&client, &server] {
            stream.set_nodelay(true).unwrap();
        }
        self.open.lock().unwrap().extend([of(&client), of(&server)]);
        for (from, to, begins) in [(of(&client), of(&server), true), (server, client, false)] {
            let line = Arc::clone(self);
            std::thread::spawn(move || line.pump(from, to, begins));
        }
    }

    /// Passes on what comes, until the line is cut or one side has enough.
    fn pump(&self, mut from: TcpStream, mut to: TcpStream, mut begins: bool) {
        while let Ok((piece, units)) = self.read(&mut from, begins) {
            begins = false;
            let passes = self.count(units);
            let part = match self.cut.unit {
                Unit::Byte => &piece[..usize::try_from(passes).unwrap()],
                Unit::Message if passes == units => &piece,
                Unit::Message => &[],
            };
            let is_written = to.write_all(part).is_ok();
            if passes < units {
                self.close_all();
                return;
            }
            if !is_written {
                break;
            }
        }
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    }

    /// What comes, and how many units that is. The client's first message has no letter before it.
    fn read(&self, from: &mut TcpStream, begins: bool) -> std::io::Result<(Vec<u8>, u64)> {
        if self.cut.unit == Unit::Byte || self.is_cut.load(Ordering::SeqCst) {
            let mut bytes = vec![0; 4096];
            let length = from.read(&mut bytes)?;
            bytes.truncate(length);
            return if length == 0 {
                Err(ErrorKind::UnexpectedEof.into())
            } else {
                Ok((bytes, length as u64))
            };
        }
        let mut message = vec![0; if begins { 4 } else { 5 }];
        from.read_exact(&mut message)?;
        let at = message.len() - 4;
        let length = u32::from_be_bytes([message[at], message[at + 1], message[at + 2], message[at + 3]]);
        let rest = usize::try_from(length).unwrap().saturating_sub(4);
        let head = message.len();
        message.resize(head + rest, 0);
        from.read_exact(&mut message[head..])?;
        Ok((message, 1))
    }

    /// How many of some units may pass. Those that may not cut the line.
    fn count(&self, units: u64) -> u64 {
        if self.is_cut.load(Ordering::SeqCst) {
            return if self.cut.comes_back { units } else { 0 };
        }
        let before = self.passed.fetch_add(units, Ordering::SeqCst);
        let passes = units.min(self.cut.behind.saturating_sub(before));
        if passes < units {
            self.is_cut.store(true, Ordering::SeqCst);
        }
        passes
    }

    fn close_all(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
