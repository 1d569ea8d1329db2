import { Button, FormFileUpload, RadioControl } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useMemo, useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/section.tsx';
import { diffRules, type ImportedRules, type Rule } from '../../data/contract.ts';
import { requestFile } from '../../data/request.ts';
import { store } from '../../data/store.ts';
import { count } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { saveAs } from '../../save-as.ts';
import { ChangeList } from './change-list.tsx';
import type { RulesPartProps } from './part.ts';
import { Problems } from './problems.tsx';
import { useRuleCheck } from './use-rule-check.ts';

/** Rules out as a file and in from one; a file is looked at first, then taken into the edits, then saved like any edit. */
export function RuleFiles(props: RulesPartProps) {
  return (
    <>
      <Export version={props.saved.version} />
      <Import {...props} />
    </>
  );
}

function Export({ version }: { version: number }) {
  const act = useAct();
  const download = async (format: 'csv' | 'json') => {
    const outcome = await act.run(format, () => requestFile(`/rules/${format}`));
    if (outcome.ok) saveAs(outcome.value, `ar-bridge-rules-${version}.${format}`);
  };
  return (
    <Section
      title={__('Export', 'ar-bridge')}
      about={__('The saved rules. CSV for a spreadsheet, JSON with the rule tests.', 'ar-bridge')}
    >
      <ActFailure act={act} />
      <div className="arb-actions">
        <ActButton act={act} name="csv" onClick={() => void download('csv')}>
          {__('Download as CSV', 'ar-bridge')}
        </ActButton>
        <ActButton act={act} name="json" onClick={() => void download('json')}>
          {__('Download as JSON', 'ar-bridge')}
        </ActButton>
      </div>
    </Section>
  );
}

interface Read extends ImportedRules {
  name: string;
}

function Import({ draft, onChange }: RulesPartProps) {
  const act = useAct();
  const [read, setRead] = useState<Read | null>(null);
  const { importRules } = useDispatch(store);
  const look = async (file: File | undefined) => {
    if (!file) return;
    const text = await file.text();
    const format = /\.json$/i.test(file.name) || /^\s*[[{]/.test(text) ? 'json' : 'csv';
    const outcome = await act.run('import', () => importRules(format, text));
    setRead(outcome.ok ? { ...outcome.value, name: file.name } : null);
  };
  return (
    <Section
      title={__('Import', 'ar-bridge')}
      about={__(
        'You see what a file would change before anything is taken over. Nothing is saved by choosing a file.',
        'ar-bridge',
      )}
    >
      <ActFailure act={act} />
      <div className="arb-stack is-tight">
        <div>
          <FormFileUpload
            __next40pxDefaultSize
            accept=".csv,.json,text/csv,application/json"
            className="is-secondary"
            onChange={(event) => {
              const input = event.currentTarget;
              void look(input.files?.[0]).then(() => {
                input.value = ''; // the same file, corrected, can be chosen again
              });
            }}
          >
            {__('Choose a CSV or JSON file', 'ar-bridge')}
          </FormFileUpload>
        </div>
        {read &&
          (read.errors.length > 0 ? (
            <FileErrors read={read} />
          ) : (
            <Preview
              read={read}
              rules={draft.rules}
              onTake={(rules) => {
                onChange({ rules, ...(read.tests && { tests: read.tests }) });
                setRead(null);
              }}
              onClose={() => setRead(null)}
            />
          ))}
      </div>
    </Section>
  );
}

function FileErrors({ read: { name, errors } }: { read: Read }) {
  return (
    <div role="alert">
      <p className="arb-error">
        {sprintf(
          /* translators: 1: number of errors, 2: name of a file */
          _n(
            '%1$s error in %2$s. Correct the file and choose it again; nothing was taken over.',
            '%1$s errors in %2$s. Correct the file and choose it again; nothing was taken over.',
            errors.length,
            'ar-bridge',
          ),
          count(errors.length),
          name,
        )}
      </p>
      <DataTable
        caption={__('Errors of the file', 'ar-bridge')}
        columns={[
          { id: 'row', header: __('Row', 'ar-bridge'), heads: true, cell: ({ row }) => count(row) },
          { id: 'column', header: __('Column', 'ar-bridge'), cell: ({ column }) => (column ? <code>{column}</code> : '–') },
          { id: 'message', header: __('What is wrong', 'ar-bridge'), cell: ({ message }) => message },
        ]}
        rows={errors.slice(0, 200)}
        keyOf={({ row, column, message }) => `${row} ${column} ${message}`}
      />
    </div>
  );
}

interface PreviewProps {
  read: Read;
  rules: Rule[];
  onTake: (rules: Rule[]) => void;
  onClose: () => void;
}

/** What the file would change among the rules as they are edited, and what Oracle, store and other rules have against it. */
function Preview({ read, rules, onTake, onClose }: PreviewProps) {
  const [how, setHow] = useState<'replace' | 'add'>('replace');
  const next = useMemo(() => (how === 'replace' ? read.rules : merged(rules, read.rules)), [how, read, rules]);
  const asked = useMemo(() => ({ rules: next, ...(read.tests && { tests: read.tests }) }), [next, read]);
  const checked = useRuleCheck(asked);
  const changes = useMemo(() => diffRules(rules, next), [rules, next]);
  const failing = checked?.testResults.filter(({ passed }) => !passed) ?? [];
  const nameOf = (id: string) => next.find((rule) => rule.id === id)?.name ?? id;
  return (
    <div className="arb-stack is-tight">
      <RadioControl
        /* translators: 1: name of a file, 2: number of rules */
        label={sprintf(
          _n('%1$s: %2$s rule', '%1$s: %2$s rules', read.rules.length, 'ar-bridge'),
          read.name,
          count(read.rules.length),
        )}
        selected={how}
        options={[
          { value: 'replace', label: __('Put them in the place of all rules', 'ar-bridge') },
          { value: 'add', label: __('Add them, and change those with the same id', 'ar-bridge') },
        ]}
        onChange={(chosen) => setHow(chosen === 'add' ? 'add' : 'replace')}
      />
      {read.tests && (
        <p className="arb-quiet">
          {__('The file brings its own rule tests; they take the place of the present ones.', 'ar-bridge')}
        </p>
      )}
      <h3 className="arb-subtitle">{__('What it changes', 'ar-bridge')}</h3>
      <ChangeList changes={changes} />
      <div role="status">
        {checked && checked.problems.length > 0 && (
          <Problems
            problems={checked.problems.slice(0, 50).map((problem) => ({
              ...problem,
              message: `${nameOf(problem.ruleId)}: ${problem.message}`,
            }))}
          />
        )}
        {failing.length > 0 && (
          <p className="arb-error">
            {/* translators: %s: number of tests */}
            {sprintf(_n('%s test fails.', '%s tests fail.', failing.length, 'ar-bridge'), count(failing.length))}
          </p>
        )}
      </div>
      <div className="arb-actions">
        <Button
          variant="primary"
          __next40pxDefaultSize
          disabled={changes.length === 0}
          accessibleWhenDisabled
          onClick={() => onTake(next)}
        >
          {__('Take into the edits', 'ar-bridge')}
        </Button>
        <Button variant="tertiary" __next40pxDefaultSize onClick={onClose}>
          {__('Forget the file', 'ar-bridge')}
        </Button>
      </div>
    </div>
  );
}

function merged(rules: readonly Rule[], added: readonly Rule[]): Rule[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  for (const rule of added) byId.set(rule.id, rule);
  return [...byId.values()];
}
