/**
 * Comma-separated text, RFC 4180, made for people who open it in a spreadsheet.
 * Sources: RFC 4180; OWASP "CSV Injection" (which first characters start a formula)
 */

/** What a spreadsheet would run as a formula. The wide forms count in East Asian versions. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;
/** What a spreadsheet would turn into another value: 007, 1E5, 12345678901234567, 1/2, 3-4, 1.5.2026, TRUE. */
const TURNED = /^(0\d.*|\d+(\.\d+)?e\d+|\d{16,}|\d{1,4}[-/.:]\d{1,2}([-/.:]\d{1,4})?|true|false|\s.*|.*\s)$/isu;

/** A cell that no spreadsheet runs: a leading apostrophe where it would. For files that are only read. */
export const safeCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** A cell that comes back as it was, also after a spreadsheet opened and saved the file. readCell takes the apostrophe off again. */
export const exactCell = (text: string): string =>
  FORMULA.test(text) || TURNED.test(text) || text.startsWith("'") ? `'${text}` : text;

export const readCell = (cell: string): string => (cell.startsWith("'") ? cell.slice(1) : cell);

/** Rows of cells as text; quoted where needed, lines end with CR LF. */
export const csvText = (rows: Iterable<readonly string[]>): string =>
  Array.from(rows, (row) => row.map(quoted).join(',')).join('\r\n');

const quoted = (cell: string): string => (/[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export interface CsvRow {
  /** Line of the file where the row begins, from 1. */
  line: number;
  cells: string[];
}

/**
 * Reads comma-separated text. A byte order mark is skipped; `;` and tab are taken where the first line has more of them than commas,
 * as spreadsheets of many countries write. Empty lines are left out.
 *
 * Out     rows; `unclosed` is the line of a quote that never ends, else null
 */
export function parseCsv(text: string): { rows: CsvRow[]; unclosed: number | null } {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const separator = separatorOf(body);
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let line = 1;
  let begun = 1;
  let quoteAt: number | null = null;
  const endRow = () => {
    cells.push(cell);
    if (cells.length > 1 || cell !== '') rows.push({ line: begun, cells });
    cells = [];
    cell = '';
  };
  for (let at = 0; at < body.length; at += 1) {
    const char = body[at];
    if (char === '\n') line += 1;
    if (quoteAt !== null) {
      if (char !== '"') cell += char;
      else if (body[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoteAt = null;
    } else if (char === '"' && cell === '') {
      quoteAt = line;
    } else if (char === separator) {
      cells.push(cell);
      cell = '';
    } else if (char === '\n' || (char === '\r' && body[at + 1] !== '\n')) {
      endRow();
      begun = line;
    } else if (char !== '\r') {
      cell += char;
    }
  }
  endRow();
  return { rows, unclosed: quoteAt };
}

function separatorOf(text: string): string {
  const first = (/^[^\r\n]*/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (separator: string) => first.split(separator).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}
