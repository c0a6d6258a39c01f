// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "name", schema = "pg_catalog"))]
    pub struct Name;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "point", schema = "pg_catalog"))]
    pub struct Point;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "timetz", schema = "pg_catalog"))]
    pub struct Timetz;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "varbit", schema = "pg_catalog"))]
    pub struct Varbit;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "xml", schema = "pg_catalog"))]
    pub struct Xml;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Timetz;
    use super::sql_types::Varbit;
    use super::sql_types::Xml;
    use super::sql_types::Point;
    use super::sql_types::Tsvector;
    use super::sql_types::Name;

    t (id) {
        id -> Int4,
        a -> Nullable<Bool>,
        b -> Nullable<Int2>,
        c -> Nullable<Float4>,
        d -> Nullable<Float8>,
        e -> Nullable<Numeric>,
        f -> Nullable<Money>,
        #[max_length = 3]
        g -> Nullable<Bpchar>,
        h -> Nullable<Text>,
        i -> Nullable<Char>,
        j -> Nullable<Bytea>,
        k -> Nullable<Date>,
        l -> Nullable<Time>,
        m -> Nullable<Timetz>,
        n -> Nullable<Timestamp>,
        o -> Nullable<Timestamptz>,
        p -> Nullable<Interval>,
        q -> Nullable<Uuid>,
        r -> Nullable<Json>,
        s -> Nullable<Jsonb>,
        #[sql_name = "t"]
        t_ -> Nullable<Inet>,
        u -> Nullable<Cidr>,
        v -> Nullable<Macaddr>,
        w -> Nullable<Macaddr8>,
        x -> Nullable<Oid>,
        y -> Nullable<PgLsn>,
        z -> Nullable<Array<Nullable<Int4>>>,
        aa -> Nullable<Array<Nullable<Varchar>>>,
        ab -> Nullable<Int4range>,
        ac -> Nullable<Tstzrange>,
        ad -> Nullable<Int4multirange>,
        #[max_length = 3]
        ae -> Nullable<Bit>,
        #[max_length = 4]
        af -> Nullable<Varbit>,
        ag -> Nullable<Xml>,
        ah -> Nullable<Point>,
        ai -> Nullable<Tsvector>,
        aj -> Nullable<Name>,
        #[max_length = 1]
        ak -> Nullable<Bit>,
        #[max_length = 1]
        al -> Nullable<Bpchar>,
        am -> Nullable<Array<Nullable<Numeric>>>,
        an -> Nullable<Bpchar>,
    }
}
