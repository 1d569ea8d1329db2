import { Modal } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { Fact } from '../../components/fact.tsx';
import { RuleTraces } from '../../components/rule-traces.tsx';
import { Loaded } from '../../components/views.tsx';
import type { AuditDetail } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { duration, exactInstant, pretty } from '../../format.ts';
import { Result } from './result.tsx';

/** One attempt whole: what was sent, what came back, and its place in the chain. */
export function EntryModal({ seq, onClose }: { seq: number; onClose: () => void }) {
  const entry = useSelect((select) => select(store).getAuditEntry(seq), [seq]);
  const { refresh } = useDispatch(store);
  return (
    <Modal
      /* translators: %d: number of an entry */
      title={sprintf(__('Entry %d', 'ar-bridge'), seq)}
      onRequestClose={onClose}
      size="large"
      className="arb-modal"
    >
      <Loaded resource={entry} onRetry={() => void refresh(sources.auditEntry(seq))}>
        {(detail) => <Entry entry={detail} />}
      </Loaded>
    </Modal>
  );
}

function Entry({ entry }: { entry: AuditDetail }) {
  const { rules } = entry;
  const ofRules = rules?.seq === entry.seq;
  return (
    <div className="arb-stack is-tight">
      <dl className="arb-heading__facts">
        <Fact name={__('Operation', 'ar-bridge')}>{entry.operation}</Fact>
        <Fact name={__('Time', 'ar-bridge')}>{exactInstant(entry.at)}</Fact>
        <Fact name={__('Duration', 'ar-bridge')}>{duration(entry.durationMs)}</Fact>
        <Fact name={__('Started by', 'ar-bridge')}>{entry.actor}</Fact>
        {entry.oracleIds.length > 0 && <Fact name={__('Oracle ids', 'ar-bridge')}>{entry.oracleIds.join(', ')}</Fact>}
        <Fact name={__('Result', 'ar-bridge')}>
          <Result entry={entry} />
        </Fact>
      </dl>
      {rules && <Rules rules={rules} elsewhere={!ofRules} />}
      {!ofRules && (
        <>
          <Body title={__('Request', 'ar-bridge')} line={`${entry.method} ${entry.path}`} body={entry.request} />
          <Body
            title={__('Answer', 'ar-bridge')}
            line={entry.status === null ? __('No answer came.', 'ar-bridge') : `HTTP ${entry.status}`}
            body={entry.response}
          />
        </>
      )}
      <p className="arb-hash">
        {__('Hash', 'ar-bridge')} <code>{entry.hash}</code>
        <br />
        {__('Hash of the entry before', 'ar-bridge')} <code>{entry.previousHash}</code>
      </p>
    </div>
  );
}

/** What the rules chose for the document, as it was written into the chain before anything was sent. */
function Rules({ rules, elsewhere }: { rules: NonNullable<AuditDetail['rules']>; elsewhere: boolean }) {
  return (
    <section>
      <h3 className="arb-subtitle">{__('Chosen by rules', 'ar-bridge')}</h3>
      {elsewhere && (
        <p className="arb-quiet">
          {/* translators: %d: number of an entry */}
          {sprintf(__('Recorded before it was sent, in entry %d.', 'ar-bridge'), rules.seq)}
        </p>
      )}
      {rules.traces.length === 0 ? (
        <p className="arb-quiet">{__('No rule had a choice to make.', 'ar-bridge')}</p>
      ) : (
        <RuleTraces traces={rules.traces} />
      )}
    </section>
  );
}

function Body({ title, line, body }: { title: string; line: string; body: string | null }) {
  return (
    <section>
      <h3 className="arb-subtitle">{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard scrolls what has the focus */}
      <pre className="arb-pre" tabIndex={0}>
        {line}
        {body !== null && body !== '' && `\n\n${pretty(body)}`}
      </pre>
    </section>
  );
}
