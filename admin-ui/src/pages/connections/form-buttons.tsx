import { __ } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import type { ConnectionForm } from './connection-form.ts';
import { Findings } from './findings.tsx';

/** Save and Test below a system's form, with what went wrong and what the test found. */
export function FormButtons<T>({ form }: { form: ConnectionForm<T> }) {
  return (
    <>
      <ActFailure act={form.act} />
      <div className="arb-actions">
        <ActButton act={form.act} name="save" variant="primary" disabled={!form.changed} onClick={() => void form.save()}>
          {__('Save', 'ar-bridge')}
        </ActButton>
        <ActButton act={form.act} name="test" onClick={() => void form.test()}>
          {form.changed ? __('Save and test', 'ar-bridge') : __('Test', 'ar-bridge')}
        </ActButton>
      </div>
      <div role="status">{form.findings && <Findings findings={form.findings} />}</div>
    </>
  );
}
