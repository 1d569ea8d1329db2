import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText, exactCell, parseCsv, readCell, safeCell } from '../../../sidecar/domain/csv.ts';

const cellsOf = (text: string): string[][] => parseCsv(text).rows.map(({ cells }) => cells);
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('=1+1', "'=1", "''", '007', '1E5', '1/2', 'a"b', 'a,b', 'a;b', 'line\nbreak', '\r', ' x ', '＝A1', '\uFEFF'),
);

describe('comma-separated text', () => {
  it('gives back any cells as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyText, { minLength: 2, maxLength: 5 }), { maxLength: 6 }), (rows) => {
        const written = csvText([['a', 'b'], ...rows.map((row) => row.map(exactCell))]);
        expect(cellsOf(written).slice(1)).toEqual(rows.map((row) => row.map(exactCell)));
        expect(
          cellsOf(written)
            .slice(1)
            .map((row) => row.map(readCell)),
        ).toEqual(rows);
      }),
    );
  });

  it.each(['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝A1'])(
    'writes %j so that no spreadsheet runs it',
    (text) => {
      expect(safeCell(text)).toBe(`'${text}`);
      expect(exactCell(text)).toBe(`'${text}`);
    },
  );

  it.each(['000', '0815', '1E5', '12345678901234567890', '1/2', '3-4', '1.5.2026', 'TRUE', ' padded'])(
    'marks %j, which a spreadsheet would turn into something else',
    (text) => {
      expect(exactCell(text)).toBe(`'${text}`);
    },
  );

  it.each(['41000', 'MUG-BLUE', 'CA STATE 7.25', '0', '', 'Tax on 1/2 price'])('leaves %j as it is', (text) => {
    expect(exactCell(text)).toBe(text);
  });

  it('reads what spreadsheets of other countries write: semicolons, tabs, a byte order mark, any line end', () => {
    expect(cellsOf('\uFEFFa;b\r\n1;"2;3"\r\n')).toEqual([
      ['a', 'b'],
      ['1', '2;3'],
    ]);
    expect(cellsOf('a\tb\n1\t2')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(cellsOf('a,b\r1,2\r\r3,4')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('names the line where a row begins, also behind a cell of several lines', () => {
    expect(parseCsv('a,b\n"1\n2",x\n\n3,4').rows.map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it('names the line of a quote that never ends', () => {
    expect(parseCsv('a,b\n1,"2\n3').unclosed).toBe(2);
    expect(parseCsv('a,b\n1,"2"').unclosed).toBeNull();
  });
});
