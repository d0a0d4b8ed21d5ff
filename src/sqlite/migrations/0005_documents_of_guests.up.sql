-- Documents of guests, which another inventory sold, are purged once they have ended.

CREATE INDEX documents_of_guests ON documents (updated_at) WHERE account IS NULL;
