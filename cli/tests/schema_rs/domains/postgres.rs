// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "email"))]
    pub struct Email;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct Mood;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "pair", schema = "app"))]
    pub struct Pair;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Email;
    use super::sql_types::Mood;
    use super::sql_types::Pair;

    users (id) {
        id -> Int8,
        #[max_length = 50]
        name -> Varchar,
        #[max_length = 80]
        mail -> Email,
        feeling -> Nullable<Mood>,
        feelings -> Nullable<Array<Nullable<Mood>>>,
        extra -> Nullable<Pair>,
        #[sql_name = "type"]
        type_ -> Text,
        #[sql_name = "users"]
        users_ -> Nullable<Text>,
        #[sql_name = "two words"]
        two_words -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}
