import { expect, it } from 'vitest';
import { minor } from '../../../sidecar/domain/money.ts';
import { SETTLE_OVERPAYMENT, settleChoice, settledByPersons } from '../../../sidecar/domain/set-aside.ts';

const decided = (choice: string) => ({ question: SETTLE_OVERPAYMENT, choice, by: 'kim', at: '2026-11-23T12:00:00Z' });

it('keeps amount and activity of a settlement of overpayment apart, whatever the activity is called', () => {
  const settled = settledByPersons([
    decided(settleChoice(minor(1500), 'Web | Clearing "EU"')),
    decided('2500|Small Balance Write-off'),
  ]);
  expect(settled).toEqual([
    { refundId: -1, amount: 1500, activity: 'Web | Clearing "EU"', atMs: Date.parse('2026-11-23T12:00:00Z') },
    { refundId: -2, amount: 2500, activity: 'Small Balance Write-off', atMs: Date.parse('2026-11-23T12:00:00Z') },
  ]);
});
