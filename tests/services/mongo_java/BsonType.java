import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** Keeps documents in the file as BSON. H2 would serialise Java objects: slower, and larger. */
final class BsonType extends BasicDataType<Document> {
  @Override
  public int getMemory(Document document) {
    return encoded(document).readableBytes(); // H2 asks for some, and estimates the others
  }

  @Override
  public void write(WriteBuffer to, Document document) {
    to.put(encoded(document).nioBuffer());
  }

  @Override
  public Document read(ByteBuffer from) {
    ByteBuf bytes = Unpooled.wrappedBuffer(from);
    Document document = BsonDecoder.decodeBson(bytes);
    from.position(from.position() + bytes.readerIndex());
    return document;
  }

  @Override
  public Document[] createStorage(int size) {
    return new Document[size];
  }

  private static ByteBuf encoded(Document document) {
    ByteBuf bytes = Unpooled.buffer();
    BsonEncoder.encodeDocument(document, bytes);
    return bytes;
  }
}
