// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct Mood;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "pair", schema = "app"))]
    pub struct Pair;
}

diesel::table! {
    CamelCase (Id) {
        Id -> Int4,
        #[sql_name = "1st"]
        _1st -> Nullable<Int4>,
    }
}

diesel::table! {
    alone (id) {
        id -> Int2,
    }
}

diesel::table! {
    badges (id) {
        id -> Int4,
        user_id -> Int8,
    }
}

diesel::table! {
    comments (post_id, n) {
        post_id -> Int4,
        n -> Int4,
        body -> Nullable<Text>,
    }
}

diesel::table! {
    measured (at) {
        at -> Timestamp,
        value -> Nullable<Float4>,
    }
}

diesel::table! {
    measured_2026 (at) {
        at -> Timestamp,
        value -> Nullable<Float4>,
    }
}

diesel::table! {
    posts (id) {
        id -> Int4,
        user_id -> Int8,
        reviewer_id -> Nullable<Int8>,
        parent_id -> Nullable<Int4>,
    }
}

diesel::table! {
    reactions (id) {
        id -> Uuid,
        post_id -> Nullable<Int4>,
        n -> Nullable<Int4>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Mood;
    use super::sql_types::Pair;

    users (id) {
        id -> Int8,
        #[max_length = 50]
        name -> Varchar,
        #[max_length = 80]
        mail -> Varchar,
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

diesel::joinable!(badges -> users (user_id));
diesel::joinable!(comments -> posts (post_id));

diesel::allow_tables_to_appear_in_same_query!(
    CamelCase,
    alone,
    badges,
    comments,
    measured,
    measured_2026,
    posts,
    reactions,
    users,
);
