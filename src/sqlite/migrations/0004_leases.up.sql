-- Which server does a chore that one is enough for. An owner is an unsigned 64-bit number, kept as
-- the signed one with the same bits.

CREATE TABLE leases (
    name  TEXT PRIMARY KEY,
    owner INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
