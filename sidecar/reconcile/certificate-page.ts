import type { CertificateData } from './certificate.ts';
import { MEASURES, type Measure } from './figures.ts';
import type { TotalLine } from './lines.ts';
import { REASON_WORDS } from './reasons.ts';

const MEASURE_WORDS: Record<Measure, string> = {
  sales: 'Sales – invoices',
  refunds: 'Refunds – credit memos',
  paid: 'Payments – receipts',
  open: 'Open items, less money on account',
};
const COLUMN_WORDS: Record<string, string> = {
  products: 'Products',
  shipping: 'Shipping',
  fees: 'Fees',
  tax: 'Tax',
  other: 'Rounding and other',
  cancelled: 'Cancelled',
  refunds: 'Refunds',
  returned: 'Money returned without a credit',
  paid: 'Paid',
  invoices: 'Invoices',
  creditMemos: 'Credit memos',
  receipts: 'Receipts',
  reversed: 'Reversed',
  applied: 'Applied',
  unapplied: 'Unapplied',
  settled: 'Settled',
  openInvoices: 'Open invoices',
  openCreditMemos: 'Open credit memos',
  gatewayFees: 'Gateway fees',
};
const KIND_WORDS = { invoice: 'Receivables: open invoices', receipt: 'Unapplied receipts', 'credit-memo': 'Open credit memos' };
const LISTED_CHANGES = 40;
const LISTED_UNEXPLAINED = 40;

/**
 * The certificate as a page to print: A4, black on white, one file with nothing from elsewhere and no script. Everything it says is in
 * the data that the hash is of.
 */
export function certificatePage({ id, data, sha256 }: { id: number; data: string; sha256: string }): string {
  const certificate = JSON.parse(data) as CertificateData;
  const { period, totals, unexplained } = certificate;
  const title = `Close certificate ${period.from} to ${period.to}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="verdict">${escaped(verdictOf(certificate))}</p>
${facts(certificate, id)}
${totals.map(totalTable).join('\n')}
${totals.length === 0 ? '<p>Nothing was sold, refunded, paid or posted in this period.</p>' : ''}
${differences(certificate)}
${unexplained.count > 0 ? unexplainedTable(certificate) : ''}
${openItems(certificate)}
${sinceThen(certificate)}
<footer>
<p>SHA-256 of the certified data (canonical JSON, ${escaped(certificate.format)})<br><code>${escaped(sha256)}</code></p>
<p>Digest of ${counted(certificate.ordersDigest.orders, 'order', 'orders')}<br><code>${escaped(certificate.ordersDigest.sha256)}</code></p>
<p>Head of the audit trail: entry ${certificate.audit.seq}<br><code>${escaped(certificate.audit.hash)}</code></p>
</footer>
</main>
</body>
</html>
`;
}

function verdictOf({ differences, unexplained }: CertificateData): string {
  if (unexplained.count > 0)
    return `Not balanced: ${counted(unexplained.count, 'difference has', 'differences have')} no explanation.`;
  if (differences.length === 0) return 'Balanced: store and Oracle agree in every row.';
  return 'Explained: every difference between store and Oracle has a reason, given below.';
}

function facts(certificate: CertificateData, id: number): string {
  const { sources, versions } = certificate;
  const rows: [string, string][] = [
    ['Certificate', String(id)],
    ['Made', `${instant(certificate.madeAt)} by ${certificate.madeBy}`],
    ['Time zone of the days', certificate.timeZone],
    ['Orders in the period', String(certificate.orders)],
    ['Oracle', sources.oracle === 'live' ? `read back at ${instant(sources.oracleReadAt ?? '')}` : 'by AR Bridge’s own record'],
    ['Store', sources.store === 'fresh' ? 'its list of orders asked again' : 'as last read by AR Bridge'],
    ['Versions', `rules ${versions.rules}, set-up ${versions.setup}, AR Bridge ${versions.sidecar}`],
  ];
  return `<dl>${rows.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>`;
}

function totalTable({ businessUnit, currency, orders, measures, store, oracle }: TotalLine): string {
  const columns = (figures: Record<string, string>) =>
    Object.entries(figures)
      .filter(([, amount]) => /[1-9]/.test(amount))
      .map(([name, amount]) => `${COLUMN_WORDS[name] ?? name} ${amount}`)
      .join(' · ');
  const rows = MEASURES.map((measure) => {
    const { store: ours, oracle: theirs, difference } = measures[measure];
    return [MEASURE_WORDS[measure], ours, theirs, difference];
  });
  return `<h2>${escaped(businessUnit)}, ${escaped(currency)} – ${counted(orders, 'order', 'orders')}</h2>
${table(['', 'Store', 'Oracle', 'Difference'], rows)}
<p class="small">Store: ${escaped(columns(store) || 'nothing')}<br>Oracle: ${escaped(columns(oracle) || 'nothing')}</p>`;
}

