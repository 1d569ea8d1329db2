import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { Badge } from '../../components/badge.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Fact } from '../../components/fact.tsx';
import { Id } from '../../components/id.tsx';
import { Link } from '../../components/link.tsx';
import { Prose } from '../../components/prose.tsx';
import { Section } from '../../components/section.tsx';
import { Loaded } from '../../components/views.tsx';
import type { CustomerDetail as Detail } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { instant } from '../../format.ts';
import { type Act, useAct } from '../../hooks/act.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { usePolling } from '../../hooks/timing.ts';
import { CustomerTable } from './customer-table.tsx';
import { LinkModal, linkedText } from './link-modal.tsx';
import { foundByLabel, kindLabel, nameOf } from './words.ts';

/** One customer: the account, how it came to that, what waits for an answer, and who else is billed to the account. */
export function CustomerDetail({ id }: { id: string }) {
  const { resource, again } = useFresh(sources.customer(id));
  usePolling(again, resource.data?.waiting ? 5_000 : 30_000);
  return (
    <div className="arb-stack">
      <p className="arb-back">
        <Link tab="customers">{__('All customers', 'ar-bridge')}</Link>
      </p>
      <Loaded resource={resource} onRetry={again} rows={8}>
        {(customer) => (
          <>
            <Heading customer={customer} />
            <Acts customer={customer} />
            <Others
              title={__('Buys for', 'ar-bridge')}
              about={__('Orders with the VAT number of a company are billed to the company’s account.', 'ar-bridge')}
              customers={customer.boughtFor}
            />
            <Others
              title={__('Billed to the same account', 'ar-bridge')}
              about={__('E-mail addresses and guest purchases of one person stand here too.', 'ar-bridge')}
              customers={customer.alsoBilled}
            />
            <History history={customer.history} />
          </>
        )}
      </Loaded>
    </div>
  );
}

/** Other customers that this one has to do with; nothing where there are none. */
function Others({ title, about, customers }: { title: string; about: string; customers: Detail['alsoBilled'] }) {
  if (customers.length === 0) return null;
  return (
    <Section title={title} about={about} flush>
      <CustomerTable caption={title} customers={customers} brief />
    </Section>
  );
}

function Heading({ customer }: { customer: Detail }) {
  const { account, foundBy, linkedAt, linkedBy, flows, erased, label, name } = customer;
  return (
    <div className="arb-heading">
      <div className="arb-heading__line">
        <h2>{nameOf(customer)}</h2>
        {erased && <Badge tone="neutral">{__('Personal data erased', 'ar-bridge')}</Badge>}
      </div>
      <dl className="arb-heading__facts">
        <Fact name={__('In the store', 'ar-bridge')}>{kindLabel(customer)}</Fact>
        {name && label && (
          <Fact name={customer.kind === 'company' ? __('VAT number', 'ar-bridge') : __('E-mail', 'ar-bridge')}>{label}</Fact>
        )}
        <Fact name={__('Oracle account', 'ar-bridge')}>{account ? <Id>{account.number}</Id> : __('none yet', 'ar-bridge')}</Fact>
        {account?.name && <Fact name={__('Name in Oracle', 'ar-bridge')}>{account.name}</Fact>}
        {foundBy && <Fact name={__('How', 'ar-bridge')}>{foundByLabel(foundBy)}</Fact>}
        {linkedAt && <Fact name={__('When', 'ar-bridge')}>{[instant(linkedAt), linkedBy].filter(Boolean).join(' · ')}</Fact>}
        {account && (
          <Fact name={__('Changes in the store', 'ar-bridge')}>
            {flows ? __('go to Oracle', 'ar-bridge') : __('stay in the store', 'ar-bridge')}
          </Fact>
        )}
      </dl>
    </div>
  );
}

