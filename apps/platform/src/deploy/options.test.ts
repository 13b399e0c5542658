import { expect, test } from 'vitest';
import { planOf } from './options.ts';

test('what is not said is what the help says', () => {
  const plan = planOf({});
  expect(plan).toMatchObject({ readySeconds: 300, watchSeconds: 60, rate: 5, maxErrors: 1, maxP95: 1000 });
  expect(planOf({ unasked: true }).askingOf).toBeUndefined();
  expect(planOf({ watch: '0', rate: '0.5', 'max-p95': '250' })).toMatchObject({
    watchSeconds: 0,
    rate: 0.5,
    maxP95: 250,
  });
});

test('a stack is asked at its own url, or at the one that is given', () => {
  expect(planOf({}).askingOf?.('https://own.example').predict.href).toBe('https://own.example/predict');
  expect(planOf({ url: 'https://x.example' }).askingOf?.('https://own.example').predict.host).toBe('x.example');
  expect(() => planOf({}).askingOf?.(undefined)).toThrow("the stack has no url to ask: it has no output 'url'");
});

test('the value of a header comes from the environment, never from the command line', () => {
  const { askingOf } = planOf({ header: ['X-Api-Key=KEY'] }, { KEY: 'secret' });
  expect(askingOf?.('https://own.example').headers).toEqual({ 'x-api-key': 'secret' });
});

test("an address of AWS's is asked with a signature, another one without", () => {
  const signs = (url: string) => planOf({}).askingOf?.(url).sign !== undefined;
  expect(signs('https://runtime.sagemaker.eu-central-1.amazonaws.com/endpoints/e/invocations')).toBe(true);
  expect(signs('https://abc123.execute-api.eu-central-1.amazonaws.com/live')).toBe(true);
  expect(signs('https://abc123.lambda-url.eu-central-1.on.aws/')).toBe(true);
  expect(signs('https://api.acme.example')).toBe(false);
  expect(signs('https://execute-api.eu-central-1.amazonaws.com.evil.example')).toBe(false);
});

test.each([
  [{ watch: 'x' }, "--watch is 'x', expected a number from 0 to 86400"],
  [{ rate: '0' }, "--rate is '0', expected a number from 0.1 to 100"],
  [{ 'max-errors': '101' }, "--max-errors is '101', expected a number from 0 to 100"],
  [{ url: 'x' }, "'x' is no address of the web"],
  [{ header: ['key'] }, "--header is 'key', expected NAME=VARIABLE"],
  [{ header: ['key=NONE'] }, "--header key=NONE: the variable NONE isn't set"],
])('%j is refused', (flags, said) => {
  expect(() => planOf(flags, {})).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(() => planOf(flags, {})).toThrow(said);
});
