// @generated automatically by Diesel CLI.

diesel::table! {
    posts (id) {
        id -> Int4,
        user_id -> Int8,
        reviewer_id -> Nullable<Int8>,
        parent_id -> Nullable<Int4>,
    }
}

diesel::table! {
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

diesel::allow_tables_to_appear_in_same_query!(posts, users,);
