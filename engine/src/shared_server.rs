//! What the namespaces of one database have of its server together: what is known of it, and sessions to read with.

use std::sync::OnceLock;

use autogen_introspect::DatabaseUrl;

/// The server of a project's database.
#[derive(Default)]
pub(crate) struct SharedServer {
    /// The database, without what is said of a namespace.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "only PostgreSQL has namespaces"))]
    url: Option<DatabaseUrl>,
    /// Set once it is known that no pooler shares sessions between its clients.
    is_direct: OnceLock<()>,
    /// Sessions that nobody reads with right now, and since when. There are never more of them than there were readings at once.
    #[cfg(feature = "postgres")]
    idle: std::sync::Mutex<Vec<(autogen_introspect::postgres::NamespaceReader, std::time::Instant)>>,
}

impl SharedServer {
    /// Of a database. Nothing is opened.
    pub(crate) fn new(url: Option<DatabaseUrl>) -> Self {
        Self { url, ..Self::default() }
    }

    /// Whether it is known that no pooler shares sessions.
    pub(crate) fn is_known_direct(&self) -> bool {
        self.is_direct.get().is_some()
    }

    /// From now on it is known.
    pub(crate) fn set_direct(&self) {
        self.is_direct.get_or_init(|| ());
    }
}

#[cfg(feature = "postgres")]
mod readers {
    use std::sync::{MutexGuard, PoisonError};
    use std::time::{Duration, Instant};

    use autogen_diff_core::Schema;
    use autogen_introspect::postgres::NamespaceReader;

    use super::SharedServer;
    use crate::advice::Advice;
    use crate::error::Error;

    /// How long a session may be idle. A firewall that forgot an older one would have its next reader wait for minutes.
    const IDLE: Duration = Duration::from_secs(60);

    impl SharedServer {
        /// Reads a namespace, in a session that has read others before where there is one.
        pub(crate) fn read(&self, namespace: &str) -> Result<Schema, Error> {
            let idle = self.lock().pop().filter(|(_, since)| since.elapsed() < IDLE);
            // The server may have ended it since.
            if let Some((mut reader, _)) = idle
                && let Ok(schema) = reader.read(namespace)
            {
                self.give_back(reader);
                return Ok(schema);
            }
            let named = self.url.as_ref();
            let url = named.ok_or_else(|| Error::usage("no database is named", Advice::NameDatabase))?;
            let mut reader = NamespaceReader::open(url, self.is_known_direct())?;
            let schema = reader.read(namespace)?;
            self.give_back(reader);
            Ok(schema)
        }

        fn give_back(&self, reader: NamespaceReader) {
            if !reader.should_be_replaced() {
                self.lock().push((reader, Instant::now()));
            }
        }

        fn lock(&self) -> MutexGuard<'_, Vec<(NamespaceReader, Instant)>> {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }
}
