// @generated automatically by Diesel CLI.

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    keyless (oid) {
        a -> Nullable<Text>,
        oid -> BigInt,
        rowid -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    posts (id) {
        id -> BigInt,
        parent_id -> Nullable<BigInt>,
        user_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    tags (post_id, word) {
        post_id -> BigInt,
        word -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    users (id) {
        active -> Bool,
        any_thing -> Nullable<Binary>,
        at -> Nullable<Timestamp>,
        born -> Nullable<Date>,
        data -> Nullable<Binary>,
        doubled -> Nullable<Integer>,
        id -> Nullable<BigInt>,
        name -> Text,
        price -> Nullable<Double>,
        score -> Nullable<Float>,
        small -> Nullable<Bool>,
        #[sql_name = "type"]
        type_ -> Nullable<Text>,
        wide -> Nullable<BigInt>,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(tags -> posts (post_id));
