/** What flows between steps: a kind, the file name it gets, and how to tell that a file really is one. */
export interface ArtifactType<Kind extends string = string> {
  readonly kind: Kind;
  /** With its dot: `.parquet`; empty for a directory. */
  readonly extension: string;
  readonly directory: boolean;
  /** Throws an `Error` that says what is wrong with the file or folder at `path`. */
  readonly check: (path: string) => Promise<void> | void;
}

/** A flat JSON object of declared scalars; the only kind that a gate can read. */
export interface MetricsType<Names extends string = string> extends ArtifactType<'metrics'> {
  readonly names: readonly Names[];
}

/** An input that takes a list of artifacts of one kind. */
export interface ManyType<Kind extends string = string> {
  readonly manyOf: ArtifactType<Kind>;
}

export type InputTypes = Readonly<Record<string, ArtifactType | ManyType>>;
export type OutputTypes = Readonly<Record<string, ArtifactType>>;

/**
 * Defines an artifact kind of one's own.
 *
 * @example
 * ```ts
 * const geojson = defineArtifact({
 *   kind: 'geojson',
 *   extension: '.geojson',
 *   check: async (path) => void JSON.parse(await readFile(path, 'utf8')),
 * });
 * ```
 */
export function defineArtifact<const Kind extends string>(type: {
  readonly kind: Kind;
  readonly extension?: string;
  readonly directory?: boolean;
  readonly check?: (path: string) => Promise<void> | void;
}): () => ArtifactType<Kind> {
  const artifact = { extension: '', directory: false, check: () => undefined, ...type };
  return () => artifact;
}

export function isMany(type: ArtifactType | ManyType): type is ManyType {
  return 'manyOf' in type;
}

export function isMetrics(type: ArtifactType): type is MetricsType {
  return type.kind === 'metrics';
}
