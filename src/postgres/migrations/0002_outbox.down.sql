-- What waits in it is not brought any more; whoever makes it again brings everything.

DELETE FROM properties WHERE name IN ('documents elsewhere', 'documents name');
DROP TRIGGER IF EXISTS note_new_documents ON reservations;
DROP TRIGGER IF EXISTS note_changed_documents ON reservations;
DROP FUNCTION note_documents;
DROP TABLE outbox;
