import { PolicyPack } from '@pulumi/policy';
import { AWS_RULES } from './aws/index.ts';
import { policyOf } from './pulumi-policy.ts';

new PolicyPack('ml-platform', { policies: AWS_RULES.map(policyOf) });
