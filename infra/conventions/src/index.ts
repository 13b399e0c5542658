export { defineConfig, readStackConfig, type StackFacts, type StackSettings } from './config/read-stack-config.ts';
export { defineSection, type Problem, type Section, type SettingsOf } from './config/section.ts';
export { stackFileSchema } from './config/stack-file-schema.ts';
export { ENVIRONMENTS, type Environment, environmentOf } from './environments.ts';
export { shortened, type StackNames, stackNames } from './names/stack-names.ts';
export { type TagFacts, tagsOf } from './names/tags.ts';
export { UNKNOWN } from './program/unknown.ts';
export { allocateCidrs, type Cidr, containsCidr, formatCidr, overlapsCidr, parseCidr } from './network/cidr.ts';
