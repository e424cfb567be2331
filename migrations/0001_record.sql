-- Records, their versions, and what finds them. Type words: @ID @INT @TEXT @BLOB; @STRICT and @KEYED end a table.

-- Settings of the organisation that are no record.
CREATE TABLE setting (
  name  @TEXT NOT NULL PRIMARY KEY,
  value @TEXT NOT NULL
) @STRICT;

-- Numbers for names, so that keys stay short. A number is never given twice.
CREATE TABLE name_code (
  code  @ID,
  type  @TEXT NOT NULL,
  field @TEXT NOT NULL,          -- '' is the type itself
  UNIQUE (type, field)
) @STRICT;

-- Fields that the organisation added to a type.
CREATE TABLE own_field (
  type     @TEXT NOT NULL,
  name     @TEXT NOT NULL,
  kind     @TEXT NOT NULL,
  label_ja @TEXT NOT NULL,
  label_en @TEXT NOT NULL,
  place    @INT  NOT NULL,
  PRIMARY KEY (type, name)
) @STRICT;

CREATE TABLE counter (
  name @TEXT NOT NULL PRIMARY KEY,
  next @INT  NOT NULL
) @STRICT;

CREATE TABLE record (
  id         @ID,
  type       @INT  NOT NULL,
  step       @TEXT NOT NULL,
  ended      @INT  NOT NULL,     -- 1: rejected, withdrawn, closed
  serial     @TEXT NOT NULL,
  department @INT  NOT NULL,     -- 0: none
  creator    @INT  NOT NULL,     -- staff record; 0: the system or the public
  version    @INT  NOT NULL,     -- the newest
  since      @INT  NOT NULL,     -- the version with which it came to this step
  missing    @INT  NOT NULL,     -- fields that submission demands and that are empty
  created    @INT  NOT NULL,
  changed    @INT  NOT NULL,
  holds_from @INT  NOT NULL,
  holds_to   @INT  NOT NULL
) @STRICT;
CREATE INDEX record_by_type ON record (type, ended, step, id);

CREATE TABLE version (
  record     @INT  NOT NULL,
  version    @INT  NOT NULL,
  at         @INT  NOT NULL,
  staff      @INT  NOT NULL,
  step       @TEXT NOT NULL,
  move       @TEXT NOT NULL,     -- '' for a plain save
  comment    @TEXT NOT NULL,
  department @INT  NOT NULL,
  holds_from @INT  NOT NULL,
  holds_to   @INT  NOT NULL,
  body       @BLOB NOT NULL,     -- packed fields in clear
  sealed     @BLOB NOT NULL,     -- sealed fields, one part for each key
  PRIMARY KEY (record, version)
) @STRICT;

-- One row for each listed field of a record: the order of lists, and what filters by equality.
CREATE TABLE record_key (
  field  @INT  NOT NULL,
  key    @BLOB NOT NULL,
  record @INT  NOT NULL,
  PRIMARY KEY (field, key, record)
) @KEYED;

CREATE TABLE unique_key (
  field  @INT  NOT NULL,
  key    @BLOB NOT NULL,
  record @INT  NOT NULL,
  PRIMARY KEY (field, key)
) @KEYED;

-- Pairs of characters that occur in searchable fields.
CREATE TABLE token (
  type   @INT  NOT NULL,
  token  @INT  NOT NULL,
  record @INT  NOT NULL,
  PRIMARY KEY (type, token, record)
) @KEYED;

CREATE TABLE link (
  to_record   @INT NOT NULL,
  from_record @INT NOT NULL,
  field       @INT NOT NULL,
  pinned      @INT NOT NULL,     -- the version it points to; 0 follows
  PRIMARY KEY (to_record, from_record, field)
) @KEYED;

-- Whose turn it is: those who hold the role for the department, or one person.
CREATE TABLE turn (
  record     @INT NOT NULL,
  role       @INT NOT NULL,      -- a bit
  department @INT NOT NULL,
  staff      @INT NOT NULL,
  until      @INT NOT NULL,      -- a day; 2147483647 = no date
  PRIMARY KEY (record, role, department, staff)
) @KEYED;
CREATE INDEX turn_by_role ON turn (role, department, until);
CREATE INDEX turn_by_staff ON turn (staff, until);

CREATE TABLE approval (
  record   @INT  NOT NULL,
  version  @INT  NOT NULL,       -- what was approved
  step     @TEXT NOT NULL,
  role     @INT  NOT NULL,       -- a bit: the role that was asked for
  acted_as @INT  NOT NULL,       -- a bit: the role that decided, the next higher one where need was
  staff    @INT  NOT NULL,
  at       @INT  NOT NULL,
  comment  @TEXT NOT NULL,
  signer   @TEXT NOT NULL,       -- decided on paper by; '' = decided here
  paper_on @INT  NOT NULL,
  paper    @INT  NOT NULL,       -- file; 0 = none
  PRIMARY KEY (record, version, step, role)
) @STRICT;

-- The organisation's own approvals, beyond the least that a type asks for.
CREATE TABLE route (
  type       @TEXT NOT NULL,
  step       @TEXT NOT NULL,
  role       @INT  NOT NULL,
  place      @INT  NOT NULL,
  valid_from @INT  NOT NULL,
  valid_to   @INT  NOT NULL,
  PRIMARY KEY (type, step, role, valid_from)
) @STRICT;

-- Roles held, by appointment, with the days; written by the hooks of appointments.
CREATE TABLE role_held (
  appointment @INT NOT NULL PRIMARY KEY,
  staff       @INT NOT NULL,
  role        @INT NOT NULL,     -- a bit
  department  @INT NOT NULL,     -- 0: the whole company
  day_from    @INT NOT NULL,
  day_to      @INT NOT NULL
) @STRICT;
CREATE INDEX role_held_by_staff ON role_held (staff);
CREATE INDEX role_held_by_role ON role_held (role, department);

-- Each department with itself and every one above it.
CREATE TABLE department_above (
  department @INT NOT NULL,
  above      @INT NOT NULL,
  PRIMARY KEY (department, above)
) @KEYED;
CREATE INDEX department_below ON department_above (above, department);

CREATE TABLE account (
  id            @ID,
  login         @TEXT NOT NULL UNIQUE,
  staff         @INT  NOT NULL,
  password      @TEXT NOT NULL,
  former        @TEXT NOT NULL,  -- hashes of former passwords, one a line
  must_change   @INT  NOT NULL,
  failed        @INT  NOT NULL,
  locked_until  @INT  NOT NULL,
  closed        @INT  NOT NULL,
  lang          @TEXT NOT NULL,
  created       @INT  NOT NULL
) @STRICT;

CREATE TABLE file (
  id     @ID,
  name   @BLOB NOT NULL,         -- sealed
  bytes  @BLOB NOT NULL,         -- sealed
  size   @INT  NOT NULL,
  at     @INT  NOT NULL,
  staff  @INT  NOT NULL
) @STRICT;
