import { Button } from '@wordpress/components';
import { useEffect, useRef } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { trash } from '@wordpress/icons';
import type { ReactNode } from 'react';

interface RowsFieldProps<Row> {
  rows: Row[];
  /** Label of the button that adds a row. */
  add: string;
  blank: Row;
  /** What one row is called, for the remove button: "segment 2". */
  rowName: string;
  /** Rows that must stay. */
  least?: number;
  /** A row is a form of its own, set off from the next one; its remove button stands in the corner. */
  tall?: boolean;
  fields: (row: Row, set: (row: Row) => void, index: number) => ReactNode;
  onChange: (rows: Row[]) => void;
}

/** A short list of like rows that grows and shrinks. A new row gets the focus; after a removal the add button has it. */
export function RowsField<Row>({ rows, add, blank, rowName, least = 0, tall = false, fields, onChange }: RowsFieldProps<Row>) {
  const list = useRef<HTMLUListElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const before = useRef(rows.length);
  const byHand = useRef(false);
  useEffect(() => {
    const grew = rows.length - before.current;
    before.current = rows.length;
    if (!byHand.current || grew === 0) return;
    byHand.current = false;
    if (grew > 0) list.current?.lastElementChild?.querySelector<HTMLElement>('input, select')?.focus();
    else addButton.current?.focus();
  }, [rows.length]);
  const change = (next: Row[]) => {
    byHand.current = true;
    onChange(next);
  };
  return (
    <div className="arb-rowsfield">
      <ul ref={list}>
        {rows.map((row, index) => (
          <li key={index} className={tall ? 'arb-rowsfield__row is-tall' : 'arb-rowsfield__row'}>
            {fields(row, (next) => onChange(rows.map((old, at) => (at === index ? next : old))), index)}
            <Button
              icon={trash}
              /* translators: 1: what a row is called, 2: its number */
              label={sprintf(__('Remove %1$s %2$d', 'ar-bridge'), rowName, index + 1)}
              disabled={rows.length <= least}
              accessibleWhenDisabled
              onClick={() => change(rows.filter((_, at) => at !== index))}
            />
          </li>
        ))}
      </ul>
      <Button variant="secondary" size="compact" ref={addButton} onClick={() => change([...rows, blank])}>
        {add}
      </Button>
    </div>
  );
}
