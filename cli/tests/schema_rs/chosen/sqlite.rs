// @generated automatically by Diesel CLI.

diesel::table! {
    posts (id) {
        id -> Integer,
        user_id -> Integer,
        parent_id -> Nullable<Integer>,
    }
}

diesel::table! {
    users (id) {
        id -> Nullable<Integer>,
        name -> Text,
        active -> Bool,
        score -> Nullable<Float>,
        price -> Nullable<Double>,
        data -> Nullable<Binary>,
        any_thing -> Nullable<Binary>,
        born -> Nullable<Date>,
        at -> Nullable<Timestamp>,
        wide -> Nullable<BigInt>,
        small -> Nullable<Bool>,
        #[sql_name = "type"]
        type_ -> Nullable<Text>,
        doubled -> Nullable<Integer>,
    }
}

diesel::joinable!(posts -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(posts, users,);
