import type { Check } from '../check.ts';
import { configurationCheck } from './configuration.ts';
import { credentialsCheck } from './credentials.ts';
import { driftCheck } from './drift.ts';
import { gitRemotesCheck } from './git-remotes.ts';
import { installedCheck } from './installed.ts';
import { lockCheck } from './lock-file.ts';
import { nodePinsCheck } from './node-pins.ts';
import { nodeCheck } from './node.ts';
import { recordCheck } from './record.ts';
import { registryCheck } from './registry.ts';
import { requirementsCheck } from './requirements.ts';
import { storesCheck } from './stores.ts';
import { dockerCheck, dvcCheck, gitCheck, javaCheck, npmCheck, pulumiCheck, pythonCheck } from './tools.ts';
import { workTreeCheck } from './work-tree.ts';

/** In the order in which their findings are printed, group by group. */
export const ALL_CHECKS: readonly Check[] = [
  recordCheck,
  workTreeCheck,
  nodeCheck,
  npmCheck,
  gitCheck,
  pythonCheck,
  javaCheck,
  dvcCheck,
  pulumiCheck,
  dockerCheck,
  lockCheck,
  installedCheck,
  requirementsCheck,
  nodePinsCheck,
  configurationCheck,
  credentialsCheck,
  gitRemotesCheck,
  registryCheck,
  storesCheck,
  driftCheck,
];
