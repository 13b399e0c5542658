import type { Rule } from '../rule.ts';
import { apiRules, isolationRules } from './api.ts';
import { costRules } from './cost.ts';
import { dataPlaneRules } from './data-plane.ts';
import { durabilityRules } from './durability.ts';
import { encryptionRules } from './encryption.ts';
import { iamRules } from './iam.ts';
import { logRules, registryRules } from './logs-and-registry.ts';
import { namingRules } from './naming.ts';
import { publicStorageRules } from './public-storage.ts';
import { tlsRules } from './tls.ts';

/** All that a stack on AWS is held to. */
export const AWS_RULES: readonly Rule[] = [
  ...publicStorageRules,
  ...encryptionRules,
  ...tlsRules,
  ...iamRules,
  ...dataPlaneRules,
  ...logRules,
  ...registryRules,
  ...durabilityRules,
  ...costRules,
  ...apiRules,
  ...isolationRules,
  ...namingRules,
];
