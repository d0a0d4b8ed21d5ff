import de.bwaldvogel.mongo.backend.KeyValue;
import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.ObjectDataType;

/** Keeps the keys of an index as arrays, which H2 compares. Else it serialises both, each time. */
final class IndexKeyType extends ObjectDataType {
  @Override
  public int compare(Object a, Object b) {
    return super.compare(values(a), values(b));
  }

  @Override
  public int getMemory(Object key) {
    return super.getMemory(values(key));
  }

  @Override
  public void write(WriteBuffer to, Object key) {
    super.write(to, values(key));
  }

  @Override
  public Object read(ByteBuffer from) {
    return new KeyValue((Object[]) super.read(from));
  }

  private static Object[] values(Object key) {
    return ((KeyValue) key).stream().toArray();
  }
}
