import { readFile } from 'node:fs/promises';
import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { text } from '../../command-line.ts';
import { type GitHub, openGitHub, type Request } from '../gh.ts';
import { readOptions, usage } from '../options.ts';
import { findRepository } from '../repository.ts';
import { cutBody } from './cut-body.ts';

const OPTIONS = { file: text, marker: text, pr: text, repo: text } as const;
const commentsSchema = z.array(
  z.object({ id: z.number(), body: z.string().nullish(), user: z.object({ login: z.string() }).nullish() }),
);
type Comment = z.infer<typeof commentsSchema>[number];
const PER_PAGE = 100;
/** Who writes with a workflow's own token. */
const WORKFLOW = 'github-actions[bot]';

/** `platform github comment`: one comment per marker, whatever the number of runs. */
export async function comment(args: readonly string[]): Promise<void> {
  const { file, marker, pr, repo, json } = readOptions(args, OPTIONS);
  if (file === undefined || marker === undefined) throw usage('comment needs --file and --marker');
  if (!/^[\w./-]+$/.test(marker)) throw usage(`--marker is '${marker}', expected letters, digits and - . / _`);
  const number = await findPullRequest(pr);
  const repository = await findRepository(repo);
  const report = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PlatformError(`${file} can't be read`, {
      code: 'notFound',
      hint: 'name the file with the report',
      cause,
    });
  });
  const tag = `<!-- platform:${marker} -->`;
  const body = cutBody(`${tag}\n${report.trim()}\n`, cutNote());
  const action = await post(openGitHub(), repository, number, tag, body);
  const words = `the comment '${marker}' of pull request ${number} is ${action}`;
  process.stdout.write(`${json ? JSON.stringify({ pr: number, marker, action }) : words}\n`);
}

async function post(github: GitHub, repository: string, pr: number, tag: string, body: string) {
  const found = await findComment(github, repository, pr, tag);
  if (found?.body === body) return 'as it was';
  const request: Request =
    found === undefined
      ? { method: 'POST', path: `repos/${repository}/issues/${pr}/comments`, body: { body } }
      : { method: 'PATCH', path: `repos/${repository}/issues/comments/${found.id}`, body: { body } };
  await github.send(request);
  return found === undefined ? 'new' : 'updated';
}

/** The first that begins with the tag; in a workflow, of its own: anybody can write a tag. */
async function findComment(github: GitHub, repository: string, pr: number, tag: string): Promise<Comment | undefined> {
  const isOwn = ({ user }: Comment) => process.env.GITHUB_ACTIONS !== 'true' || user?.login === WORKFLOW;
  for (let page = 1; ; page++) {
    const path = `repos/${repository}/issues/${pr}/comments?per_page=${PER_PAGE}&page=${page}`;
    const comments = commentsSchema.parse((await github.get(path)) ?? []);
    const found = comments.find((one) => isOwn(one) && one.body?.startsWith(tag));
    if (found !== undefined || comments.length < PER_PAGE) return found;
  }
}

const eventSchema = z.object({ pull_request: z.object({ number: z.number() }) });

/** Of the flag, else of the event that started the workflow. */
async function findPullRequest(given: string | undefined): Promise<number> {
  if (given !== undefined) {
    if (/^[1-9]\d*$/.test(given)) return Number(given);
    throw usage(`--pr is '${given}', expected a number from 1`);
  }
  const event = process.env.GITHUB_EVENT_PATH;
  const parsed = eventSchema.safeParse(event ? JSON.parse(await readFile(event, 'utf8')) : undefined);
  if (parsed.success) return parsed.data.pull_request.number;
  throw usage('which pull request? Pass --pr N');
}

function cutNote(): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env;
  const all = server && repository && run ? `[the run](${server}/${repository}/actions/runs/${run})` : 'the run';
  return `_The report is longer than a comment can be: ${all} has the rest._`;
}
