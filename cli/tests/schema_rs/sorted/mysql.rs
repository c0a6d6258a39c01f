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
    use diesel::sql_types::*;
    use crate::own::*;

    posts (id) {
        at -> Timestamp,
        id -> Integer,
        user_id -> Unsigned<Bigint>,
        written -> Nullable<Datetime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;

    tags (post_id, word) {
        post_id -> Integer,
        #[max_length = 10]
        word -> Char,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::own::*;
    use super::sql_types::UsersBornYear;
    use super::sql_types::UsersFlagsSet;
    use super::sql_types::UsersRoleEnum;
    use super::sql_types::UsersTwoWordsMediumint;

    users (id) {
        active -> Bool,
        bits -> Nullable<Bit>,
        born -> Nullable<UsersBornYear>,
        data -> Nullable<Blob>,
        #[max_length = 16]
        fixed -> Nullable<Binary>,
        #[max_length = 4]
        flags -> Nullable<UsersFlagsSet>,
        id -> Unsigned<Bigint>,
        #[max_length = 50]
        name -> Varchar,
        note -> Nullable<Longtext>,
        price -> Nullable<Unsigned<Decimal>>,
        #[max_length = 7]
        role -> UsersRoleEnum,
        small -> Nullable<Unsigned<Tinyint>>,
        #[sql_name = "two words"]
        two_words -> Nullable<UsersTwoWordsMediumint>,
        #[sql_name = "type"]
        type_ -> Nullable<Text>,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(tags -> posts (post_id));
