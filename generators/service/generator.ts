import { fileURLToPath } from 'node:url';
import type { Tree } from '@nx/devkit';
import { type CommonOptions, defineGenerator } from '../engine/define-generator.ts';
import { inFolder } from '../engine/in-folder.ts';
import { renderFolder } from '../engine/render.ts';

/** As in schema.json. */
export interface ServiceOptions extends CommonOptions {
  readonly name: string;
  readonly kind: 'model' | 'plain';
  readonly model?: string;
  readonly description?: string;
}

const FILES = fileURLToPath(new URL('./files', import.meta.url));

/** `nx g service NAME`: a model server for one model, or an HTTP service. */
export default defineGenerator((_tree: Tree, { name, kind, model = name, description }: ServiceOptions) => {
  const said = description ?? (kind === 'model' ? `Serves the model ${model}` : `The service ${name}`);
  const files = inFolder(`apps/${name}`, renderFolder(`${FILES}/${kind}`, { name, model, description: said }));
  return {
    files,
    installs: true,
    next: [`npx nx test ${name}`, `npx nx serve ${name}`],
  };
});
