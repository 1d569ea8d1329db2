import { type Decimal, plus, readDecimal, writeDecimal } from './decimal.ts';
import { ledgerSnapshot } from './ledger/snapshot.ts';
import type { World } from './world.ts';

/** Markup that is already safe. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
type Part = string | number | null | undefined | Html | readonly Html[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A template whose values are escaped unless they are markup themselves. */
function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  const written = parts.map((part) => {
    if (part instanceof Html) return part.text;
    if (Array.isArray(part)) return part.map((inner: Html) => inner.text).join('');
    return String(part ?? '').replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
  });
  return new Html(strings.map((text, index) => text + (written[index] ?? '')).join(''));
}

const STYLE = `
:root{color-scheme:light dark;--line:#d8dce3;--soft:#667085;--back:#fff;--ink:#1d2433;--good:#0a7d3c;--bad:#b42318;--band:#f5f7fa}
@media (prefers-color-scheme:dark){:root{--line:#333b49;--soft:#98a2b3;--back:#12161d;--ink:#e6e9ef;--good:#4cc38a;--bad:#ff8a7a;--band:#1a2029}}
body{font:15px/1.5 system-ui,sans-serif;margin:0;background:var(--back);color:var(--ink)}
main{max-width:1360px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:32px 0 8px}p{margin:0 0 8px;color:var(--soft)}
.wrap{overflow-x:auto;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:7px 12px;border-top:1px solid var(--line);vertical-align:top;white-space:nowrap}
thead th{border-top:0;background:var(--band);font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.w{white-space:normal;min-width:150px}
tr.gone td{color:var(--soft);text-decoration:line-through}.good{color:var(--good)}.bad{color:var(--bad)}code{font-size:13px}
`;

/** The ledger for people: what is owed, paid and credited, newest first. */
export function ledgerPage(world: World): string {
  const ledger = ledgerSnapshot(world);
  const state = ledger.balanced
    ? html`<strong class="good">The books balance.</strong>`
    : html`<strong class="bad">The books do not balance: ${ledger.problems.join('; ')}</strong>`;
  const page = html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Oracle sandbox: ${ledger.name}</title><style>${new Html(STYLE)}</style></head><body><main>
<h1>Oracle Receivables sandbox</h1>
<p>Seed ${ledger.name}, release profile ${ledger.profile}. ${state} As JSON: <a href="/__sandbox/ledger">/__sandbox/ledger</a>,
requests: <a href="/__sandbox/requests">/__sandbox/requests</a>, switches: <a href="/__sandbox/switches">/__sandbox/switches</a>.</p>
${section('Invoices', TRANSACTION_COLUMNS, newest(ledger.invoices).map(transactionRow))}
${section(
  'Receipts',
  ['Number', 'Date', 'Account', 'Method', 'State', '#Amount', '#Unapplied'],
  newest(ledger.receipts).map(
    (row) =>
      html`<tr class="${row.reversedOn === null ? '' : 'gone'}"><td>${row.number}</td><td>${row.date}</td><td>${row.customerAccountNumber ?? 'unidentified'}</td><td>${row.method}</td><td>${row.reversedOn === null ? row.progress : `reversed ${row.reversedOn}`}</td><td class="n">${row.amount} ${row.currency}</td><td class="n">${row.unapplied}</td></tr>`,
  ),
)}
${section(
  'Miscellaneous receipts',
  ['Number', 'Date', 'Activity', 'Method', '#Amount'],
  newest(ledger.miscellaneousReceipts).map(
    (row) =>
      html`<tr><td>${row.number}</td><td>${row.date}</td><td>${row.activity}</td><td>${row.method}</td><td class="n">${row.amount} ${row.currency}</td></tr>`,
  ),
)}
${section('Credit memos', TRANSACTION_COLUMNS, newest(ledger.creditMemos).map(transactionRow))}
${section(
  'Applications',
  ['From', 'To', 'Applied', 'Accounted', 'Status', '#Amount'],
  newest(ledger.applications).map(
    (row) =>
      html`<tr class="${row.isLatest ? '' : 'gone'}"><td>${row.from} ${row.fromNumber}</td><td>${row.transactionNumber ?? row.activity ?? row.target}</td><td>${row.applyDate}</td><td>${row.accountingDate}</td><td>${row.status}</td><td class="n">${row.amount} ${row.currency}</td></tr>`,
  ),
)}
${section(
  'Refunds handed to Payables',
  ['Number', 'Payment method', '#Amount'],
  newest(ledger.refunds).map(
    (row) => html`<tr><td>${row.number}</td><td>${row.paymentMethod}</td><td class="n">${row.amount} ${row.currency}</td></tr>`,
  ),
)}
${section(
  'Balances',
  ['Ledger', 'Account', '#Entered', '#In the ledger currency'],
  ledger.balances.map(
    (row) =>
      html`<tr><td>${row.ledger}</td><td><code>${row.account}</code></td><td class="n">${row.entered} ${row.currency}</td><td class="n">${row.accounted}</td></tr>`,
  ),
)}
</main></body></html>`;
  return page.text;
}

const newest = <T>(rows: readonly T[]): T[] => rows.slice(-200).reverse();

type Transaction = ReturnType<typeof ledgerSnapshot>['invoices'][number];

const TRANSACTION_COLUMNS = ['Number', 'Date', 'Customer', '#Total', '#Open', 'Lines', 'Accounts'];

const transactionRow = (
  row: Transaction,
): Html => html`<tr><td>${row.number}${row.status === 'Complete' ? '' : html`<div class="bad">${row.status}</div>`}${row.crossReference === null || row.crossReference === row.number ? '' : html`<div>for ${row.crossReference}</div>`}</td>
<td>${row.date}</td><td class="w">${row.customer}<div>${row.customerAccountNumber}</div></td><td class="n">${row.amount} ${row.currency}</td><td class="n">${row.balance}</td>
<td class="w">${row.lines.map((line) => html`<div>${line.quantity} × ${line.description ?? line.memoLine} = ${line.amount}${line.tax === '0' ? '' : `, tax ${line.tax}`}</div>`)}</td>
<td>${byAccount(row.distributions).map(([account, amount]) => html`<div><code>${account}</code> ${amount}</div>`)}</td></tr>`;

/** What a document put on each account, added up. */
function byAccount(distributions: Transaction['distributions']): [string, string][] {
  const sums = new Map<string, Decimal>();
  for (const { accountCombination, amount } of distributions) {
    const value = readDecimal(amount);
    if (value) sums.set(accountCombination, plus(sums.get(accountCombination) ?? { digits: 0n, scale: 0 }, value));
  }
  return [...sums].map(([account, sum]) => [account, writeDecimal(sum)]);
}

/** A table, or a line that says there is nothing; a heading that starts with # is a number. */
function section(title: string, headings: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html`<h2>${title}</h2><p>None yet.</p>`;
  const head = headings.map((text) =>
    text.startsWith('#') ? html`<th scope="col" class="n">${text.slice(1)}</th>` : html`<th scope="col">${text}</th>`,
  );
  return html`<h2>${title}</h2><div class="wrap"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
