import type { CloudProject } from '@ml-platform/conventions/program';
import { STACK_CONFIG } from './config/settings.ts';
import stack from './index.ts';
import { awsStandIn } from './testing/stand-in.ts';

/** What stacks of AWS are to whoever looks at them without an engine and without a cloud. */
export default { config: STACK_CONFIG, program: stack, standIn: awsStandIn } satisfies CloudProject;
