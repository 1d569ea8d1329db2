import type { Told } from './batch.ts';

/** "812 balance, 31 left out, 3 wait, 0 wrong". */
export function verdictsOf(told: readonly Pick<Told, 'id' | 'verdict'>[]): string {
  const count = (name: Told['verdict']['verdict']) => told.filter((one) => one.id > 0 && one.verdict.verdict === name).length;
  return `${count('balances')} balance, ${count('left-out')} left out, ${count('waits')} wait, ${count('wrong')} wrong`;
}

/** The end of a proof, line by line: verdicts, the reasons of those left out and waiting, every wrong one with its case. */
export function summaryOf(told: readonly Told[], seconds: number): string[] {
  const placed = told.filter((one) => one.id > 0);
  const wrong = placed.filter((one) => one.verdict.verdict === 'wrong');
  return [
    `${placed.length} orders in ${seconds} s: ${verdictsOf(placed)}; ${told.length - placed.length} wishes refused by WooCommerce`,
    ...table(
      'left out, nothing in Oracle',
      placed.map((one) => (one.verdict.verdict === 'left-out' ? one.verdict.code : null)),
    ),
    ...table(
      'wait at the end',
      placed.map((one) => (one.verdict.verdict === 'waits' ? one.verdict.code : null)),
    ),
    ...table(
      'waited on their way',
      placed.flatMap((one) => one.waited),
    ),
    ...table(
      'refused by WooCommerce',
      told.map((one) => one.refused || null),
    ),
    ...wrong.flatMap((one) => [
      `wrong: order ${one.id} (${one.shop}): ${one.verdict.verdict === 'wrong' ? one.verdict.why : ''}`,
      `  npm run prove -- --case ${one.case}`,
    ]),
  ];
}

/** How often each name comes, most often first. */
function table(title: string, names: readonly (string | null)[]): string[] {
  const found = new Map<string, number>();
  for (const name of names) if (name !== null) found.set(name, (found.get(name) ?? 0) + 1);
  if (found.size === 0) return [`${title}: none`];
  const rows = [...found].sort(([, left], [, right]) => right - left);
  return [`${title}:`, ...rows.map(([name, count]) => `  ${String(count).padStart(5)}  ${name}`)];
}
