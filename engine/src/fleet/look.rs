//! A look at many databases, which writes nothing: what their version tables say, and no more.

use autogen_runner::Glance;

use super::member::Member;
use super::parallel::each;
use crate::connection::{self, Access, with_connection};
use crate::error::Error;
use crate::project::Project;

/// Looks at databases in so many threads, or over one connection where they are namespaces of one. What is seen is judged at
/// once, since the rows of many databases are too much to keep.
pub(super) fn look<R: Send>(
    project: &Project,
    members: &[&Member],
    threads: usize,
    judge: &(dyn Fn(&Glance) -> R + Sync),
    mut seen: impl FnMut(usize, Result<R, Error>),
) {
    let single = |member: &&Member| glance(project, member).map(|glance| judge(&glance));
    let of_namespaces = namespaces(members).and_then(|names| {
        let mut judged = Vec::with_capacity(names.len());
        // An error is that of one of them, which each by itself tells.
        at_namespaces(project, &names, &mut |place, glance| judged.push((place, judge(glance)))).ok()?;
        Some(judged)
    });
    match of_namespaces {
        Some(judged) => judged.into_iter().for_each(|(place, result)| seen(place, Ok(result))),
        None => each(members, threads, &single, |place, result| {
            seen(place, result);
            true
        }),
    }
}

/// What the version tables of one database say. A SQLite file that is not there has none.
pub(super) fn glance(project: &Project, member: &Member) -> Result<Glance, Error> {
    let mut connection = connection::open(project.observer(), &member.url, Access::Read)?;
    Ok(with_connection!(&mut connection, c => autogen_runner::glance(c)?))
}

/// The namespaces, where all databases are one.
fn namespaces<'m>(members: &[&'m Member]) -> Option<Vec<&'m str>> {
    let names: Option<Vec<&str>> = members.iter().map(|member| member.namespace.as_deref()).collect();
    names.filter(|names| !names.is_empty())
}

/// Looks at namespaces of the project's database over one connection.
#[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "only PostgreSQL has namespaces"))]
fn at_namespaces(
    project: &Project,
    names: &[&str],
    seen: &mut dyn FnMut(usize, &Glance),
) -> Result<(), Error> {
    match project.open(Access::Read)? {
        #[cfg(feature = "postgres")]
        connection::AnyConnection::Postgres(mut connection) => {
            Ok(autogen_runner::glance_at_namespaces(&mut connection, names, seen)?)
        }
        #[cfg(feature = "sqlite")]
        connection::AnyConnection::Sqlite(_) => Err(no_namespaces(project)),
        #[cfg(feature = "mysql")]
        connection::AnyConnection::Mysql(_) => Err(no_namespaces(project)),
    }
}

#[cfg(any(feature = "sqlite", feature = "mysql"))]
fn no_namespaces(project: &Project) -> Error {
    let shown = project.database.as_ref().map(ToString::to_string).unwrap_or_default();
    Error::usage(format!("{shown} has no schemas"), crate::advice::Advice::CorrectFleet)
}
