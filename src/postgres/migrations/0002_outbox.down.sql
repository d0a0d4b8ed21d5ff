-- What waits in it is not brought any more.

DROP TABLE outbox;
