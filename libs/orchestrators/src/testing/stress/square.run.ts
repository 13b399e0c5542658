import { writeFile } from 'node:fs/promises';

interface Context {
  readonly params: { readonly number: number };
  readonly outputs: { readonly squared: string };
}

export async function run({ params: { number }, outputs }: Context): Promise<void> {
  await writeFile(outputs.squared, JSON.stringify({ value: number * number }));
}