function Acts({ customer }: { customer: Detail }) {
  const act = useAct();
  const { unlinkCustomer } = useDispatch(store);
  const [open, setOpen] = useState<'link' | 'unlink' | null>(null);
  const unlink = async () => {
    const outcome = await act.run('unlink', () => unlinkCustomer(customer.id), __('The link is undone.', 'ar-bridge'));
    if (outcome.ok) setOpen(null);
  };
  return (
    <>
      {customer.problem && <Problem customer={customer} problem={customer.problem} act={act} />}
      {open === null && <ActFailure act={act} />}
      <div className="arb-actions">
        <ActButton act={act} name="link" variant={customer.account ? 'secondary' : 'primary'} onClick={() => setOpen('link')}>
          {customer.account ? __('Link to another account', 'ar-bridge') : __('Link to an account', 'ar-bridge')}
        </ActButton>
        {customer.account && (
          <ActButton act={act} name="open-unlink" variant="tertiary" destructive onClick={() => setOpen('unlink')}>
            {__('Unlink', 'ar-bridge')}
          </ActButton>
        )}
      </div>
      {open === 'link' && <LinkModal id={customer.id} name={nameOf(customer)} onClose={() => setOpen(null)} />}
      {open === 'unlink' && (
        <Confirm
          /* translators: 1: name of a customer, 2: account number */
          title={sprintf(__('Unlink %1$s from account %2$s?', 'ar-bridge'), nameOf(customer), customer.account?.number ?? '')}
          confirm={__('Unlink', 'ar-bridge')}
          destructive
          act={act}
          onConfirm={() => void unlink()}
          onClose={() => {
            act.forget();
            setOpen(null);
          }}
        >
          <p>
            {__(
              'The next order looks for an account again: by external id, VAT number or e-mail, and name, and may find the same one. What was posted stays where it is.',
              'ar-bridge',
            )}
          </p>
        </Confirm>
      )}
    </>
  );
}

interface ProblemProps {
  customer: Detail;
  problem: NonNullable<Detail['problem']>;
  act: Act;
}

/** What waits for an answer, with the choices there are as buttons. */
function Problem({ customer, problem, act }: ProblemProps) {
  const { linkCustomer, newAccount } = useDispatch(store);
  const { candidates, message, action, code } = problem;
  const asks = customer.account === null && customer.waitingOrders.length > 0 && code !== 'customer.nameless';
  const link = (account: string) => void act.run(account, () => linkCustomer(customer.id, account), linkedText);
  const create = () =>
    void act.run(
      'new-account',
      () => newAccount(customer.id),
      __('A new account is made with the next order; the orders go on.', 'ar-bridge'),
    );
  return (
    <div className="arb-reason is-warning">
      <p className="arb-reason__message">
        <Prose text={message} />
      </p>
      {action && (
        <p className="arb-reason__action">
          <Prose text={action} />
        </p>
      )}
      {customer.waitingOrders.length > 0 && (
        <p>
          {__('Orders that wait:', 'ar-bridge')}{' '}
          {customer.waitingOrders.map(({ orderId, number }, at) => (
            <span key={orderId}>
              {at > 0 && ', '}
              <Link tab="orders" params={{ order: orderId }}>{`#${number}`}</Link>
            </span>
          ))}
        </p>
      )}
      {customer.account === null && (
        <ul className="arb-choices">
          {candidates.map((candidate) => (
            <li key={candidate.accountNumber}>
              <ActButton act={act} name={candidate.accountNumber} onClick={() => link(candidate.accountNumber)}>
                {/* translators: %s: account number */}
                {sprintf(__('Link to %s', 'ar-bridge'), candidate.accountNumber)}
              </ActButton>
              <span>
                {candidate.name} <span className="arb-quiet">({candidate.why})</span>
              </span>
            </li>
          ))}
          {asks && (
            <li>
              <ActButton act={act} name="new-account" onClick={create}>
                {__('Create a new account', 'ar-bridge')}
              </ActButton>
            </li>
          )}
        </ul>
      )}
      <p className="arb-failure__code">
        <code>{code}</code>
      </p>
    </div>
  );
}

type Change = Detail['history'][number];

function History({ history }: { history: Change[] }) {
  if (history.length === 0) return null;
  const columns: Column<Change>[] = [
    { id: 'at', header: __('When', 'ar-bridge'), heads: true, cell: ({ at }) => instant(at) },
    {
      id: 'account',
      header: __('Account', 'ar-bridge'),
      cell: ({ accountNumber }) => (accountNumber ? <Id>{accountNumber}</Id> : __('unlinked', 'ar-bridge')),
    },
    { id: 'how', header: __('How', 'ar-bridge'), cell: ({ foundBy }) => (foundBy ? foundByLabel(foundBy) : '') },
    { id: 'by', header: __('By', 'ar-bridge'), cell: ({ by }) => by ?? __('AR Bridge', 'ar-bridge') },
  ];
  return (
    <Section title={__('History', 'ar-bridge')} flush>
      <DataTable
        caption={__('Which account, and since when', 'ar-bridge')}
        columns={columns}
        rows={history}
        keyOf={({ at, accountNumber }) => `${at} ${accountNumber}`}
      />
    </Section>
  );
}
