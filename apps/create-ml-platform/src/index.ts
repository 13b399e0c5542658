export { type Answers, type GivenAnswers, parseAnswers, resolveAnswers } from './answers/answers.ts';
export { EXCLUDED, type Feature, type FeatureGroup, GROUPS } from './features.ts';
export { pack } from './pack/pack.ts';
export { readTemplate } from './pack/read-template.ts';
export { render } from './render/render.ts';
export { decodeArchive, encodeArchive } from './template/archive.ts';
export type { Template, TemplateFile, Tree, TreeFile } from './template/template.ts';
