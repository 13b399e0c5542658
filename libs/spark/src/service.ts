/** A PySpark script to be run, all of it in the service's object store. */
export interface SparkJob {
  /** Kebab-case, of any length. */
  readonly name: string;
  /** A UUID: two starts with the same are one, where the service knows how. */
  readonly id: string;
  /** Addresses as {@link SparkService.address} gives them: the script, and a ZIP archive of the modules that it imports. */
  readonly script: string;
  readonly modules: string;
  readonly args: readonly string[];
  /** A folder for what the job prints, where the service writes it to the store. */
  readonly logs: string;
  /** Seconds after which the service ends it by itself, where it does: in case nobody is there to tell it. */
  readonly timeout?: number;
}

/** How a job is, in the service's own word. */
export interface JobState {
  readonly name: string;
  readonly ended?: 'succeeded' | 'failed' | 'stopped';
  /** What the service says about it. */
  readonly reason?: string;
}

/** A service that runs Spark. */
export interface SparkService {
  /** As in a log line: `EMR Serverless`. */
  readonly title: string;
  /** Seconds between two looks at a job. */
  readonly poll: number;
  /**
   * How the service's Spark names a location of a store: `s3://…`, `gs://…`, `abfss://…`.
   *
   * @throws PlatformError `usage` for a store that it doesn't read.
   */
  readonly address: (uri: string) => string;
  /** Starts a job, and returns its id. */
  readonly start: (job: SparkJob) => Promise<string>;
  readonly look: (id: string) => Promise<JobState>;
  /** Tells a job to stop; it may take a while. */
  readonly stop: (id: string) => Promise<void>;
}
