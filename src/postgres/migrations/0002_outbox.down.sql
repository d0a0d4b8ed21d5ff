-- What waits in it is not brought any more; whoever makes it again brings everything.

DELETE FROM properties WHERE name = 'documents elsewhere';
DROP TABLE outbox;
