import { useDispatch } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Hash } from '../../components/id.tsx';
import { Section } from '../../components/section.tsx';
import { Empty } from '../../components/views.tsx';
import type { CertificateView, ReconciliationView } from '../../data/contract.ts';
import { requestFile } from '../../data/request.ts';
import { store } from '../../data/store.ts';
import { day, instant } from '../../format.ts';
import { type Act, useAct } from '../../hooks/act.ts';
import { saveAs } from '../../save-as.ts';

type Certificate = ReconciliationView['certificates'][number];

/** Kept certificates: to print, as CSV, and as the data that the hash is of. */
export function CertificatesPart({ certificates }: { certificates: Certificate[] }) {
  const act = useAct();
  const { readCertificate } = useDispatch(store);
  const withCertificate = async (what: string, certificate: Certificate, then: (whole: CertificateView) => void) => {
    const outcome = await act.run(`${what} ${certificate.id}`, () => readCertificate(certificate.id));
    if (outcome.ok) then(outcome.value);
  };
  const files: Files = {
    print: (certificate) =>
      void withCertificate('print', certificate, ({ html }) =>
        saveAs(new Blob([html], { type: 'text/html' }), `${nameOf(certificate)}.html`),
      ),
    data: (certificate) =>
      void withCertificate('data', certificate, ({ data }) =>
        saveAs(new Blob([data], { type: 'application/json' }), `${nameOf(certificate)}.json`),
      ),
    csv: (certificate) => void csv(act, certificate),
  };
  return (
    <Section
      title={__('Close certificates', 'ar-bridge')}
      about={__(
        'What was certified stays as it is. The SHA-256 is of the data file; a later certificate of the same period says what changed since.',
        'ar-bridge',
      )}
      flush
    >
      <div className="arb-above">
        <ActFailure act={act} />
      </div>
      {certificates.length === 0 ? (
        <Empty title={__('No certificate yet.', 'ar-bridge')}>
          {__('Compare a period and keep a close certificate of it.', 'ar-bridge')}
        </Empty>
      ) : (
        <DataTable
          caption={__('Close certificates', 'ar-bridge')}
          columns={columns(act, files)}
          rows={certificates}
          keyOf={({ id }) => id}
        />
      )}
    </Section>
  );
}

type Files = Record<'print' | 'data' | 'csv', (certificate: Certificate) => void>;

const nameOf = ({ id, from, to }: Certificate): string => `ar-bridge-certificate-${id}-${from}-${to}`;

async function csv(act: Act, certificate: Certificate): Promise<void> {
  const path = `/reconcile/certificates/${certificate.id}/csv`;
  const outcome = await act.run(`csv ${certificate.id}`, () => requestFile(path));
  if (outcome.ok) saveAs(outcome.value, `${nameOf(certificate)}.csv`);
}

const columns = (act: Act, files: Files): Column<Certificate>[] => [
  {
    id: 'period',
    header: __('Period', 'ar-bridge'),
    heads: true,
    cell: ({ id, from, to }) => (
      <>
        <span className="arb-nowrap">{`${day(from)} – ${day(to)}`}</span>
        {/* translators: %d: number of a certificate */}
        <span className="arb-sub">{sprintf(__('Certificate %d', 'ar-bridge'), id)}</span>
      </>
    ),
  },
  {
    id: 'made',
    header: __('Made', 'ar-bridge'),
    cell: ({ madeAt, actor }) => (
      <>
        {instant(madeAt)}
        <span className="arb-sub">{actor}</span>
      </>
    ),
  },
  {
    id: 'sha256',
    header: __('SHA-256', 'ar-bridge'),
    cell: ({ sha256 }) => <Hash>{sha256}</Hash>,
  },
  {
    id: 'files',
    header: __('Files', 'ar-bridge'),
    quietHeader: true,
    align: 'end',
    cell: (certificate) => (
      <div className="arb-actions is-line">
        {(['print', 'csv', 'data'] as const).map((what) => (
          <ActButton
            key={what}
            act={act}
            name={`${what} ${certificate.id}`}
            /* translators: 1: kind of file, 2: number of a certificate */
            label={sprintf(__('%1$s of certificate %2$d', 'ar-bridge'), fileLabel(what), certificate.id)}
            onClick={() => files[what](certificate)}
          >
            {fileLabel(what)}
          </ActButton>
        ))}
      </div>
    ),
  },
];

const fileLabel = (what: keyof Files): string =>
  ({ print: __('Page to print', 'ar-bridge'), csv: __('CSV', 'ar-bridge'), data: __('Data', 'ar-bridge') })[what];
