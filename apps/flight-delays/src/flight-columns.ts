/** The columns of the raw data, and their DuckDB types. */
export const flightColumns = {
  date: 'TIMESTAMP',
  delay: 'BIGINT',
  distance: 'BIGINT',
  origin: 'VARCHAR',
  destination: 'VARCHAR',
} as const;

export const airportColumns = {
  iata: 'VARCHAR',
  name: 'VARCHAR',
  city: 'VARCHAR',
  state: 'VARCHAR',
  country: 'VARCHAR',
  latitude: 'DOUBLE',
  longitude: 'DOUBLE',
} as const;
