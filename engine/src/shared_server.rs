//! What the namespaces of one database have of its server together: what is known of it, and sessions to read with.

use std::sync::OnceLock;

use autogen_introspect::DatabaseUrl;

/// The server of a project's database.
#[derive(Default)]
pub(crate) struct SharedServer {
    /// The database, without what is said of a namespace.
    url: Option<DatabaseUrl>,
    /// Set once it is known that no pooler shares sessions between its clients.
    is_direct: OnceLock<()>,
    /// Sessions that nobody reads with right now. There are never more of them than there were readings at once.
    #[cfg(feature = "postgres")]
    idle: std::sync::Mutex<Vec<autogen_introspect::postgres::NamespaceReader>>,
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

    /// Takes it for known from now on.
    pub(crate) fn know_direct(&self) {
        self.is_direct.get_or_init(|| ());
    }
}

#[cfg(feature = "postgres")]
mod readers {
    use std::sync::PoisonError;

    use autogen_diff_core::Schema;
    use autogen_introspect::postgres::NamespaceReader;

    use super::SharedServer;
    use crate::advice::Advice;
    use crate::error::Error;

    impl SharedServer {
        /// Reads a namespace, in a session that has read others before where there is one.
        pub(crate) fn read(&self, namespace: &str) -> Result<Schema, Error> {
            let idle = self.lock().pop();
            // The server may have ended it since: a migration can take hours.
            if let Some(mut reader) = idle
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
            if !reader.is_worn() {
                self.lock().push(reader);
            }
        }

        fn lock(&self) -> std::sync::MutexGuard<'_, Vec<NamespaceReader>> {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }
}
