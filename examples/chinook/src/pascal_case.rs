//! As the MySQL and SQLite editions name and type things.

use autogen_model::Model;
use bigdecimal::BigDecimal;
use chrono::NaiveDateTime;

/// A record of an artist.
#[derive(Model)]
#[model(table = "Album", rename_all = "PascalCase")]
pub struct Album {
    #[model(primary_key)]
    pub album_id: i32,
    #[model(sql_type = "NVARCHAR(160)")]
    pub title: String,
    #[model(references = Artist, index)]
    pub artist_id: i32,
}

/// Who makes music.
#[derive(Model)]
#[model(table = "Artist", rename_all = "PascalCase")]
pub struct Artist {
    #[model(primary_key)]
    pub artist_id: i32,
    #[model(sql_type = "NVARCHAR(120)")]
    pub name: Option<String>,
}

/// Who buys.
#[derive(Model)]
#[model(table = "Customer", rename_all = "PascalCase")]
pub struct Customer {
    #[model(primary_key)]
    pub customer_id: i32,
    #[model(sql_type = "NVARCHAR(40)")]
    pub first_name: String,
    #[model(sql_type = "NVARCHAR(20)")]
    pub last_name: String,
    #[model(sql_type = "NVARCHAR(80)")]
    pub company: Option<String>,
    #[model(sql_type = "NVARCHAR(70)")]
    pub address: Option<String>,
    #[model(sql_type = "NVARCHAR(40)")]
    pub city: Option<String>,
    #[model(sql_type = "NVARCHAR(40)")]
    pub state: Option<String>,
    #[model(sql_type = "NVARCHAR(40)")]
    pub country: Option<String>,
    #[model(sql_type = "NVARCHAR(10)")]
    pub postal_code: Option<String>,
    #[model(sql_type = "NVARCHAR(24)")]
    pub phone: Option<String>,
    #[model(sql_type = "NVARCHAR(24)")]
    pub fax: Option<String>,
    #[model(sql_type = "NVARCHAR(60)")]
    pub email: String,
    #[model(references = Employee, index)]
    pub support_rep_id: Option<i32>,
}

/// Who sells.
#[derive(Model)]
#[model(table = "Employee", rename_all = "PascalCase")]
pub struct Employee {
    #[model(primary_key)]
    pub employee_id: i32,
    #[model(sql_type = "NVARCHAR(20)")]
    pub last_name: String,
    #[model(sql_type = "NVARCHAR(20)")]
    pub first_name: String,
    #[model(sql_type = "NVARCHAR(30)")]
    pub title: Option<String>,
    #[model(references = Employee, index)]
    pub reports_to: Option<i32>,
    #[model(sql_type = "DATETIME")]
    pub birth_date: Option<NaiveDateTime>,
    #[model(sql_type = "DATETIME")]
    pub hire_date: Option<NaiveDateTime>,
    #[model(sql_type = "NVARCHAR(70)")]
    pub address: Option<String>,
    #[model(sql_type = "NVARCHAR(40)")]
    pub city: Option<String>,
    #[model(sql_type = "NVARCHAR(40)")]
    pub state: Option<String>,
    #[model(sql_type = "NVARCHAR(40)")]
    pub country: Option<String>,
    #[model(sql_type = "NVARCHAR(10)")]
    pub postal_code: Option<String>,
    #[model(sql_type = "NVARCHAR(24)")]
    pub phone: Option<String>,
    #[model(sql_type = "NVARCHAR(24)")]
    pub fax: Option<String>,
    #[model(sql_type = "NVARCHAR(60)")]
    pub email: Option<String>,
}

/// A kind of music.
#[derive(Model)]
#[model(table = "Genre", rename_all = "PascalCase")]
pub struct Genre {
    #[model(primary_key)]
    pub genre_id: i32,
    #[model(sql_type = "NVARCHAR(120)")]
    pub name: Option<String>,
}

/// What a customer bought at once.
#[derive(Model)]
#[model(table = "Invoice", rename_all = "PascalCase")]
pub struct Invoice {
    #[model(primary_key)]
    pub invoice_id: i32,
    #[model(references = Customer, index)]
    pub customer_id: i32,
    #[model(sql_type = "DATETIME")]
    pub invoice_date: NaiveDateTime,
    #[model(sql_type = "NVARCHAR(70)")]
    pub billing_address: Option<String>,
    #[model(sql_type = "NVARCHAR(40)")]
    pub billing_city: Option<String>,
    #[model(sql_type = "NVARCHAR(40)")]
    pub billing_state: Option<String>,
    #[model(sql_type = "NVARCHAR(40)")]
    pub billing_country: Option<String>,
    #[model(sql_type = "NVARCHAR(10)")]
    pub billing_postal_code: Option<String>,
    #[model(sql_type = "NUMERIC(10,2)")]
    pub total: BigDecimal,
}

/// A track on an invoice.
#[derive(Model)]
#[model(table = "InvoiceLine", rename_all = "PascalCase")]
pub struct InvoiceLine {
    #[model(primary_key)]
    pub invoice_line_id: i32,
    #[model(references = Invoice, index)]
    pub invoice_id: i32,
    #[model(references = Track, index)]
    pub track_id: i32,
    #[model(sql_type = "NUMERIC(10,2)")]
    pub unit_price: BigDecimal,
    pub quantity: i32,
}

/// How a track is stored.
#[derive(Model)]
#[model(table = "MediaType", rename_all = "PascalCase")]
pub struct MediaType {
    #[model(primary_key)]
    pub media_type_id: i32,
    #[model(sql_type = "NVARCHAR(120)")]
    pub name: Option<String>,
}

/// A list of tracks.
#[derive(Model)]
#[model(table = "Playlist", rename_all = "PascalCase")]
pub struct Playlist {
    #[model(primary_key)]
    pub playlist_id: i32,
    #[model(sql_type = "NVARCHAR(120)")]
    pub name: Option<String>,
}

/// A track on a list.
#[derive(Model)]
#[model(table = "PlaylistTrack", rename_all = "PascalCase")]
pub struct PlaylistTrack {
    #[model(primary_key, references = Playlist, index)]
    pub playlist_id: i32,
    #[model(primary_key, references = Track, index)]
    pub track_id: i32,
}

/// A piece of music.
#[derive(Model)]
#[model(table = "Track", rename_all = "PascalCase")]
pub struct Track {
    #[model(primary_key)]
    pub track_id: i32,
    #[model(sql_type = "NVARCHAR(200)")]
    pub name: String,
    #[model(references = Album, index)]
    pub album_id: Option<i32>,
    #[model(references = MediaType, index)]
    pub media_type_id: i32,
    #[model(references = Genre, index)]
    pub genre_id: Option<i32>,
    #[model(sql_type = "NVARCHAR(220)")]
    pub composer: Option<String>,
    pub milliseconds: i32,
    pub bytes: Option<i32>,
    #[model(sql_type = "NUMERIC(10,2)")]
    pub unit_price: BigDecimal,
}
