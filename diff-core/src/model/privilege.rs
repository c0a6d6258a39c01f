//! Granted privileges (`aclexplode` of the catalog's ACLs).

use serde::{Deserialize, Serialize};

/// One privilege granted to one role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role, raw; `None` is `PUBLIC`.
    pub grantee: Option<String>,
    /// `SELECT`, `EXECUTE` …
    pub privilege: String,
    /// `WITH GRANT OPTION`.
    pub grantable: bool,
    /// True for a privilege that the kind gives by default and that was revoked.
    pub revoked: bool,
    /// Who granted it, where that is not the object's owner: a role that was given the option to.
    pub grantor: Option<String>,
}
