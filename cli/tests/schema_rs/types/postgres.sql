CREATE TABLE t (
    id serial PRIMARY KEY, a boolean, b smallint, c real, d double precision, e numeric(10,2), f money, g char(3), h text, i "char",
    j bytea, k date, l time(3), m timetz, n timestamp(3), o timestamptz(3), p interval day to second, q uuid, r json, s jsonb, t inet,
    u cidr, v macaddr, w macaddr8, x oid, y pg_lsn, z integer[], aa varchar(5)[], ab int4range, ac tstzrange, ad int4multirange,
    ae bit(3), af varbit(4), ag xml, ah point, ai tsvector, aj name, ak bit, al character, am numeric[][], an bpchar
);
