import type { OutputCell, Prediction } from './decode-output.ts';

/** One line per row, columns in the signature's order; the last line has no end. A missing value is an empty cell. */
export function writeCsv({ rows, columns }: Prediction, header: boolean): string {
  const cells = Object.values(columns);
  const lines = header ? [line(Object.keys(columns))] : [];
  for (let row = 0; row < rows; row += 1) lines.push(line(cells.map((values) => values[row] ?? null)));
  return lines.join('\n');
}

function line(cells: readonly OutputCell[]): string {
  // Readers skip a line that is empty.
  return cells.map(cellText).join() || '""';
}

function cellText(cell: OutputCell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
