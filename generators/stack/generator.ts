import { fileURLToPath } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import type { Tree } from '@nx/devkit';
import { type CommonOptions, defineGenerator } from '../engine/define-generator.ts';
import { inFolder } from '../engine/in-folder.ts';
import type { Plan } from '../engine/plan.ts';
import { renderFolder } from '../engine/render.ts';
import { declareSection, placeComponent } from './place-component.ts';
import { type Environment, environmentNamed, stackLike } from './stack-like.ts';

/** As in schema.json. */
export interface StackOptions extends CommonOptions {
  readonly name: string;
  readonly kind?: 'environment' | 'component';
  readonly cloud?: string;
  readonly environment?: Environment;
  readonly region?: string;
}

const FILES = fileURLToPath(new URL('./files', import.meta.url));
const LONGEST_STACK = 11;

/** `nx g stack NAME`: a stack for an environment, or a component of all stacks. */
export default defineGenerator((tree: Tree, options: StackOptions): Plan => {
  const { cloud = 'aws', kind = 'environment' } = options;
  const folder = `infra/${cloud}`;
  if (!tree.exists(`${folder}/Pulumi.yaml`)) {
    throw new PlatformError(`there is no infrastructure for ${cloud}: ${folder}/Pulumi.yaml is missing`, {
      code: 'notFound',
      hint: `npx create-ml-platform add ${cloud}`,
    });
  }
  return kind === 'component' ? planComponent(tree, folder, options) : planEnvironment(tree, folder, options);
});

function planEnvironment(tree: Tree, folder: string, options: StackOptions): Plan {
  const { name, cloud = 'aws', region } = options;
  if (name.length > LONGEST_STACK) {
    throw new PlatformError(`the name '${name}' is too long for a stack`, {
      code: 'usage',
      hint: `names of resources begin with it: take at most ${LONGEST_STACK} letters, digits and dashes`,
    });
  }
  const environment = options.environment ?? environmentNamed(name);
  const model = `${folder}/Pulumi.${environment === 'preview' ? 'dev' : environment}.yaml`;
  const text = tree.read(model, 'utf8');
  if (text === null) {
    throw new PlatformError(`${model} is missing, which the new stack is to be like`, {
      code: 'notFound',
      hint: 'bring it back from git, or say another --environment',
    });
  }
  const project = /^name:\s*['"]?([\w.-]+)/m.exec(tree.read(`${folder}/Pulumi.yaml`, 'utf8') ?? '')?.[1] ?? '';
  const changes = {
    ...(region !== undefined && { region }),
    ...(options.environment !== undefined && { environment }),
  };
  return {
    files: new Map([[`${folder}/Pulumi.${name}.yaml`, stackLike(text, project, changes)]]),
    installs: false,
    next: [
      `npx nx run infra-${cloud}:inventory`,
      `npx nx run infra-${cloud}:cost --env ${name}`,
      `npx nx run infra-${cloud}:preview --env ${name}`,
    ],
  };
}

function planComponent(tree: Tree, folder: string, { name, cloud = 'aws' }: StackOptions): Plan {
  const [settings, program] = [`${folder}/config/settings.ts`, `${folder}/index.ts`];
  const placed = placeComponent(tree.read(program, 'utf8') ?? '', program, name);
  const declared = declareSection(tree.read(settings, 'utf8') ?? '', settings, name);
  return {
    files: inFolder(`${folder}/components`, renderFolder(FILES, { name })),
    edits: new Map([
      [settings, () => declared],
      [program, () => placed],
    ]),
    installs: false,
    next: [
      `npx vitest run infra/${cloud}/stack-schemas -u`,
      `npx nx run infra-${cloud}:inventory`,
      `npx nx test infra-${cloud}`,
    ],
  };
}
