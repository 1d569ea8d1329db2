import { FormFileUpload } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Id, Nothing } from '../../components/id.tsx';
import { Link } from '../../components/link.tsx';
import { Prose } from '../../components/prose.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, Loaded } from '../../components/views.tsx';
import type { CustomerImportView } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count } from '../../format.ts';
import { type Act, useAct } from '../../hooks/act.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { usePolling } from '../../hooks/timing.ts';

type Job = NonNullable<CustomerImportView['job']>;

/** A file of links: chosen, looked up in Oracle, shown, and only then carried out. */
export function ImportPage() {
  const { resource, again } = useFresh(sources.customerImport());
  const act = useAct();
  const { startCustomerImport } = useDispatch(store);
  const job = resource.data?.job ?? null;
  usePolling(again, job && ['checking', 'linking'].includes(job.state) ? 1_000 : null);
  const choose = async (file: File | undefined) => {
    if (file) await act.run('start', async () => startCustomerImport(await file.text()));
  };
  return (
    <div className="arb-stack">
      <p className="arb-back">
        <Link tab="customers">{__('All customers', 'ar-bridge')}</Link>
      </p>
      <Section
        title={__('Import links from a file', 'ar-bridge')}
        about={
          <Prose
            text={__(
              'A CSV file with a column `accountNumber` and one of `customerId`, `email`, `vatNumber` (its country in front). An exported file can come back; other columns are left alone. Nothing is linked before you have seen what the file would do.',
              'ar-bridge',
            )}
          />
        }
      >
        <div className="arb-stack is-tight">
          <ActFailure act={act} />
          <div className="arb-actions">
            <FormFileUpload
              __next40pxDefaultSize
              accept=".csv,text/csv,text/plain"
              onChange={(event) => {
                const input = event.currentTarget;
                void choose(input.files?.[0]).then(() => {
                  // The same file, mended, can be chosen again.
                  input.value = '';
                });
              }}
              render={({ openFileDialog }) => (
                <ActButton act={act} name="start" disabled={job?.state === 'linking'} onClick={openFileDialog}>
                  {__('Choose a CSV file', 'ar-bridge')}
                </ActButton>
              )}
            />
          </div>
          <Loaded resource={resource} onRetry={again} rows={2}>
            {(view) => <div role="status">{view.job && <Status job={view.job} />}</div>}
          </Loaded>
          {job && <JobActs job={job} act={act} />}
        </div>
      </Section>
      {job && job.errors.length > 0 && <Errors job={job} />}
      {job && ['checked', 'linking', 'done'].includes(job.state) && <Preview job={job} />}
    </div>
  );
}

function Status({ job }: { job: Job }) {
  return <p>{statusText(job)}</p>;
}

function statusText(job: Job): string {
  const counts = [count(job.done), count(job.total)] as const;
  switch (job.state) {
    case 'checking':
      /* translators: 1: accounts looked up, 2: accounts in all */
      return sprintf(__('Looking the accounts up in Oracle: %1$s of %2$s.', 'ar-bridge'), ...counts);
    case 'checked':
      return [
        /* translators: %s: number of customers */
        sprintf(
          _n('%s customer would be linked.', '%s customers would be linked.', job.changes, 'ar-bridge'),
          count(job.changes),
        ),
        /* translators: %s: number of rows */
        job.same > 0 && sprintf(_n('%s row is so already.', '%s rows are so already.', job.same, 'ar-bridge'), count(job.same)),
        job.faulty > 0 &&
          /* translators: %s: number of rows */
          sprintf(_n('%s row is left out.', '%s rows are left out.', job.faulty, 'ar-bridge'), count(job.faulty)),
      ]
        .filter(Boolean)
        .join(' ');
    case 'linking':
      /* translators: 1: customers linked, 2: customers in all */
      return sprintf(__('Linking: %1$s of %2$s.', 'ar-bridge'), ...counts);
    case 'done':
      return sprintf(
        /* translators: 1: number of customers, 2: number of orders */
        __('Linked: %1$s. Orders that go on: %2$s.', 'ar-bridge'),
        count(job.done),
        count(job.released),
      );
    case 'cancelled':
      /* translators: %s: number of customers */
      return sprintf(__('Given up. Linked before that: %s.', 'ar-bridge'), count(job.total === job.changes ? job.done : 0));
    case 'failed':
      return job.failure ?? '';
  }
}

function JobActs({ job, act }: { job: Job; act: Act }) {
  const { commitCustomerImport, cancelCustomerImport } = useDispatch(store);
  if (!['checking', 'checked', 'linking'].includes(job.state)) return null;
  return (
    <div className="arb-actions">
      {job.state === 'checked' && job.changes > 0 && (
        <ActButton
          act={act}
          name="commit"
          variant="primary"
          onClick={() => void act.run('commit', () => commitCustomerImport(job.id))}
        >
          {/* translators: %s: number of customers */}
          {sprintf(_n('Link %s customer', 'Link %s customers', job.changes, 'ar-bridge'), count(job.changes))}
        </ActButton>
      )}
      <ActButton act={act} name="cancel" variant="tertiary" onClick={() => void act.run('cancel', cancelCustomerImport)}>
        {__('Cancel', 'ar-bridge')}
      </ActButton>
    </div>
  );
}

function Errors({ job }: { job: Job }) {
  const columns: Column<Job['errors'][number]>[] = [
    { id: 'line', header: __('Line', 'ar-bridge'), heads: true, cell: ({ line }) => count(line) },
    { id: 'column', header: __('Column', 'ar-bridge'), cell: ({ column }) => (column ? <code>{column}</code> : <Nothing />) },
    { id: 'message', header: __('What is wrong', 'ar-bridge'), cell: ({ message }) => message },
  ];
  return (
    <Section title={__('Rows that are left out', 'ar-bridge')} about={shownOf(job.errors.length, job.faulty)} flush>
      <DataTable
        caption={__('Rows that are left out', 'ar-bridge')}
        columns={columns}
        rows={job.errors}
        keyOf={({ line, column, message }) => `${line} ${column} ${message}`}
      />
    </Section>
  );
}

function Preview({ job }: { job: Job }) {
  const columns: Column<Job['rows'][number]>[] = [
    { id: 'line', header: __('Line', 'ar-bridge'), cell: ({ line }) => count(line) },
    { id: 'who', header: __('Customer', 'ar-bridge'), heads: true, cell: ({ who }) => who },
    { id: 'was', header: __('Account now', 'ar-bridge'), cell: ({ was }) => (was ? <Id>{was}</Id> : <Nothing />) },
    {
      id: 'account',
      header: __('Account in the file', 'ar-bridge'),
      cell: ({ accountNumber, accountName }) => (
        <>
          <Id>{accountNumber}</Id>
          {accountName && <span className="arb-sub">{accountName}</span>}
        </>
      ),
    },
  ];
  return (
    <Section title={__('What the file changes', 'ar-bridge')} about={shownOf(job.rows.length, job.changes)} flush>
      {job.rows.length === 0 ? (
        <Empty title={__('Nothing: every row is so already, or is left out.', 'ar-bridge')} />
      ) : (
        <DataTable
          caption={__('What the file changes', 'ar-bridge')}
          columns={columns}
          rows={job.rows}
          keyOf={({ line }) => line}
        />
      )}
    </Section>
  );
}

/** Nothing where all are shown. */
const shownOf = (shown: number, all: number): string | undefined =>
  shown < all
    ? /* translators: 1: rows shown, 2: rows in all */
      sprintf(__('The first %1$s of %2$s.', 'ar-bridge'), count(shown), count(all))
    : undefined;
