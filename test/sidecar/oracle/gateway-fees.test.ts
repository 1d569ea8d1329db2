import { afterEach, describe, expect, it } from 'vitest';
import type { MiscellaneousReceipt } from '../../../sidecar/domain/documents.ts';
import { expectOk } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import { setup } from '../support/orders.ts';
import { closePod, control, PROFILES, world } from './pod.ts';
import { TODAY } from './seed.ts';

const fee = (more: Partial<MiscellaneousReceipt> = {}): MiscellaneousReceipt => ({
  kind: 'gateway-fee',
  number: 'WEB-1042-F1',
  businessUnit: 'Northwind US BU',
  receiptMethod: 'Web Card Payments',
  activity: 'Gateway Fees',
  date: TODAY,
  accountingDate: TODAY,
  currency: 'USD',
  decimals: 2,
  amount: minor(-290),
  comments: 'Gateway fee of WooCommerce order 1042 & <friends>',
  ...more,
});
const query = (number = 'WEB-1042-F1') =>
  ({ kind: 'gateway-fee', number, businessUnit: 'Northwind US BU', decimals: 2 }) as const;
const ledger = () =>
  control<{ miscellaneousReceipts: { number: string; amount: string }[]; receipts: unknown[]; problems: unknown[] }>(
    'GET',
    'ledger',
  );

afterEach(closePod);

