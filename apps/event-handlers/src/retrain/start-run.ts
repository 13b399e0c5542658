import { SageMakerClient, StartPipelineExecutionCommand } from '@aws-sdk/client-sagemaker';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Run } from './runs-of.ts';

/** Starts a pipeline of SageMaker, or a state machine, once per token; returns the run's ARN. */
export async function startRun(target: string, run: Run): Promise<string> {
  return target.includes(':states:') ? startStateMachine(target, run) : startPipeline(target, run);
}

async function startPipeline(target: string, { token, since, reasons }: Run): Promise<string> {
  const sageMaker = new SageMakerClient();
  const PipelineExecutionDescription = `Of ${reasons.join(' and ')} since ${since}`;
  const command = new StartPipelineExecutionCommand({
    PipelineName: target.slice(target.lastIndexOf('/') + 1),
    ClientRequestToken: token,
    PipelineExecutionDisplayName: token,
    PipelineExecutionDescription,
  });
  const { PipelineExecutionArn = '' } = await sageMaker.send(command);
  return PipelineExecutionArn;
}

/** A name is taken for 90 days: the run it stands for was started by an earlier message of the same window. */
async function startStateMachine(stateMachineArn: string, { token, since, reasons }: Run): Promise<string> {
  const sfn = new SFNClient();
  const input = JSON.stringify({ params: {}, trigger: { reasons, since } });
  try {
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: token, input }));
    return executionArn;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return token;
    throw error;
  }
}
