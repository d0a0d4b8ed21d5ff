import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * MongoService PORT FILE: mongo-java-server on 127.0.0.1, with its data in FILE. Port 0 is a free
 * one. Prints its address once it listens; ends on SIGTERM.
 */
public class MongoService {
  public static void main(String[] args) {
    MVStore store = new MVStore.Builder()
        .fileName(args[1])
        .autoCommitDisabled()
        .autoCommitBufferSize(0)
        .open();
    store.setRetentionTime(1_000); // after so many ms, what is outdated makes room in the file
    MongoServer server = new MongoServer(new DurableBackend(store));
    server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
  }

  /**
   * Runs one command at a time, and answers once what it changed is in the file:
   * <ul>
   * <li>What was answered survives kill -9. It is not flushed to the disk, and would not survive a
   *     loss of power.
   * <li>The file never holds half a command.
   * <li>The answer is of the moment of the command. By itself, mongo-java-server sends the
   *     documents that it stores, while the next command changes them.
   * </ul>
   */
  private static final class DurableBackend extends H2Backend {
    DurableBackend(MVStore store) {
      super(store);
      version(new Version());
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
      return new Database(name);
    }

    @Override
    public synchronized Document handleMessage(MongoMessage message) {
      try {
        return super.handleMessage(message).cloneDeeply();
      } finally {
        if (getMvStore().hasUnsavedChanges()) commit();
      }
    }

    /** The library knows hello by its older name alone. */
    @Override
    public Document handleCommand(Channel client, String database, String name, Document command) {
      if (!name.equals("hello")) return super.handleCommand(client, database, name, command);
      return super.handleCommand(client, database, "isMaster", command)
          .append("isWritablePrimary", true);
    }

    /**
     * Finds and keeps documents faster. It opens each map before the library does, which then takes
     * it with the types given here. The names are the library's: it drops and renames maps by them.
     */
    private final class Database extends H2Database {
      Database(String name) {
        super(name, getMvStore(), getCursorRegistry());
      }

      @Override
      protected MongoCollection<Object> openOrCreateCollection(
          String name, CollectionOptions options) {
        String full = getFullCollectionNamespace(name);
        MVMap.Builder<Object, Document> documents = new MVMap.Builder<>();
        return new IdCollection(this, name, options,
            getMvStore().openMap("databases." + full, documents.valueType(new BsonType())),
            getMvStore().openMap("meta." + full), cursorRegistry);
      }

      @Override
      protected Index<Object> openOrCreateUniqueIndex(
          String collection, String name, List<IndexKey> keys, boolean sparse) {
        String full = getFullCollectionNamespace(collection) + "._index_" + name;
        MVMap.Builder<Object, Object> positions = new MVMap.Builder<>();
        getMvStore().openMap(full, positions.keyType(new IndexKeyType()));
        return super.openOrCreateUniqueIndex(collection, name, keys, sparse);
      }
    }
  }

  /** What the library calls itself, but with the wire version that goes with it: drivers ask. */
  private static final class Version implements MongoVersion {
    @Override
    public List<Integer> getVersionArray() {
      return List.of(5, 0, 0);
    }

    @Override
    public int getWireVersion() {
      return 13;
    }
  }
}
