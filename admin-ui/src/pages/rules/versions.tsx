import { Button, Modal } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { Badge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, Loaded } from '../../components/views.tsx';
import type { RuleVersions } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { count, instant } from '../../format.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { ChangeList } from './change-list.tsx';
import type { RulesPartProps } from './part.ts';
import { inPrecedence } from './precedence.ts';
import { accountWords, conditionWords, outcomeWords } from './rule-words.ts';
import { useNames } from './use-names.ts';
import { Words } from './words.tsx';

type Version = RuleVersions['versions'][number];

/** Every set of rules that was saved: who, when, why, and what it changed. */
export function Versions({ saved, onChange }: RulesPartProps) {
  const [before, setBefore] = useState<number | undefined>(undefined);
  const { resource, again } = useFresh(sources.ruleVersions(before));
  const [compared, setCompared] = useState<{ from: number; to: number } | null>(null);
  const [looking, setLooking] = useState<number | null>(null);
  return (
    <Loaded resource={resource} onRetry={again} rows={6}>
      {({ versions, nextBefore }) => (
        <Section
          title={__('Versions', 'ar-bridge')}
          about={__('A posted part keeps the version it was posted under.', 'ar-bridge')}
          flush
        >
          {versions.length === 0 ? (
            <Empty title={__('No rules were saved yet.', 'ar-bridge')} />
          ) : (
            <DataTable
              caption={__('Versions of the rules', 'ar-bridge')}
              columns={columns(saved.version, setLooking, setCompared)}
              rows={versions}
              keyOf={({ version }) => version}
              stale={resource.loading}
            />
          )}
          {(before !== undefined || nextBefore !== null) && (
            <nav className="arb-pager" aria-label={__('Pages', 'ar-bridge')}>
              {before !== undefined && (
                <Button variant="secondary" size="compact" onClick={() => setBefore(undefined)}>
                  {__('Newest', 'ar-bridge')}
                </Button>
              )}
              {nextBefore !== null && (
                <Button variant="secondary" size="compact" onClick={() => setBefore(nextBefore)}>
                  {__('Older', 'ar-bridge')}
                </Button>
              )}
            </nav>
          )}
          {compared && <Compare {...compared} newest={saved.version} onChange={setCompared} onClose={() => setCompared(null)} />}
          {looking !== null && (
            <Look
              version={looking}
              onTake={(part) => {
                onChange(part);
                setLooking(null);
              }}
              onClose={() => setLooking(null)}
            />
          )}
        </Section>
      )}
    </Loaded>
  );
}

function columns(
  current: number,
  look: (version: number) => void,
  compare: (pair: { from: number; to: number }) => void,
): Column<Version>[] {
  return [
    {
      id: 'version',
      header: __('Version', 'ar-bridge'),
      heads: true,
      cell: ({ version }) => (
        <>
          <span className="arb-strong arb-amount">{count(version)}</span>
          {version === current && <span className="arb-sub">{__('in use', 'ar-bridge')}</span>}
        </>
      ),
    },
    {
      id: 'saved',
      header: __('Saved', 'ar-bridge'),
      cell: ({ savedAt, author }) => (
        <>
          {instant(savedAt)}
          <span className="arb-sub">{author}</span>
        </>
      ),
    },
    {
      id: 'note',
      header: __('What and why', 'ar-bridge'),
      cell: ({ note, forced }) => (
        <>
          {note || <span className="arb-quiet">{__('nothing was noted', 'ar-bridge')}</span>}
          {forced && (
            <span className="arb-sub">
              <Badge tone="warning">{__('Saved although tests failed', 'ar-bridge')}</Badge>{' '}
              {/* translators: 1: login name, 2: a reason, 3: names of tests */}
              {sprintf(__('%1$s: “%2$s” (%3$s)', 'ar-bridge'), forced.by, forced.reason, forced.tests.join(', '))}
            </span>
          )}
        </>
      ),
    },
    {
      id: 'changes',
      header: __('Rules', 'ar-bridge'),
      cell: ({ rules, added, removed, changed }) => (
        <>
          <span className="arb-amount">{count(rules)}</span>
          <span className="arb-sub">
            {/* translators: numbers of rules, 1: added, 2: changed, 3: removed */}
            {sprintf(__('%1$s new, %2$s changed, %3$s gone', 'ar-bridge'), count(added), count(changed), count(removed))}
          </span>
        </>
      ),
    },
    {
      id: 'acts',
      header: __('Actions', 'ar-bridge'),
      quietHeader: true,
      align: 'end',
      cell: ({ version }) => (
        <span className="arb-row-acts">
          <Button
            variant="tertiary"
            size="compact"
            /* translators: %s: number of a version */
            aria-label={sprintf(__('What changed with version %s', 'ar-bridge'), count(version))}
            onClick={() => compare({ from: version - 1, to: version })}
          >
            {__('What changed', 'ar-bridge')}
          </Button>
          <Button
            variant="tertiary"
            size="compact"
            /* translators: %s: number of a version */
            aria-label={sprintf(__('Look at version %s', 'ar-bridge'), count(version))}
            onClick={() => look(version)}
          >
            {__('Look', 'ar-bridge')}
          </Button>
        </span>
      ),
    },
  ];
}