describe.each(PROFILES)('a gateway’s fee in Oracle, %s', (profile) => {
  it('is made, found by its number and its id, and listed by its day', async () => {
    const { oracle, trail } = await world(profile);
    const { receivables, readBack } = oracle;
    expect(expectOk(await receivables.find(query(), trail))).toBeNull();
    const made = expectOk(await receivables.create(receivables.prepare(fee()), trail));
    expect(made).toMatchObject({ kind: 'gateway-fee', number: 'WEB-1042-F1', enteredAmount: -290, open: 0, currency: 'USD' });
    expect(expectOk(await receivables.find(query(), trail))).toEqual(made);
    expect(expectOk(await receivables.find(query('WEB-1042-F2'), trail))).toBeNull();
    const sent = trail.attempts.find(({ operation }) => operation === 'create gateway fee')?.request ?? '';
    expect(sent).toContain('<obj:Amount currencyCode="USD">-2.90</obj:Amount>');
    expect(sent).toContain('order 1042 &amp; &lt;friends&gt;');
    expect(await ledger()).toMatchObject({
      problems: [],
      receipts: [],
      miscellaneousReceipts: [{ number: 'WEB-1042-F1', amount: '-2.9' }],
    });
    const day = { kind: 'gateway-fee', businessUnit: 'Northwind US BU', source: null, day: TODAY, offset: 0 } as const;
    const listed = expectOk(await readBack.documentsOfDay(day, trail));
    expect([
      listed.next,
      listed.readings.map(({ number, entered, accountingDate }) => [number, entered, accountingDate]),
    ]).toEqual([null, [['WEB-1042-F1', -290, TODAY]]]);
    expect(expectOk(await readBack.documentsOfDay({ ...day, day: '2026-09-13' }, trail)).readings).toEqual([]);
    expect(expectOk(await readBack.documentById('gateway-fee', made.id, trail))).toMatchObject({ found: true, entered: -290 });
    expect(expectOk(await readBack.documentById('gateway-fee', '999999999999999999', trail))).toBeNull();
    expect([...new Set(trail.attempts.map(({ outcome }) => outcome))]).toEqual(['ok']);
  });

  it('is refused a second time, and looked up then', async () => {
    const { oracle, trail } = await world(profile);
    const request = oracle.receivables.prepare(fee());
    expectOk(await oracle.receivables.create(request, trail));
    expect(await oracle.receivables.create(request, trail)).toMatchObject({
      ok: false,
      failure: { code: 'oracle.duplicate_number' },
    });
    expect((await ledger()).miscellaneousReceipts).toHaveLength(1);
  });

  it('that is there twice is nobody’s to choose from, where a pod takes a number twice', async () => {
    const { oracle, trail } = await world(profile, { miscReceiptNumbers: 'free' });
    const request = oracle.receivables.prepare(fee());
    for (const _time of [1, 2]) expectOk(await oracle.receivables.create(request, trail));
    expect(await oracle.receivables.find(query(), trail)).toMatchObject({
      ok: false,
      failure: { code: 'oracle.several_documents', message: expect.stringContaining('2 miscellaneous receipts') },
    });
  });

  it('names the bank account that a pod may ask for, and takes it from the rule', async () => {
    const { oracle, trail } = await world(profile, { miscReceiptBankAccount: 'required' });
    const { receivables } = oracle;
    const refused = await receivables.create(receivables.prepare(fee()), trail);
    expect(refused).toMatchObject({
      ok: false,
      failure: { kind: 'needs-attention', code: 'oracle.bank_account_unknown' },
    });
    expectOk(await receivables.create(receivables.prepare(fee({ remittanceBankAccount: '10271' })), trail));
  });

  it('that was given back in part, and one in another currency, carry sign and rate', async () => {
    const { oracle, trail } = await world(profile);
    const { receivables } = oracle;
    const back = expectOk(
      await receivables.create(receivables.prepare(fee({ number: 'WEB-1042-F2', amount: minor(100) })), trail),
    );
    expect(back.enteredAmount).toBe(100);
    const euros = { currency: 'EUR', number: 'WEB-1043-F1', remittanceBankAccount: '10272' };
    for (const [conversion, number] of [
      [{ type: 'Corporate', date: TODAY }, 'WEB-1043-F1'],
      [{ type: 'User', date: TODAY, rate: '1.11' }, 'WEB-1044-F1'],
    ] as const) {
      expectOk(await receivables.create(receivables.prepare(fee({ ...euros, number, conversion })), trail));
    }
    expect((await ledger()).problems).toEqual([]);
  });

  it.each([
    ['an activity nobody knows', { activity: 'Bank charges' }, 'oracle.fee_activity_unknown', 'Bank charges'],
    ['an activity of another type', { activity: 'Gateway clearing' }, 'oracle.fee_activity_unknown', 'Miscellaneous Cash'],
    ['a receipt method nobody knows', { receiptMethod: 'Barter' }, 'oracle.receipt_method_invalid', 'Barter'],
    ['a closed period', { date: '2026-07-15', accountingDate: '2026-07-15' }, 'oracle.period_closed', '2026-07-15'],
    ['a business unit nobody knows', { businessUnit: 'Nowhere' }, 'oracle.business_unit_unknown', 'Nowhere'],
  ])('names %s, what was expected and what to do', async (_what, change, code, word) => {
    const { oracle, trail } = await world(profile);
    const answer = await oracle.receivables.create(oracle.receivables.prepare(fee(change)), trail);
    if (answer.ok) throw new Error('was taken');
    expect(answer.failure).toMatchObject({ kind: 'needs-attention', code });
    expect(answer.failure.message).toContain(word);
    expect((await ledger()).miscellaneousReceipts).toEqual([]);
  });

  it('is asked about by “Test set-up”: its service, and whether the activity takes it', async () => {
    const feesOn = (activity?: string) => () =>
      setup({
        segments: [{ name: 'Company', default: '01' }, { name: 'Account' }],
        gatewayFees: activity === undefined ? { post: 'information' } : { post: 'document', activity },
      });
    const told = async (activity?: string) => {
      const { oracle, trail } = await world(profile, {}, { setup: feesOn(activity) });
      if (activity === 'Gateway Fees') expectOk(await oracle.receivables.create(oracle.receivables.prepare(fee()), trail));
      const found = (await oracle.ping.ping(trail)).filter(({ message }) => /fee|Miscellaneous/.test(message));
      const seen = found.map(({ ok, code }) => [ok, code]);
      await closePod();
      return { seen, found };
    };
    expect((await told()).seen).toEqual([]);
    expect((await told('Gateway Fees')).seen).toEqual([
      [true, 'oracle.services'],
      [true, 'oracle.fee_activity'],
    ]);
    const typo = await told('Gateway Fee');
    expect(typo.seen).toEqual([
      [true, 'oracle.services'],
      [false, 'oracle.fee_activity_unproven'],
    ]);
    expect(typo.found.at(-1)).toMatchObject({
      message: expect.stringContaining('"Gateway Fee"'),
      action: expect.stringContaining('Miscellaneous Cash'),
    });
  });
});
