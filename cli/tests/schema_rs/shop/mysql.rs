// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(mysql_type(name = "Year"))]
    pub struct UsersBornYear;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(mysql_type(name = "Set"))]
    pub struct UsersFlagsSet;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(mysql_type(name = "Enum"))]
    pub struct UsersRoleEnum;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(mysql_type(name = "Mediumint"))]
    pub struct UsersTwoWordsMediumint;
}

diesel::table! {
    alone (id) {
        id -> Smallint,
    }
}

diesel::table! {
    posts (id) {
        id -> Integer,
        user_id -> Unsigned<Bigint>,
        written -> Nullable<Datetime>,
        at -> Timestamp,
    }
}

diesel::table! {
    tags (post_id, word) {
        post_id -> Integer,
        #[max_length = 10]
        word -> Char,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::UsersRoleEnum;
    use super::sql_types::UsersFlagsSet;
    use super::sql_types::UsersBornYear;
    use super::sql_types::UsersTwoWordsMediumint;

    users (id) {
        id -> Unsigned<Bigint>,
        #[max_length = 50]
        name -> Varchar,
        #[max_length = 7]
        role -> UsersRoleEnum,
        #[max_length = 4]
        flags -> Nullable<UsersFlagsSet>,
        active -> Bool,
        small -> Nullable<Unsigned<Tinyint>>,
        born -> Nullable<UsersBornYear>,
        price -> Nullable<Unsigned<Decimal>>,
        data -> Nullable<Blob>,
        bits -> Nullable<Bit>,
        #[max_length = 16]
        fixed -> Nullable<Binary>,
        note -> Nullable<Longtext>,
        #[sql_name = "type"]
        type_ -> Nullable<Text>,
        #[sql_name = "two words"]
        two_words -> Nullable<UsersTwoWordsMediumint>,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(tags -> posts (post_id));

diesel::allow_tables_to_appear_in_same_query!(alone, posts, tags, users,);
