import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { FormEvent } from 'react';
import { SelectField, TextField } from '../../components/fields.tsx';
import { Link } from '../../components/link.tsx';
import { isSame } from '../../data/is-same.ts';
import { go, urlOf } from '../../hooks/route.ts';

/** By day, order, document, result, and whether it was a change; sent together, so that half a date finds nothing. */
export function AuditFilters({ params }: { params: Record<string, string> }) {
  const [fields, setFields] = useState(params);
  const [inAddress, setInAddress] = useState(params);
  if (!isSame(inAddress, params)) {
    // The address changed, by this form or by going back: the fields follow, and the focus stays where it is.
    setInAddress(params);
    setFields(params);
  }
  const set = (name: string) => (value: string) => setFields({ ...fields, [name]: value });
  const show = (event: FormEvent) => {
    event.preventDefault();
    go(urlOf('audit', { ...fields, before: undefined }));
  };
  return (
    <form className="arb-toolbar arb-filters" onSubmit={show}>
      <TextField type="date" label={__('From', 'ar-bridge')} value={fields.from ?? ''} onChange={set('from')} />
      <TextField type="date" label={__('To', 'ar-bridge')} value={fields.to ?? ''} onChange={set('to')} />
      <TextField
        label={__('Order id', 'ar-bridge')}
        value={fields.order ?? ''}
        onChange={set('order')}
        input={{ inputMode: 'numeric', pattern: '[0-9]*' }}
      />
      <TextField
        label={__('Document', 'ar-bridge')}
        value={fields.document ?? ''}
        onChange={set('document')}
        input={{ maxLength: 40 }}
      />
      <SelectField
        label={__('Show', 'ar-bridge')}
        value={fields.kind ?? ''}
        options={[
          { value: '', label: __('What changed in Oracle', 'ar-bridge') },
          { value: 'all', label: __('Everything, reads and polls too', 'ar-bridge') },
        ]}
        onChange={set('kind')}
      />
      <SelectField
        label={__('Result', 'ar-bridge')}
        value={fields.result ?? ''}
        options={[
          { value: '', label: __('All', 'ar-bridge') },
          { value: 'ok', label: __('OK', 'ar-bridge') },
          { value: 'failed', label: __('Failed', 'ar-bridge') },
        ]}
        onChange={set('result')}
      />
      <div className="arb-actions">
        <Button variant="secondary" __next40pxDefaultSize type="submit">
          {__('Filter', 'ar-bridge')}
        </Button>
        <Link tab="audit">{__('Clear', 'ar-bridge')}</Link>
      </div>
    </form>
  );
}
