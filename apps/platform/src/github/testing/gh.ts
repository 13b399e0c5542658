/** A stand-in for GitHub's command: `gh api …` against a state in the file that GH_STATE names. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import {
  branchPolicyBody,
  commentBody,
  environmentBody,
  labelBody,
  rulesetBody,
  rulesetChange,
  variableBody,
} from './shapes.ts';
import type { GhState } from './stand-in.ts';

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const file = process.env.GH_STATE ?? '';
const state = JSON.parse(readFileSync(file, 'utf8')) as GhState;
const { method, path, query, body } = readArguments(process.argv.slice(2));
state.calls.push(`${method} ${path}`);

function readArguments([command, ...args]: string[]) {
  if (command !== 'api') throw new Error(`the stand-in knows no gh ${command}`);
  let given = 'GET';
  let place = '';
  let input: unknown;
  while (args.length > 0) {
    const word = args.shift();
    if (word === '--header') args.shift();
    else if (word === '--method') given = args.shift() ?? '';
    else if (word === '--input' && args.shift() === '-') input = JSON.parse(readFileSync(0, 'utf8'));
    else if (word !== undefined && !word.startsWith('-') && place === '') place = word;
    else throw new Error(`the stand-in knows no ${word}`);
  }
  const url = new URL(place, 'https://api.github.com/');
  return { method: given, path: url.pathname.slice(1), query: url.searchParams, body: input };
}

function respond(): unknown {
  if (state.refuse && method !== 'GET') throw new Refusal(403, state.refuse);
  for (const [pattern, answer] of ROUTES) {
    const found = new RegExp(`^${pattern}$`).exec(`${method} ${path}`);
    if (found) return answer(found.slice(1).map(decodeURIComponent));
  }
  throw new Refusal(404, 'Not Found');
}

function taken<Shape extends z.ZodType>(shape: Shape): z.infer<Shape> {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    422,
    `Validation Failed: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
  );
}

function present<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Refusal(404, 'Not Found');
  return thing;
}

function pageOf<Thing>(all: readonly Thing[], most: number): Thing[] {
  const size = Math.min(Number(query.get('per_page') ?? 30), most);
  const page = Number(query.get('page') ?? 1);
  return all.slice((page - 1) * size, page * size);
}

/** The name of an environment, or none for the repository's own. */
function variablesOf(environment: string | undefined): Record<string, string> {
  return environment === undefined ? state.variables : present(state.environments[environment]).variables;
}

function listVariables(environment?: string): unknown {
  const all = Object.entries(variablesOf(environment)).map(([name, value]) => ({ name, value }));
  return { total_count: all.length, variables: pageOf(all, 30) };
}

function makeVariable(environment?: string): undefined {
  const { name, value } = taken(variableBody);
  if (variablesOf(environment)[name] !== undefined) throw new Refusal(409, 'Already exists');
  variablesOf(environment)[name] = value;
}

function changeVariable(name: string, environment?: string): undefined {
  present(variablesOf(environment)[name]);
  variablesOf(environment)[name] = taken(variableBody).value;
}

function showEnvironment(name: string): unknown {
  const { wait_timer, prevent_self_review, reviewers, deployment_branch_policy } = present(state.environments[name]);
  const protection_rules = [
    ...(wait_timer > 0 ? [{ id: 1, type: 'wait_timer', wait_timer }] : []),
    ...(reviewers.length > 0
      ? [
          {
            id: 2,
            type: 'required_reviewers',
            prevent_self_review,
            reviewers: reviewers.map(({ type, id }) => ({ type, reviewer: { id, login: 'x' } })),
          },
        ]
      : []),
    ...(deployment_branch_policy ? [{ id: 3, type: 'branch_policy' }] : []),
  ];
  return { id: 1, name, protection_rules, deployment_branch_policy };
}

const REPOSITORY = 'repos/acme/flights';
type Answer = (words: string[]) => unknown;

