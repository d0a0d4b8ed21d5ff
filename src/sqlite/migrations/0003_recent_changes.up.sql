-- The last change ids before the present one, oldest first, eight bytes each, the most significant
-- first. A server that knows a change that is not among them gets the session whole: a copy of the
-- file that was put back may have another history with the same versions.

ALTER TABLE sessions ADD COLUMN recent_changes BLOB NOT NULL DEFAULT x'';
