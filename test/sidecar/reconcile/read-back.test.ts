import { afterEach, describe, expect, it } from 'vitest';
import type { ArDocument } from '../../../sidecar/domain/documents.ts';
import { expectOk } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { Oracle } from '../../../sidecar/oracle/create-oracle.ts';
import type { Reading } from '../../../sidecar/reconcile/order-books.ts';
import type { DayQuery } from '../../../sidecar/reconcile/ports.ts';
import { creditMemo, invoice, line, receipt } from '../oracle/documents.ts';
import type { keepingTrail } from '../oracle/fake-oracle.ts';
import { closePod, PROFILES, world } from '../oracle/pod.ts';
import { TODAY } from '../oracle/seed.ts';

afterEach(closePod);

const sold = line({
  memoLine: 'Web Product',
  taxClassification: 'US SALES TAX',
  accountCombination: '01-4110',
  taxes: [{ regime: 'US SALES TAX', rateCode: 'CA STATE 7.25', amount: minor(181) }],
});
const bill = (n: number) => invoice({ number: `WEB-${n}`, crossReference: `WEB-${n}`, lines: [sold], total: minor(2681) });
const payment = (n: number) => receipt({ number: `WEB-${n}-P1`, amount: minor(2681), remittanceBankAccount: '10271' });

/** All pages of a day, as a period's read-back takes them. */
async function day(oracle: Oracle, over: Partial<DayQuery>, trail: ReturnType<typeof keepingTrail>): Promise<Reading[]> {
  const query = { businessUnit: 'Northwind US BU', source: 'WEB STORE', day: TODAY, kind: 'invoice', ...over } as const;
  const all: Reading[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const page: { readings: Reading[]; next: number | null } = expectOk(
      await oracle.readBack.documentsOfDay({ ...query, offset }, trail),
    );
    all.push(...page.readings);
    offset = page.next;
  }
  return all;
}

async function posted(oracle: Oracle, trail: ReturnType<typeof keepingTrail>, ...documents: ArDocument[]): Promise<string[]> {
  const ids: string[] = [];
  for (const document of documents) {
    ids.push(expectOk(await oracle.receivables.create(oracle.receivables.prepare(document), trail)).id);
  }
  return ids;
}

const WORLDS: Record<string, string | number | boolean>[] = [
  {},
  { maxPageSize: 2, queryOperators: 'seen' },
  { finderMatch: 'prefix', receiptAmountsAsText: true, receiptStateAndStatus: 'progress-in-status', idDigits: '15' },
];

describe.each(PROFILES)('reading documents back from Oracle %s', (profile) => {
  it.each(WORLDS)('lists each document of a day once, with amount, balance, date and status (%o)', async (switches) => {
    const { oracle, trail } = await world(profile, switches);
    const numbers = [1, 2, 3, 4, 5];
    await posted(oracle, trail, ...numbers.map(bill), ...numbers.map(payment));
    const invoices = await day(oracle, {}, trail);
    expect(invoices.map(({ number }) => number).sort()).toEqual(numbers.map((n) => `WEB-${n}`));
    expect(invoices[0]).toMatchObject({
      kind: 'invoice',
      found: true,
      currency: 'USD',
      entered: 2681,
      open: 2681,
      accountingDate: TODAY,
      status: 'Complete',
      reversedOn: null,
      businessUnit: 'Northwind US BU',
    });
    const receipts = await day(oracle, { kind: 'receipt', source: null }, trail);
    expect(receipts.map(({ number, entered, open }) => ({ number, entered, open }))).toEqual(
      numbers.map((n) => ({ number: `WEB-${n}-P1`, entered: 2681, open: 2681 })),
    );
    expect(await day(oracle, { day: '2019-03-04' }, trail)).toEqual([]);
  });

  it('shows credit memos with positive amounts', async () => {
    const { oracle, trail } = await world(profile);
    await posted(
      oracle,
      trail,
      creditMemo({ lines: [{ ...sold, quantity: 1, net: sold.net, unitPrice: sold.net }], total: minor(2681) }),
    );
    const [memo] = await day(oracle, { kind: 'credit-memo' }, trail);
    expect(memo).toMatchObject({ kind: 'credit-memo', entered: 2681, open: 2681, status: 'Complete' });
  });

  it('tells a document that is gone from one that is there', async () => {
    const { oracle, trail } = await world(profile);
    const [id = ''] = await posted(oracle, trail, bill(7));
    expect(expectOk(await oracle.readBack.documentById('invoice', id, trail))).toMatchObject({ number: 'WEB-7', found: true });
    expect(expectOk(await oracle.readBack.documentById('invoice', '300999999999999', trail))).toBeNull();
  });

  it('says when somebody reversed a receipt', async () => {
    const { oracle, trail } = await world(profile);
    const [id = ''] = await posted(oracle, trail, payment(8));
    expectOk(
      await oracle.receivables.perform(
        {
          kind: 'reverse-receipt',
          receipt: { id, number: 'WEB-8-P1' },
          category: 'REV',
          reason: 'PAYMENT REVERSAL',
          comments: '',
          businessUnit: 'Northwind US BU',
          accountNumber: '40017',
          amount: minor(2681),
          decimals: 2,
          currency: 'USD',
          date: TODAY,
          accountingDate: TODAY,
          today: TODAY,
        },
        trail,
      ),
    );
    expect(expectOk(await oracle.readBack.documentById('receipt', id, trail))).toMatchObject({ reversedOn: TODAY, open: 0 });
  });
});
