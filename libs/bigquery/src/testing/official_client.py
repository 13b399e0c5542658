"""Loads, exports and reads a table by Google's own client, at the address that is the first argument."""

import io
import json
import sys

from google.api_core.client_options import ClientOptions
from google.cloud import bigquery
from google.oauth2.credentials import Credentials

options = ClientOptions(api_endpoint=sys.argv[1])
client = bigquery.Client("acme", Credentials("sesame"), location="EU", client_options=options)
client.create_dataset("official")
load = bigquery.LoadJobConfig(
    source_format="CSV", autodetect=True, skip_leading_rows=1, write_disposition="WRITE_TRUNCATE"
)
file = io.BytesIO(b"n,t\n1,a\n2,b\n")
loaded = client.load_table_from_file(file, "acme.official.sheet", size=None, job_config=load).result()
extract = bigquery.ExtractJobConfig(destination_format="NEWLINE_DELIMITED_JSON")
client.extract_table("acme.official.sheet", "gs://acme-lake/official.json", job_config=extract).result()
table = client.get_table("acme.official.sheet")
rows = [list(row.values()) for row in client.list_rows(table, max_results=5)]
tables = [item.table_id for item in client.list_tables("official")]
client.delete_dataset("official", delete_contents=True)
print(json.dumps({"loaded": loaded.output_rows, "tables": tables, "rows": rows}))
