export { openSpark } from './open-spark.ts';
export { runSparkJob } from './run-spark-job.ts';
export type { JobState, SparkJob, SparkService } from './service.ts';
