import type { HTMLAttributes, ReactNode } from 'react';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** `end` for amounts and counts. */
  align?: 'end';
  /** Names the row: read out with every cell of it. */
  heads?: boolean;
  /** The header is said, not shown: columns of buttons. */
  quietHeader?: boolean;
}

interface DataTableProps<Row> {
  /** Said to screen readers; the card's title stands above for everyone else. */
  caption: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
  /** A row below the row, over all columns. */
  below?: (row: Row) => ReactNode;
  /** What else a row is or does: a place to drop something on, keys. */
  rowProps?: (row: Row) => HTMLAttributes<HTMLTableRowElement>;
  /** While it is read again: dimmed, not emptied. */
  stale?: boolean;
}

/** Plain table markup; below 782 px each row becomes a block, its cells labelled by their headers. */
export function DataTable<Row>({ caption, columns, rows, keyOf, below, rowProps, stale = false }: DataTableProps<Row>) {
  return (
    <table className={stale ? 'arb-table is-stale' : 'arb-table'} aria-busy={stale}>
      <caption className="screen-reader-text">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.id} scope="col" className={alignClass(column)}>
              {column.quietHeader ? <span className="screen-reader-text">{column.header}</span> : column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Rows key={keyOf(row)} row={row} columns={columns} below={below?.(row)} more={rowProps?.(row)} />
        ))}
      </tbody>
    </table>
  );
}

interface RowsProps<Row> {
  row: Row;
  columns: Column<Row>[];
  below: ReactNode;
  more: HTMLAttributes<HTMLTableRowElement> | undefined;
}

function Rows<Row>({ row, columns, below, more }: RowsProps<Row>) {
  return (
    <>
      <tr {...more} className={[below && 'has-below', more?.className].filter(Boolean).join(' ') || undefined}>
        {columns.map((column) => {
          const shared = { className: alignClass(column), 'data-label': column.quietHeader ? undefined : column.header };
          return column.heads ? (
            <th key={column.id} scope="row" {...shared}>
              {column.cell(row)}
            </th>
          ) : (
            <td key={column.id} {...shared}>
              {column.cell(row)}
            </td>
          );
        })}
      </tr>
      {below && (
        <tr className="arb-table__below">
          <td colSpan={columns.length}>{below}</td>
        </tr>
      )}
    </>
  );
}

const alignClass = (column: { align?: 'end' }): string | undefined => (column.align === 'end' ? 'is-end' : undefined);
