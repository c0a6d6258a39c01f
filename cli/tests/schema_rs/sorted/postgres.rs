// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "pair", schema = "app"))]
    pub struct Pair;
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    badges (id) {
        id -> Int4,
        user_id -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    comments (post_id, n) {
        body -> Nullable<Text>,
        n -> Int4,
        post_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    measured (at) {
        at -> Timestamp,
        value -> Nullable<Float4>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    measured_2026 (at) {
        at -> Timestamp,
        value -> Nullable<Float4>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    posts (id) {
        id -> Int4,
        parent_id -> Nullable<Int4>,
        reviewer_id -> Nullable<Int8>,
        user_id -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    reactions (id) {
        id -> Uuid,
        n -> Nullable<Int4>,
        post_id -> Nullable<Int4>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;
    use super::sql_types::Pair;

    users (id) {
        created_at -> Timestamptz,
        extra -> Nullable<Pair>,
        feeling -> Nullable<Mood>,
        feelings -> Nullable<Array<Nullable<Mood>>>,
        id -> Int8,
        #[max_length = 80]
        mail -> Varchar,
        #[max_length = 50]
        name -> Varchar,
        #[sql_name = "two words"]
        two_words -> Nullable<Text>,
        #[sql_name = "type"]
        type_ -> Text,
        #[sql_name = "users"]
        users_ -> Nullable<Text>,
    }
}

diesel::joinable!(badges -> users (user_id));
diesel::joinable!(comments -> posts (post_id));
