import io.trino.sql.parser.SqlParser;
import java.nio.charset.StandardCharsets;

/** Parses the statement on standard input by Trino's own parser, which Athena's engine is made of. */
public class ParseTrino {
  public static void main(String[] arguments) throws Exception {
    String sql = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(new SqlParser().createStatement(sql).getClass().getSimpleName());
  }
}