const ROUTES: readonly (readonly [string, Answer])[] = [
  [`GET ${REPOSITORY}`, () => ({ default_branch: state.defaultBranch })],
  [`GET ${REPOSITORY}/environments/([^/]+)`, ([name = '']) => showEnvironment(name)],
  [
    `PUT ${REPOSITORY}/environments/([^/]+)`,
    ([name = '']) => {
      const {
        wait_timer = 0,
        prevent_self_review = false,
        reviewers,
        deployment_branch_policy = null,
      } = taken(environmentBody);
      const { branches = [], variables = {} } = state.environments[name] ?? {};
      state.environments[name] = {
        wait_timer,
        prevent_self_review,
        reviewers: reviewers ?? [],
        deployment_branch_policy,
        branches,
        variables,
      };
      return showEnvironment(name);
    },
  ],
  [
    `GET ${REPOSITORY}/environments/([^/]+)/deployment-branch-policies`,
    ([name = '']) => {
      const { branches } = present(state.environments[name]);
      return { total_count: branches.length, branch_policies: branches.map((branch, id) => ({ id, name: branch })) };
    },
  ],
  [
    `POST ${REPOSITORY}/environments/([^/]+)/deployment-branch-policies`,
    ([name = '']) => {
      const environment = present(state.environments[name]);
      if (environment.deployment_branch_policy?.custom_branch_policies !== true) throw new Refusal(404, 'Not Found');
      environment.branches.push(taken(branchPolicyBody).name);
    },
  ],
  [`GET ${REPOSITORY}/actions/variables`, () => listVariables()],
  [`POST ${REPOSITORY}/actions/variables`, () => makeVariable()],
  [`PATCH ${REPOSITORY}/actions/variables/([^/]+)`, ([name = '']) => changeVariable(name)],
  [`GET ${REPOSITORY}/environments/([^/]+)/variables`, ([name]) => listVariables(name)],
  [`POST ${REPOSITORY}/environments/([^/]+)/variables`, ([name]) => makeVariable(name)],
  [
    `PATCH ${REPOSITORY}/environments/([^/]+)/variables/([^/]+)`,
    ([environment, name = '']) => changeVariable(name, environment),
  ],
  [`GET ${REPOSITORY}/rulesets`, () => state.rulesets.map(({ id, name }) => ({ id, name }))],
  [`GET ${REPOSITORY}/rulesets/(\\d+)`, ([id]) => present(state.rulesets.find((one) => one.id === Number(id)))],
  [
    `POST ${REPOSITORY}/rulesets`,
    () => void state.rulesets.push({ id: state.rulesets.length + 1, ...taken(rulesetBody) }),
  ],
  [
    `PUT ${REPOSITORY}/rulesets/(\\d+)`,
    ([id]) => void Object.assign(present(state.rulesets.find((one) => one.id === Number(id))), taken(rulesetChange)),
  ],
  [`GET ${REPOSITORY}/labels/([^/]+)`, ([name]) => present(state.labels.find((label) => label.name === name))],
  [`POST ${REPOSITORY}/labels`, () => void state.labels.push(taken(labelBody))],
  [`GET ${REPOSITORY}/actions/oidc/customization/sub`, () => ({ use_default: state.defaultSubject })],
  ['GET users/([^/]+)', ([name = '']) => ({ id: present(state.people[name]) })],
  [
    'GET orgs/([^/]+)/teams/([^/]+)',
    ([organization, team]) => ({ id: present(state.people[`${organization}/${team}`]) }),
  ],
  [`GET ${REPOSITORY}/issues/7/comments`, () => pageOf(state.comments, 100)],
  [
    `POST ${REPOSITORY}/issues/7/comments`,
    () => {
      const id = Math.max(0, ...state.comments.map((comment) => comment.id)) + 1;
      state.comments.push({ id, user: { login: state.login }, ...taken(commentBody) });
    },
  ],
  [
    `PATCH ${REPOSITORY}/issues/comments/(\\d+)`,
    ([id]) => void Object.assign(present(state.comments.find((one) => one.id === Number(id))), taken(commentBody)),
  ],
];

try {
  const answer = respond();
  if (answer !== undefined) process.stdout.write(JSON.stringify(answer));
} catch (thrown) {
  const { status, message } = thrown instanceof Refusal ? thrown : { status: 500, message: String(thrown) };
  process.stdout.write(JSON.stringify({ message, status: String(status) }));
  process.stderr.write(`gh: ${message} (HTTP ${status})\n`);
  process.exitCode = 1;
}
writeFileSync(file, JSON.stringify(state));
