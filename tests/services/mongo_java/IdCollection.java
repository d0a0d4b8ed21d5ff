import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.bson.Document;
import org.h2.mvstore.MVMap;

/**
 * Looks documents up by _id where the filter has more conditions, too, as those of a commit or an
 * upsert have. The library uses an index only if the filter names its fields and no other; else it
 * decodes every document there is.
 */
final class IdCollection extends H2Collection {
  IdCollection(MongoDatabase database, String name, CollectionOptions options,
      MVMap<Object, Document> documents, MVMap<String, Object> meta, CursorRegistry cursors) {
    super(database, name, options, documents, meta, cursors);
  }

  /** Reads, updates, upserts, deletes, findAndModify, count and distinct all ask this. */
  @Override
  protected QueryResult queryDocuments(Document filter, Document orderBy, int skip, int limit,
      int batchSize, Document projection) {
    Iterable<Object> candidates = isNaturalDescending(orderBy) ? null : candidatesById(filter);
    if (candidates == null)
      return super.queryDocuments(filter, orderBy, skip, limit, batchSize, projection);
    return matchDocuments(filter, candidates, orderBy, skip, limit, batchSize, projection);
  }

  /** Where documents with the filter's _id are. Null if no index tells: it can be any. */
  private Iterable<Object> candidatesById(Document filter) {
    if (filter.get("_id") == null) return null;
    Document id = new Document("_id", filter.get("_id"));
    for (Index<Object> index : getIndexes())
      if (index.canHandle(id)) return index.getPositions(id);
    return null;
  }
}
