import { readFileSync } from 'node:fs';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { z } from 'zod';

const sha256 = /^[0-9a-f]{64}$/;

/** What a deploy brings: one image, which is server and model, and the settings by which a stack runs it. */
export const releaseSchema = z.strictObject({
  release: z
    .string()
    .regex(/^[a-z][a-z0-9-]*-[A-Za-z0-9.]+\+[0-9a-f]{7,40}$/, 'MODEL-VERSION+COMMIT, such as flight-delays-7+0f3c2a1')
    .max(200)
    .describe('Its name: the model, its version and the commit'),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'a commit, forty hexadecimal digits')
    .describe('What it was built from'),
  createdAt: z.iso.datetime().describe('When, in UTC'),
  model: z.strictObject({
    name: z.string().min(1),
    version: z.string().min(1).describe("The registry's"),
    contentHash: z
      .string()
      .regex(sha256, 'a SHA-256, 64 hexadecimal digits')
      .describe("Hash over the model folder's files; a server without a registry goes by its first twelve digits"),
    example: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .describe("One row, from the model's manifest: what a smoke test asks"),
  }),
  image: z.strictObject({
    name: z.string().min(1).describe('Its repository, without the registry'),
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, "an image's digest, sha256:… of 64 hexadecimal digits"),
  }),
  config: z
    .record(z.string(), z.record(z.string(), z.json()))
    .describe("Settings that stand before those of a stack's file, by section"),
});

export type Release = z.infer<typeof releaseSchema>;

/** The name of a release: what it serves, and what that was built from. */
export function releaseName(model: { readonly name: string; readonly version: string }, commit: string): string {
  return `${model.name}-${model.version}+${commit.slice(0, 7)}`;
}

/**
 * Checks a release that was read from somewhere; `source` is what messages call that place.
 *
 * @throws PlatformError `config` that names each wrong key.
 */
export function parseRelease(value: unknown, source: string): Release {
  const { success, data, error } = releaseSchema.safeParse(value);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`);
  throw new PlatformError(`${source} is no release: ${problems.join('; ')}`, {
    code: 'config',
    hint: 'npx platform release create writes one',
  });
}

/**
 * Reads a release's file.
 *
 * @throws PlatformError `notFound` where it isn't there, `config` where it is no release.
 */
export function readRelease(file: string): Release {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PlatformError(`can't read the release ${file}: ${messageOf(cause)}`, {
      code: 'notFound',
      hint: 'npx platform release create --out FILE writes one',
      cause,
    });
  }
  return parseRelease(parsedJson(text, file), file);
}

function parsedJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlatformError(`${source} is no release: ${messageOf(cause)}`, {
      code: 'config',
      hint: 'npx platform release create writes one',
      cause,
    });
  }
}
