import type { Secrets } from './leaks.ts';

/** In two parts each: no scanner takes them for real ones, and each has what a URL or a shell writes in another way. */
const key = (...parts: string[]) => parts.join('');

/** What the jobs of the quarter are given, by the variable or the command that they have it from. */
export const SECRETS = {
  AWS_ACCESS_KEY_ID: key('AKIA', 'QUARTEROFACME42X'),
  AWS_SECRET_ACCESS_KEY: key('q7/Lk+', '9vXw2/NfTz+8sPb4/RyJm3+6dGhQe1cA'),
  AWS_SESSION_TOKEN: key('IQoJb3', 'JpZ2luX2VjE+/quarter/session+token=='),
  GH_TOKEN: key('ghs_', 'q8Wm3Zr7Tn5Kx2Lc9Vb4Hd6Js1Fg0PyAoEu'),
  ECR_PASSWORD: key('ecr/', 'p4+ssw0rd=of&the%registry'),
  PULUMI_CONFIG_PASSPHRASE: key('pass phrase/', 'of+the=stacks?'),
  DATABASE_URL: key('postgresql://acme:', 'pg-p4ss%2Fw0rd@db.acme.example:5432/flights?sslmode=require'),
  AZURE_STORAGE_CONNECTION_STRING: key('DefaultEndpointsProtocol=https;', 'AccountName=acme;AccountKey=Zm9v+YmFy/9==;'),
  DVC_PASSWORD: key('dvc-', 'remote/p4ss+word='),
} as const satisfies Secrets;

/** Those that a login leaves in the environment of a job's further steps. */
export const LOGIN = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

/** Those that stand in the environment of all jobs. */
export const EVERYWHERE = ['PULUMI_CONFIG_PASSPHRASE', 'DATABASE_URL', 'AZURE_STORAGE_CONNECTION_STRING'] as const;

/** DVC's settings of the machine: a second remote, with its password. */
export function dvcSettings(): string {
  return `['remote "archive"']
    url = https://dvc.acme.example/archive
    user = acme
    password = ${SECRETS.DVC_PASSWORD}
['remote "azure"']
    url = azure://archive
    connection_string = ${SECRETS.AZURE_STORAGE_CONNECTION_STRING}
`;
}