interface CompareProps {
  from: number;
  to: number;
  newest: number;
  onChange: (pair: { from: number; to: number }) => void;
  onClose: () => void;
}

function Compare({ from, to, newest, onChange, onClose }: CompareProps) {
  const { resource, again } = useFresh(sources.ruleChanges(from, to));
  const range = (first: number, last: number) =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
      const version = last - index;
      return { value: String(version), label: version === 0 ? __('Before the first', 'ar-bridge') : count(version) };
    });
  return (
    <Modal title={__('What changed', 'ar-bridge')} onRequestClose={onClose} size="large" className="arb-modal">
      <div className="arb-form is-narrow">
        <SelectField
          label={__('From version', 'ar-bridge')}
          value={String(from)}
          options={range(0, to - 1)}
          onChange={(value) => onChange({ from: Number(value), to })}
        />
        <SelectField
          label={__('To version', 'ar-bridge')}
          value={String(to)}
          options={range(from + 1, newest)}
          onChange={(value) => onChange({ from, to: Number(value) })}
        />
      </div>
      <div className="arb-modal__part">
        <Loaded resource={resource} onRetry={again} rows={4}>
          {({ changes }) => <ChangeList changes={changes} />}
        </Loaded>
      </div>
    </Modal>
  );
}

interface LookProps {
  version: number;
  onTake: RulesPartProps['onChange'];
  onClose: () => void;
}

/** An older set as it was; it can be taken into the edits, and saved as a new version from there. */
function Look({ version, onTake, onClose }: LookProps) {
  const { resource, again } = useFresh(sources.ruleVersion(version));
  const { catalogue, setup } = useNames();
  return (
    <Modal
      /* translators: %s: number of a version */
      title={sprintf(__('Version %s', 'ar-bridge'), count(version))}
      onRequestClose={onClose}
      size="large"
      className="arb-modal"
    >
      <Loaded resource={resource} onRetry={again} rows={6}>
        {({ rules, tests }) => (
          <>
            <DataTable
              caption={__('Rules of this version', 'ar-bridge')}
              columns={[
                { id: 'name', header: __('Rule', 'ar-bridge'), heads: true, cell: ({ name, id }) => name || id },
                {
                  id: 'when',
                  header: __('When', 'ar-bridge'),
                  cell: ({ when }) => <Words words={conditionWords(when, catalogue)} none={__('always', 'ar-bridge')} />,
                },
                {
                  id: 'then',
                  header: __('Then', 'ar-bridge'),
                  cell: ({ outcome, enabled }) => (
                    <Words
                      words={[
                        ...(enabled ? [] : [__('Switched off', 'ar-bridge')]),
                        ...[accountWords(outcome, setup), ...outcomeWords(outcome)].filter((word) => word !== null),
                      ]}
                      none={__('nothing set', 'ar-bridge')}
                    />
                  ),
                },
              ]}
              rows={inPrecedence(rules)}
              keyOf={({ id }) => id}
            />
            <div className="arb-modal__buttons">
              <Button variant="tertiary" __next40pxDefaultSize onClick={onClose}>
                {__('Close', 'ar-bridge')}
              </Button>
              <Button variant="secondary" __next40pxDefaultSize onClick={() => onTake({ rules, tests })}>
                {__('Edit from this version', 'ar-bridge')}
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </Modal>
  );
}
