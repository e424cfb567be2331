-- The audit log, the subject register, jobs. Type words: @ID @INT @TEXT @BLOB; @STRICT and @KEYED end a table.

-- Append-only. id = lane * 2^40 + the entry's number in its lane; hash covers the one before and every column.
CREATE TABLE audit_entry (
  id      @INT  NOT NULL PRIMARY KEY,
  at      @INT  NOT NULL,
  actor   @INT  NOT NULL,
  staff   @INT  NOT NULL,
  session @INT  NOT NULL,
  address @TEXT NOT NULL,
  action  @TEXT NOT NULL,
  type    @TEXT NOT NULL,
  record  @INT  NOT NULL,
  version @INT  NOT NULL,
  detail  @TEXT NOT NULL,
  count   @INT  NOT NULL,
  digest  @BLOB,
  hash    @BLOB NOT NULL
) @STRICT;

-- The head of each lane and who writes to it at present.
CREATE TABLE chain_lane (
  lane   @INT  NOT NULL PRIMARY KEY,
  seq    @INT  NOT NULL,
  hash   @BLOB NOT NULL,
  holder @INT  NOT NULL,         -- random; 0 nobody
  until  @INT  NOT NULL
) @STRICT;

-- Signed heads of all lanes.
CREATE TABLE chain_checkpoint (
  number    @INT  NOT NULL PRIMARY KEY,
  at        @INT  NOT NULL,
  heads     @TEXT NOT NULL,
  signature @BLOB NOT NULL
) @STRICT;

-- The people concerned. into_subject: is the same person as.
CREATE TABLE subject (
  id           @ID,
  into_subject @INT NOT NULL
) @STRICT;
CREATE INDEX subject_by_into ON subject (into_subject);

CREATE TABLE subject_mark (
  field   @TEXT NOT NULL,
  blind   @BLOB NOT NULL,
  subject @INT  NOT NULL,
  PRIMARY KEY (field, blind, subject)
) @KEYED;
CREATE INDEX subject_mark_by_subject ON subject_mark (subject);

-- Work to be done once by whichever node takes it first.
CREATE TABLE job (
  id     @ID,
  kind   @TEXT NOT NULL,
  body   @BLOB NOT NULL,
  due    @INT  NOT NULL,
  tries  @INT  NOT NULL,
  holder @INT  NOT NULL,         -- random; 0 nobody
  until  @INT  NOT NULL,         -- end of the lease
  unique_key @TEXT UNIQUE        -- null: may stand there twice
) @STRICT;
CREATE INDEX job_by_due ON job (due);

-- Numbers without gaps, by form and year of the PMS.
CREATE TABLE serial (
  form @TEXT NOT NULL,
  year @INT  NOT NULL,
  last @INT  NOT NULL,
  PRIMARY KEY (form, year)
) @KEYED;
