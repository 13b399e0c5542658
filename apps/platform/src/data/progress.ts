import type { Progress } from '@ml-platform/dvc';

/** Between two lines where nobody watches, in milliseconds. */
const PAUSE = 5000;

/** Draws how far a transfer has come: one line that changes on a terminal, a line now and then elsewhere. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr) {
  let told = 0;
  let drawn = false;
  return {
    onProgress: ({ label, done, total, unit }: Progress): void => {
      const line = `${label} ${amount(done, unit)}${total === undefined ? '' : ` of ${amount(total, unit)}`}`;
      if (stream.isTTY) {
        stream.write(`\r\u001b[K${line.slice(0, stream.columns - 1)}`);
        drawn = true;
      } else if (Date.now() - told > PAUSE) {
        stream.write(`${line}\n`);
        told = Date.now();
      }
    },
    /** Takes the line away. */
    end: (): void => {
      if (drawn) stream.write('\r\u001b[K');
    },
  };
}

function amount(count: number, unit: string): string {
  if (unit !== 'B') return unit === '' ? String(count) : `${count} ${unit}${count === 1 ? '' : 's'}`;
  const power = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), 4);
  return `${(count / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}
