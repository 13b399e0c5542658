interface BatchQueues {
  /** Name or ARN of a queue whose machines stay. */
  readonly queue: string;
  /** One whose machines can be taken away. */
  readonly spotQueue?: string;
}

/** What the document doesn't say: where a state machine's jobs run, and where their artifacts lie. */
export interface StepFunctionsSettings extends BatchQueues {
  /** `s3://bucket/prefix`: each execution gets the folder of its name below it. */
  readonly lake: string;
  /** Path of the pipeline's file in the image. */
  readonly pipeline: string;
  /** Names or ARNs, by the language of a step. */
  readonly jobDefinitions: Readonly<Record<'typescript' | 'python', string>>;
  /** Queues of machines with an accelerator, by its type. */
  readonly accelerators?: Readonly<Record<string, BatchQueues>>;
  /** What the image calls the step runner by. */
  readonly command?: readonly string[];
}
