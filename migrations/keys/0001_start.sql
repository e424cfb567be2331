-- The key store: every key in it is wrapped. Type words: @ID @INT @TEXT @BLOB; @STRICT and @KEYED end a table.

-- Wrapped by the root key. More than one only while the store key is being exchanged.
CREATE TABLE store_key (
  number  @INT  NOT NULL PRIMARY KEY,
  made    @INT  NOT NULL,
  wrapped @BLOB NOT NULL
) @KEYED;

-- Keys of the organisation itself (blind index, signing), wrapped by the store key.
CREATE TABLE secret (
  name      @TEXT NOT NULL PRIMARY KEY,
  store_key @INT  NOT NULL REFERENCES store_key (number),
  wrapped   @BLOB NOT NULL
) @KEYED;

CREATE TABLE data_key (
  kind      @INT  NOT NULL,      -- 1 of a subject, 2 of a record
  owner     @INT  NOT NULL,
  dataset   @INT  NOT NULL,
  stamp     @INT  NOT NULL,      -- random; tells a key from one made again after an erasure
  store_key @INT  NOT NULL REFERENCES store_key (number),
  wrapped   @BLOB NOT NULL,
  PRIMARY KEY (kind, owner, dataset)
) @KEYED;

-- Backups are sealed under the key of the epoch in which they were made.
CREATE TABLE epoch (
  number    @INT NOT NULL PRIMARY KEY,
  opened    @INT NOT NULL,
  closed    @INT,                -- by the first disposal after
  destroyed @INT,
  store_key @INT REFERENCES store_key (number),
  wrapped   @BLOB                -- null once destroyed
) @STRICT;

-- What was destroyed, chained and signed, so that a restore can do it again.
CREATE TABLE erasure (
  number    @INT  NOT NULL PRIMARY KEY,
  at        @INT  NOT NULL,
  kind      @INT  NOT NULL,
  owner     @INT  NOT NULL,
  dataset   @INT  NOT NULL,
  epoch     @INT  NOT NULL,      -- the one that ended with it
  disposal  @INT  NOT NULL,      -- the record that orders it
  hash      @BLOB NOT NULL,
  signature @BLOB NOT NULL
) @STRICT;
