import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { FormEvent } from 'react';
import { TextField } from '../../components/fields.tsx';

interface SearchFormProps {
  label: string;
  help: string;
  busy: boolean;
  onSearch: (text: string) => void;
  /** What is searched for at first. */
  start?: string;
}

/** A search that asks another system: sent when the person says so, not with every letter. */
export function SearchForm({ label, help, busy, onSearch, start = '' }: SearchFormProps) {
  const [text, setText] = useState(start);
  const ready = text.trim().length >= 2 && !busy;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onSearch(text.trim());
  };
  return (
    <form className="arb-ask" onSubmit={submit}>
      <TextField label={label} help={help} value={text} onChange={setText} input={{ maxLength: 80, spellCheck: false }} />
      <Button variant="secondary" __next40pxDefaultSize type="submit" isBusy={busy} disabled={!ready} accessibleWhenDisabled>
        {__('Search', 'ar-bridge')}
      </Button>
    </form>
  );
}
