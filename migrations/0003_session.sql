-- Sessions of people who are logged in. The browser holds the secret, here is only its hash.
CREATE TABLE session (
  id        @ID,
  token     @BLOB NOT NULL UNIQUE,
  account   @INT  NOT NULL,
  created   @INT  NOT NULL,
  seen      @INT  NOT NULL,
  locked    @INT  NOT NULL,
  kept_path @TEXT NOT NULL,      -- where the form goes that came while it was locked
  kept      @BLOB NOT NULL       -- its fields, sealed under the browser's secret
) @STRICT;
CREATE INDEX session_by_account ON session (account);
