import com.google.zetasql.Analyzer;
import com.google.zetasql.AnalyzerOptions;
import com.google.zetasql.LanguageOptions;
import com.google.zetasql.SimpleCatalog;
import com.google.zetasql.SimpleTable;
import com.google.zetasql.TypeFactory;
import com.google.zetasql.ZetaSQLBuiltinFunctionOptions;
import com.google.zetasql.ZetaSQLType.TypeKind;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedOutputColumn;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedQueryStmt;
import java.nio.charset.StandardCharsets;

/**
 * Resolves the query on standard input as BigQuery does: by GoogleSQL's own analyzer, with names, functions and types. The
 * arguments are a table and its columns: events date TIMESTAMP delay INT64. Prints the columns of the result.
 */
public class ParseGoogle {
  public static void main(String[] arguments) throws Exception {
    LanguageOptions language = new LanguageOptions().enableMaximumLanguageFeatures();
    AnalyzerOptions options = new AnalyzerOptions();
    options.setLanguageOptions(language);
    SimpleCatalog catalog = new SimpleCatalog("catalog");
    catalog.addZetaSQLFunctionsAndTypes(new ZetaSQLBuiltinFunctionOptions(language));
    SimpleTable table = new SimpleTable(arguments[0]);
    for (int at = 1; at < arguments.length; at += 2) {
      TypeKind kind = TypeKind.valueOf("TYPE_" + arguments[at + 1]);
      table.addSimpleColumn(arguments[at], TypeFactory.createSimpleType(kind));
    }
    catalog.addSimpleTable(table);
    String sql = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    ResolvedQueryStmt query = (ResolvedQueryStmt) Analyzer.analyzeStatement(sql, options, catalog);
    for (ResolvedOutputColumn column : query.getOutputColumnList()) {
      System.out.println(column.getName() + " " + column.getColumn().getType());
    }
  }
}
