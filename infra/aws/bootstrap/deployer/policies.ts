import type { Statement } from '../../components/access/statements.ts';
import { computeStatements } from './compute.ts';
import { containerStatements } from './containers.ts';
import { dataStatements } from './data.ts';
import { edgeStatements } from './edge.ts';
import { imageStatements } from './images.ts';
import { keyStatements } from './keys.ts';
import { machineLearningStatements } from './machine-learning.ts';
import { networkStatements } from './network.ts';
import { observationStatements } from './observation.ts';
import type { DeployerPlace } from './place.ts';
import { roleStatements } from './roles.ts';
import { type Places, sharedStatements } from './shared-data.ts';
import { bucketStatements } from './buckets.ts';

/** The statements of one policy; IAM takes 6,144 characters in each, and ten policies for a role. */
type PolicyGroups = Readonly<Record<string, readonly Statement[]>>;

/**
 * What the workflows of one environment may do: make, change and delete what the components of a stack are made of, by the
 * names and tags of that environment; in dev, also what models and data take.
 */
export function deployerPolicies(place: DeployerPlace, places: Places): PolicyGroups {
  return {
    data: dataStatements(place),
    compute: computeStatements(place),
    learning: [...machineLearningStatements(place), ...containerStatements(place)],
    observation: observationStatements(place),
    network: networkStatements(place),
    edge: edgeStatements(place),
    roles: [...roleStatements(place), ...keyStatements(place)],
    storage: [
      ...bucketStatements(place),
      ...imageStatements(place),
      ...(place.environment === 'dev' ? sharedStatements(place, places) : []),
    ],
  };
}
