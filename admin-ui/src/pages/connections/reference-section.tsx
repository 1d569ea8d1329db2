import { Button, Modal } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { Badge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { TextField } from '../../components/fields.tsx';
import { ReferenceNotices } from '../../components/reference-notices.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, Loaded } from '../../components/views.tsx';
import { type ReferenceChanges, ReferenceSettingsSchema, type References } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count, instant, relative } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { listName } from '../../labels.ts';

type List = References['lists'][number];

/** The lists of values of both systems: how fresh they are, what pulls changed, and what that broke. */
export function ReferenceSection() {
  const { resource, again } = useFresh(sources.references());
  return (
    <>
      <ReferenceNotices all />
      <Loaded resource={resource} onRetry={again} rows={6}>
        {({ lists, settings }) => (
          <>
            <Lists lists={lists} />
            <Settings key={JSON.stringify(settings)} settings={settings} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Lists({ lists }: { lists: List[] }) {
  const act = useAct();
  const [changesOf, setChangesOf] = useState<string | null>(null);
  const { pullReference, refresh } = useDispatch(store);
  const pull = async () => {
    const outcome = await act.run('pull', pullReference, ({ accepted }) =>
      accepted === 0
        ? __('The pull goes on; lists are filled as they come.', 'ar-bridge')
        : /* translators: %s: number of values */
          sprintf(_n('%s value was pulled.', '%s values were pulled.', accepted, 'ar-bridge'), count(accepted)),
    );
    if (outcome.ok) await Promise.all([refresh(sources.references()), refresh(sources.referenceNotices())]);
  };
  return (
    <Section
      title={__('Lists of values', 'ar-bridge')}
      about={__('What the forms offer to choose from, and what documents are checked against before they go out.', 'ar-bridge')}
      actions={
        <ActButton act={act} name="pull" onClick={() => void pull()}>
          {__('Pull all lists now', 'ar-bridge')}
        </ActButton>
      }
      flush
    >
      <div className="arb-above">
        <ActFailure act={act} />
      </div>
      <DataTable
        caption={__('Lists of values', 'ar-bridge')}
        columns={columns(setChangesOf)}
        rows={lists}
        keyOf={({ list }) => list}
      />
      {changesOf !== null && <Changes list={changesOf} onClose={() => setChangesOf(null)} />}
    </Section>
  );
}

const columns = (showChanges: (list: string) => void): Column<List>[] => [
  { id: 'list', header: __('List', 'ar-bridge'), heads: true, cell: ({ list }) => listName(list) },
  {
    id: 'rows',
    header: __('Values', 'ar-bridge'),
    align: 'end',
    cell: ({ rows }) => <span className="arb-amount">{count(rows)}</span>,
  },
  {
    id: 'age',
    header: __('Pulled', 'ar-bridge'),
    cell: ({ pulledAt, stale, failure }) => (
      <>
        {pulledAt === null ? (
          <span className="arb-quiet">{__('not yet', 'ar-bridge')}</span>
        ) : (
          <time dateTime={pulledAt} title={instant(pulledAt)}>
            {relative(pulledAt)}
          </time>
        )}
        {pulledAt !== null && stale && (
          <>
            {' '}
            <Badge tone="warning" title={__('Pulled again before the next document is posted by it.', 'ar-bridge')}>
              {__('Too old', 'ar-bridge')}
            </Badge>
          </>
        )}
        {failure && <span className="arb-sub">{failure}</span>}
      </>
    ),
  },
  {
    id: 'changes',
    header: __('Changes in 30 days', 'ar-bridge'),
    cell: ({ list, changes }) =>
      changes === 0 ? (
        <span className="arb-quiet">{__('none', 'ar-bridge')}</span>
      ) : (
        <Button
          variant="link"
          /* translators: 1: number of changes, 2: name of a list */
          aria-label={sprintf(__('%1$s changes of %2$s', 'ar-bridge'), count(changes), listName(list))}
          onClick={() => showChanges(list)}
        >
          {count(changes)}
        </Button>
      ),
  },
];

function Changes({ list, onClose }: { list: string; onClose: () => void }) {
  const [before, setBefore] = useState<number | undefined>(undefined);
  const { resource, again } = useFresh(sources.referenceChanges(list, before));
  return (
    <Modal
      /* translators: %s: name of a list */
      title={sprintf(__('Changes of %s', 'ar-bridge'), listName(list))}
      onRequestClose={onClose}
      size="large"
      className="arb-modal"
    >
      <Loaded resource={resource} onRetry={again} rows={4}>
        {({ changes, nextBefore }) => (
          <>
            {changes.length === 0 ? (
              <Empty title={__('No change.', 'ar-bridge')} />
            ) : (
              <DataTable
                caption={__('Changes, newest first', 'ar-bridge')}
                columns={CHANGES()}
                rows={changes}
                keyOf={({ id }) => id}
              />
            )}
            {nextBefore !== null && (
              <div className="arb-modal__buttons">
                <Button variant="secondary" __next40pxDefaultSize onClick={() => setBefore(nextBefore)}>
                  {__('Older', 'ar-bridge')}
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Modal>
  );
}

type Change = ReferenceChanges['changes'][number];

const CHANGES = (): Column<Change>[] => [
  {
    id: 'what',
    header: __('Value', 'ar-bridge'),
    heads: true,
    cell: ({ key, label }) => (
      <>
        <code className="arb-account">{key}</code>
        {label !== key && <span className="arb-sub">{label}</span>}
      </>
    ),
  },
  {
    id: 'change',
    header: __('Change', 'ar-bridge'),
    cell: ({ change, detail }) => (
      <>
        <Badge tone={change === 'closed' || change === 'vanished' ? 'warning' : 'neutral'}>{changeName(change)}</Badge>
        {detail && <span className="arb-sub">{detail}</span>}
      </>
    ),
  },
  { id: 'at', header: __('Seen', 'ar-bridge'), cell: ({ at }) => instant(at) },
];

const changeName = (change: Change['change']): string =>
  ({
    appeared: __('New', 'ar-bridge'),
    vanished: __('Gone', 'ar-bridge'),
    closed: __('Closed', 'ar-bridge'),
    opened: __('Open again', 'ar-bridge'),
    changed: __('Changed', 'ar-bridge'),
  })[change];

/** How often the lists are pulled, and how old one may be when a document is posted by it. */
function Settings({ settings }: { settings: References['settings'] }) {
  const act = useAct();
  const [every, setEvery] = useState(String(settings.everyHours));
  const [oldest, setOldest] = useState(String(settings.maxAgeHours));
  const { saveReferenceSettings } = useDispatch(store);
  const edited = { everyHours: Number(every), maxAgeHours: Number(oldest) };
  const read = ReferenceSettingsSchema.safeParse(edited);
  const wrong = new Set(read.error?.issues.map(({ path }) => path[0]));
  const same = edited.everyHours === settings.everyHours && edited.maxAgeHours === settings.maxAgeHours;
  const save = () => act.run('settings', () => saveReferenceSettings(edited), __('Saved.', 'ar-bridge'));
  return (
    <Section title={__('How fresh the lists are', 'ar-bridge')}>
      <ActFailure act={act} />
      <div className="arb-form">
        <TextField
          type="number"
          label={__('Hours between two pulls', 'ar-bridge')}
          error={wrong.has('everyHours') ? __('A whole number from 1 to 168.', 'ar-bridge') : undefined}
          value={every}
          onChange={setEvery}
          input={{ min: 1, max: 168 }}
        />
        <TextField
          type="number"
          label={__('Too old to post by after hours', 'ar-bridge')}
          help={__('An older list is pulled again before the next document goes out.', 'ar-bridge')}
          error={wrong.has('maxAgeHours') ? __('A whole number from 1 to 720.', 'ar-bridge') : undefined}
          value={oldest}
          onChange={setOldest}
          input={{ min: 1, max: 720 }}
        />
        <div className="arb-actions">
          <ActButton act={act} name="settings" disabled={!read.success || same} onClick={() => void save()}>
            {__('Save', 'ar-bridge')}
          </ActButton>
        </div>
      </div>
    </Section>
  );
}