function differences({ differences: all }: CertificateData): string {
  if (all.length === 0) return '';
  const rows = all.map(({ businessUnit, currency, measure, reason, differences: count, net }) => [
    `${MEASURE_WORDS[measure]}, ${businessUnit}`,
    REASON_WORDS[reason],
    String(count),
    `${net} ${currency}`,
  ]);
  return `<h2>Differences by reason</h2>${table(['Where', 'Why', 'Count', 'Oracle less store'], rows)}`;
}

function unexplainedTable({ unexplained }: CertificateData): string {
  const rows = unexplained.items
    .slice(0, LISTED_UNEXPLAINED)
    .map(({ day, orderNumber, measure, amount, currency, message, action = '' }) => [
      day,
      orderNumber || '–',
      `${MEASURE_WORDS[measure]}: ${message} ${action}`.trim(),
      `${amount} ${currency}`,
    ]);
  const more = unexplained.count - rows.length;
  return `<h2>Unexplained</h2>${table(['Day', 'Order', 'What', 'Amount'], rows)}${more > 0 ? `<p>… and ${more} more.</p>` : ''}`;
}

function openItems({ open, period }: CertificateData): string {
  const documents = open.documents.map(({ kind, businessUnit, currency, documents: count, amount }) => [
    `${KIND_WORDS[kind]}, ${businessUnit}`,
    String(count),
    `${amount} ${currency}`,
  ]);
  const orders = open.orders.map(({ state, code, action, currency, orders: count, total }) => [
    `Orders not posted: ${state}${code ? ` (${code})` : ''}${action ? `. ${action}` : ''}`,
    String(count),
    `${total} ${currency}`,
  ]);
  const rows = [...documents, ...orders];
  const title = `<h2>Open items up to ${escaped(period.to)}, when this was made</h2>`;
  return rows.length === 0 ? `${title}<p>None.</p>` : title + table(['What', 'Count', 'Amount'], rows);
}

function sinceThen({ since }: CertificateData): string {
  if (!since) return '';
  const rows = since.rows
    .slice(0, LISTED_CHANGES)
    .map(({ day, gateway, businessUnit, currency, measure, side, before, after }) => [
      `${day} ${businessUnit} ${gateway || '–'}`,
      `${MEASURE_WORDS[measure]}, ${side === 'store' ? 'store' : 'Oracle'}`,
      `${before} ${currency}`,
      `${after} ${currency}`,
    ]);
  const more = since.rows.length - rows.length;
  const what =
    since.rows.length + since.orders.count === 0
      ? '<p>Nothing changed.</p>'
      : `<p>${counted(since.orders.count, 'order', 'orders')} changed.</p>${rows.length > 0 ? table(['Row', 'What', 'Before', 'Now'], rows) : ''}${more > 0 ? `<p>… and ${more} more.</p>` : ''}`;
  return `<h2>Since certificate ${since.id}</h2><p class="small">Made ${escaped(instant(since.madeAt))} by ${escaped(since.madeBy)}, SHA-256 <code>${escaped(since.sha256)}</code></p>${what}`;
}

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

/** To the second, as people write it. */
const instant = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

/** The first column names the row; the others are numbers where they look like numbers. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const amount = (text: string): string => (/^-?[\d.]+( [A-Z]{3})?$/.test(text) ? ' class="amount"' : '');
  const cell = (text: string, index: number) =>
    index === 0 ? `<th scope="row">${escaped(text)}</th>` : `<td${amount(text)}>${escaped(text)}</td>`;
  // A heading stands over its numbers.
  const head = header
    .map((text, index) =>
      text ? `<th scope="col"${index > 0 ? amount(rows[0]?.[index] ?? '') : ''}>${escaped(text)}</th>` : '<td></td>',
    )
    .join('');
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

const STYLE = `
@page { size: A4; margin: 15mm; }
body { margin: 0; color: #111; background: #fff; font: 10pt/1.4 system-ui, sans-serif; }
main { max-width: 180mm; margin: 0 auto; padding: 8mm 0; }
@media print { main { padding: 0; } }
h1 { font-size: 16pt; margin: 0 0 2mm; }
h2 { font-size: 11pt; margin: 6mm 0 1.5mm; break-after: avoid; }
.verdict { font-weight: 600; margin: 0 0 4mm; }
dl { display: grid; grid-template-columns: 1fr 1fr; gap: 1mm 6mm; margin: 0; }
dl div { display: flex; gap: 2mm; }
dt { color: #555; } dt::after { content: ":"; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
tr { break-inside: avoid; }
th, td { text-align: start; padding: 1mm 1.5mm; border-bottom: .3mm solid #ccc; font-weight: 400; vertical-align: top; overflow-wrap: anywhere; }
thead th { font-weight: 600; }
thead th, thead td { border-bottom-color: #111; }
.amount { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.small { font-size: 8.5pt; color: #444; margin: 1mm 0; }
footer { margin-top: 8mm; font-size: 8.5pt; break-inside: avoid; }
code { font-size: 8pt; overflow-wrap: anywhere; }
`;
