import { vi } from 'vitest';

/** What `work` prints on standard output, also where it throws; the error comes with it. */
export async function printed(work: () => Promise<void>): Promise<{ text: string; thrown: unknown }> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    const thrown = await work().then(
      () => undefined,
      (error: unknown) => error,
    );
    return { text, thrown };
  } finally {
    write.mockRestore();
  }
}
