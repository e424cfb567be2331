-- What is opened once, files kept for a while, and more about the organisation's own fields and approvals. Type words: @ID
-- @INT @TEXT @BLOB; @STRICT and @KEYED end a table.

-- Something that happens once for each key: a duty's period in a department, a deadline that passed.
CREATE TABLE opened (
  key    @TEXT NOT NULL PRIMARY KEY,
  record @INT  NOT NULL,         -- what was opened for it; 0 = nothing yet
  at     @INT  NOT NULL
) @STRICT;

-- Uploads that wait for a second step; whoever takes it, or the day's chores, removes them.
CREATE TABLE kept_file (
  file  @INT NOT NULL PRIMARY KEY,
  until @INT NOT NULL
) @STRICT;
CREATE INDEX kept_file_by_until ON kept_file (until);

CREATE INDEX turn_by_until ON turn (until);

ALTER TABLE own_field ADD COLUMN retired @INT NOT NULL DEFAULT 0;

-- The approved record from which a line of a route comes.
ALTER TABLE route ADD COLUMN record @INT NOT NULL DEFAULT 0;
CREATE INDEX route_by_record ON route (record);
