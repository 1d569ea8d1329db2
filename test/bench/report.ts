import { writeFileSync } from 'node:fs';

/** One line of the bench: what is wanted and what came out. Ids are those of the goals in issue 3 (P1 to P9). */
export interface Figure {
  id: string;
  name: string;
  goal: string;
  reached: string;
  verdict: 'reached' | 'missed' | 'for information' | 'skipped';
  /** The numbers behind it, for --json. Units are in their names. */
  values?: Record<string, number>;
  /** What a reader has to know to take the figure for what it is. */
  notes?: string[];
}

export interface Bench {
  /** Fewer rounds and shorter ones: for a look, not for a judgement. */
  quick: boolean;
  /** One line about what is under way. */
  say: (line: string) => void;
}

export type Measurement = (bench: Bench) => Promise<Figure[]>;

export const verdict = (reached: boolean): 'reached' | 'missed' => (reached ? 'reached' : 'missed');

export function skipped(id: string, name: string, goal: string, why: string): Figure {
  return { id, name, goal, reached: why, verdict: 'skipped' };
}

export function printTable(figures: readonly Figure[]): void {
  const rows = [
    ['', 'figure', 'goal', 'reached', 'verdict'],
    ...figures.map((figure) => [figure.id, figure.name, figure.goal, figure.reached, figure.verdict]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  process.stdout.write('\n');
  for (const [n, row] of rows.entries()) {
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
    if (n === 0) process.stdout.write(`${widths.map((width) => '-'.repeat(width)).join('  ')}\n`);
  }
  const notes = figures.flatMap((figure) => (figure.notes ?? []).map((note) => `${figure.id}: ${note}`));
  if (notes.length > 0) process.stdout.write(`\n${notes.join('\n')}\n`);
}

export function writeJson(file: string, figures: readonly Figure[], machine: object): void {
  writeFileSync(file, `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, figures }, null, 2)}\n`);
}
