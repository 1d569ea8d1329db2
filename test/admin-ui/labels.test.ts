// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { choiceMeaning } from '../../admin-ui/src/labels.ts';

it.each([
  ['payment-taken-back-1', 'reverse'],
  ['payment-taken-back-assumed-1', 'leave'],
  ['payment-taken-back-1-3', 'leave'],
  ['payment-taken-back-assumed-1-assumed-2', 'reverse'],
  ['refund-7', 'returns-overpayment'],
  ['refund-payout-7', 'stays-on-account'],
  ['refund-undone-7', 're-bill'],
  ['order-deleted', 'keep'],
])('says what the answer to %s means: %s', (question, choice) => {
  expect(choiceMeaning(question, choice)).toMatch(/\.$/);
});

it('says nothing of an answer it does not know', () => {
  expect(choiceMeaning('something-new-1', 'maybe')).toBe('');
});
